"""Act on a table as a person does: it is drawn on a canvas, so click, use the arrows, type, press Enter."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

HEADER, ROW = 35, 30
CLICK = 80
"""Milliseconds a person's click lasts at the least; the grid drops one that is over within the same frame."""


KEY = 40
"""Milliseconds between keys, some 25 a second: faster than anybody types, and slow enough for the cell's
editor."""

DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Ends when the browser has drawn what the last key did, and what that asked for in its frame."""


class Grid:
    """The table whose widget key begins with `key`."""

    def __init__(self, page: Page, key: str) -> None:
        self.page = page
        self.box: Locator = page.locator(f'[class*="st-key-{key}"] [data-testid="stDataFrame"]').first
        self.canvas = self.box.locator('[data-testid="data-grid-canvas"]').first

    def place(self, column: str) -> int:
        """The number of a column, counted from 1."""
        header = self.canvas.locator(f'th:text-is("{column}")')
        header.wait_for(state="attached")
        return int(header.get_attribute("aria-colindex") or 0)

    def at(self, row: int, column: str) -> Locator:
        """A cell as a screen reader finds it: row and column are counted from 1, the header is row 1."""
        return self.canvas.locator(f'tr[aria-rowindex="{row + 2}"] td[aria-colindex="{self.place(column)}"]')

    def cell(self, row: int, column: str) -> str:
        return (self.at(row, column).text_content() or "").strip()

    def click(self, row: int, x: int) -> None:
        """Click a row at a distance from the table's left edge."""
        self.canvas.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        assert box is not None
        place = (box["x"] + x, box["y"] + HEADER + ROW * row + ROW // 2)
        self.page.mouse.move(*place)
        self.page.mouse.click(*place, delay=CLICK)

    def go(self, row: int, column: str) -> None:
        """Put the cursor on a cell: click into the row's first cells, then walk with the arrows."""
        self.click(row, 75)
        cells = f'tr[aria-rowindex="{row + 2}"] td[aria-selected="true"]'
        here = self.canvas.locator(", ".join(f'{cells}[aria-colindex="{first}"]' for first in (1, 2, 3)))
        here.wait_for(state="attached")
        steps = self.place(column) - int(here.get_attribute("aria-colindex") or 0)
        for _ in range(steps):
            self.page.keyboard.press("ArrowRight")
        self.canvas.locator(f'{cells}[aria-colindex="{self.place(column)}"]').wait_for(state="attached")

    def type(self, row: int, column: str, *values: str) -> None:
        """Type values into a column downward from a row: Enter opens a cell, Enter leaves it for the one
        below.

        It waits for the cell's editor in the browser, which under load drops letters typed before it is open,
        and never for the app. A list's cell is finished in the next frame: an editor opened before that is
        closed by it, so the next cell is opened when the frame has been.
        """
        self.go(row, column)
        self.page.evaluate(DRAWN)
        editor = self.page.locator("#portal input, #portal textarea").first
        for value in values:
            self.page.keyboard.press("Enter")
            editor.wait_for(state="visible")
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(value, delay=KEY)
            expect(editor).to_have_value(value)
            self.page.wait_for_timeout(KEY)
            self.page.keyboard.press("Enter")
            editor.wait_for(state="detached")
            self.page.evaluate(DRAWN)
