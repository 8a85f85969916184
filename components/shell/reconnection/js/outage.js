// While the app cannot be reached, a line says so instead of Streamlit's dialog, which would take the focus,
// and with it the keys, in the middle of a word. A table takes nothing meanwhile: a cell that stands open
// stays so with what is typed.

const AWAY =
  "The app cannot be reached. It is tried again by itself, and this page goes on when it is back.";
const OPEN = "The cell stays open until then: press Enter again, or Escape to give it up.";
const DIALOG = '[data-testid="stDialog"] [role="dialog"]';
const TITLE = "Connection error"; // in Streamlit's words
const CELL = '#portal [id^="gdg-overlay"] :is(input, textarea)';
const ACTS = ["keydown", "pointerdown", "mousedown", "contextmenu", "click"];

const said = { className: "outage", role: "alert", hidden: true };
const line = Object.assign(document.createElement("div"), said);
const dialogs = new MutationObserver(closeDialog);
let isAway = false;
let from = null; // where the person was when the dialog took the focus
let cell = null; // {field, place}: the cell that stood open when the connection was lost

/** Until the `signal`. */
export function start(signal) {
  document.body.append(line);
  window.addEventListener("focusout", keepFocus, { capture: true, signal });
  for (const act of ACTS) window.addEventListener(act, keepCell, { capture: true, signal });
  signal.addEventListener("abort", () => {
    back();
    cell = null;
    line.remove();
  });
}

/** The connection is lost; `state` is Streamlit's word for it. */
export function lost(state) {
  // What is given up for good stays in Streamlit's dialog.
  isAway = state !== "DISCONNECTED_FOREVER";
  document.documentElement.toggleAttribute("data-offline", true);
  if (!isAway) return dialogs.disconnect();
  const field = document.querySelector(CELL);
  if (field && field !== cell?.field) cell = { field, place: placeOfCell() };
  dialogs.observe(document.body, { childList: true, subtree: true });
}

/** The connection is back. */
export function back() {
  [isAway, from] = [false, null];
  document.documentElement.toggleAttribute("data-offline", false);
  dialogs.disconnect();
  say();
}

/** The page is drawn again: a cell that was open is so still, or it is said what was not taken. */
export function drawnAgain() {
  if (cell && !cell.field.isConnected) {
    addWords(`Not taken: “${cell.field.value}”, typed into ${cell.place}. Please type it again.`);
  }
  cell = null;
}

/** Say one thing more, until the person does the next. */
export function addWords(words) {
  say(`${line.textContent} ${words}`.trim());
}

function say(words = "") {
  line.hidden = !words;
  if (line.textContent !== words) line.textContent = words;
}

// It is closed before anything else can happen: no key is pressed in between.
function closeDialog() {
  const dialog = document.querySelector(DIALOG);
  if (dialog?.querySelector("h2")?.textContent !== TITLE) return;
  dialog.querySelector("button").click();
  queueMicrotask(() => from?.focus({ preventScroll: true }));
  if (line.hidden) say(AWAY);
}

// A list of choices that heard of it would forget what was typed.
function keepFocus(event) {
  if (!isAway || !event.relatedTarget?.closest?.(DIALOG)) return;
  [from] = event.composedPath();
  event.stopImmediatePropagation();
}

// Only what the person does is held back: the dialog is closed by a click as well.
function keepCell(event) {
  if (!event.isTrusted) return;
  const isKey = event.type === "keydown";
  const leaves = !isKey || ["Enter", "Tab", "Escape"].includes(event.key) || event.ctrlKey || event.metaKey;
  if (isAway && leaves && event.key !== "Escape" && document.querySelector(CELL)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    say(`${AWAY} ${OPEN}`);
  } else if (leaves) {
    cell = null;
    if (!isAway && !isKey) say();
  }
}

/** The row and the column of the chosen cell, as the table's own description of itself has them. */
export function placeOfCell() {
  const chosen = document.querySelector('[data-testid="data-grid-canvas"] td[aria-selected="true"]');
  const table = chosen?.closest("table");
  const name = table?.querySelector(`th[aria-colindex="${chosen.ariaColIndex}"]`)?.textContent;
  return name ? `row ${chosen.closest("tr").ariaRowIndex - 1}, ${name}` : "a cell of a table";
}
