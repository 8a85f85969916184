// Keys pressed on a table while none of its cells is open, which the grid would take otherwise than meant.

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

/** Whether the cell that is chosen now is one of numbers: React knows; what stands in the page for screen
 * readers comes later. */
function isOnNumber(table) {
  const node = table.querySelector(".stDataFrameGlideDataEditor");
  const name = node && Object.keys(node).find((one) => one.startsWith("__reactFiber$"));
  for (let fiber = name ? node[name] : null; fiber; fiber = fiber.return) {
    const { gridSelection, getCellContent } = fiber.memoizedProps ?? {};
    if (gridSelection?.current && typeof getCellContent === "function") {
      return getCellContent(gridSelection.current.cell).kind === "number";
    }
  }
  return false;
}
