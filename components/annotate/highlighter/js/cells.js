// Keys pressed on a table while none of its cells is open, which the grid would take otherwise than meant.

import { GRID, inGrid } from "../../../shell/grid.js";

const PART_OF_NUMBER = /^[0-9-]$/;

/** Keep such a key from the grid: one that is no part of a number would open a cell of numbers as 0, and it
 * lets nobody have Ctrl+Enter. That presses the button, which goes with what a cell may still hold. */
export function keptFromGrid(event) {
  const { target, key, repeat, altKey, isComposing } = event;
  const table = target instanceof Element && target.closest("[data-testid=stDataFrame]");
  if (!table || isComposing || altKey) return;
  const isChord = event.ctrlKey || event.metaKey;
  const isDone = key === "Enter" && isChord && !event.shiftKey;
  const isLetter = key.length === 1 && key !== " " && !isChord && !PART_OF_NUMBER.test(key);
  if (!isDone && !(isLetter && isOnNumber(table))) return;
  event.preventDefault();
  event.stopPropagation();
  if (isDone && !repeat) document.querySelector(".st-key-done-and-next button:enabled")?.click();
}

/** Whether the cell that is chosen now is one of numbers: what stands in the page for screen readers comes
 * later. */
function isOnNumber(table) {
  const choice = inGrid(table.querySelector(GRID), ({ gridSelection, getCellContent }) => {
    return gridSelection?.current && getCellContent && { cell: gridSelection.current.cell, getCellContent };
  });
  return choice?.getCellContent(choice.cell).kind === "number";
}
