// Cells of tables. What was typed in one is sent 150 ms after it was entered: a table that is another one by
// then has lost it, and with it what was typed. So it is sent before anything else is done. And a list of
// choices forgets what was typed in it when it is left: what names one of them is chosen, else it is said.

import { GRID, inGrid } from "../../grid.js";
import { addWords, placeOfCell } from "../../reconnection/js/outage.js";

const EDITOR = '[id^="gdg-overlay"]';
const CHOICE = `${EDITOR} input[role="combobox"]`;
const AFTER = 20; // ms
const CLICK = ["pointerdown", "pointerup"];
const SENT_AFTER = 300; // ms, on a busy machine

let pressedAt = -Infinity; // when the last key was pressed in a table

/** Whether letters stand in a list of choices that is open in a cell. */
export function isChoiceTyped() {
  return Boolean(document.querySelector(CHOICE)?.value.trim());
}

/** Once for a tab. */
export function watchCells() {
  window.addEventListener("pointerdown", leaves, true);
  window.addEventListener("keydown", pressed, true);
  window.addEventListener("beforeunload", send, true);
}

/** Whether the app is still to be told of a cell, which is left with that, as by a click elsewhere. */
export function hasCellToTell() {
  const isOpen = document.querySelector(EDITOR) !== null;
  if (isOffline() || (!isOpen && performance.now() - pressedAt > SENT_AFTER)) return false;
  for (const kind of CLICK) document.body.dispatchEvent(new PointerEvent(kind, { bubbles: true }));
  return true;
}

/** A table takes nothing while the app cannot be reached: a cell that is open stays so. */
const isOffline = () => document.documentElement.hasAttribute("data-offline");

function leaves({ target }) {
  if (isOffline()) return;
  if (!isIn(target, `${EDITOR}, #portal`)) choose(afterClick);
  if (!isIn(target, GRID)) send();
}

function pressed({ key, target, ctrlKey, metaKey, timeStamp }) {
  if (isOffline()) return;
  if (key === "Tab" && target.matches?.(CHOICE)) choose(queueMicrotask);
  const isInTable = isIn(target, `${GRID}, ${EDITOR}`);
  if (isInTable) pressedAt = timeStamp;
  if (ctrlKey || metaKey || !isInTable) send();
}

function isIn(target, selector) {
  return target instanceof Element && target.closest(selector) !== null;
}

/** What is done last of a click: the line on which things are said is empty from its beginning to its end. */
function afterClick(say) {
  window.addEventListener("pointerup", () => setTimeout(say, AFTER), { once: true, capture: true });
}

/** Choose what is typed in the open list, before it closes; what cannot be chosen is said `then`. */
function choose(then) {
  const typed = document.querySelector(CHOICE)?.value.trim();
  if (!typed) return;
  const place = placeOfCell();
  const choices = [...document.querySelectorAll('#portal [role="option"]')];
  const named = choices.filter((one) => same(one.textContent, typed));
  const [found, another] = named.length ? named : choices;
  if (found && !another) {
    found.click();
    // The grid enters it with the next frame: what is pressed may turn the page long before 150 ms are over.
    requestAnimationFrame(send);
    return;
  }
  const why = found ? "several choices are called so" : "there is no such choice";
  then(() => addWords(`Not taken: “${typed}”, typed into ${place}: ${why}.`));
}

function same(one, other) {
  return one.trim().toLowerCase() === other.toLowerCase();
}

/** The grid sends at once what was entered when an editor ends by a click elsewhere. Where it cannot be asked
 * to, it is sent a little later. */
function send() {
  for (const grid of document.querySelectorAll(GRID)) {
    inGrid(grid, ({ isOutsideClick, onFinishedEditing }) => {
      if (typeof isOutsideClick !== "function" || typeof onFinishedEditing !== "function") return false;
      isOutsideClick({ target: document.body });
      onFinishedEditing(undefined, [0, 0]);
      return true;
    });
  }
}
