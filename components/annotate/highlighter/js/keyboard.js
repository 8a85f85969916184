// Keys as they are pressed, in the text and elsewhere on the page, and those that wait while a document is
// being opened.

import { keptFromGrid } from "./cells.js";
import { CELL_SENT, perform } from "./intents.js";
import { onJumpKey } from "./jump.js";
import { intentOf } from "./keys.js";
import { openSearch } from "./search.js";
import { isBegun, spanChosen } from "./selection.js";

const LEAVES_CELL = ["Enter", " ", "Delete", "Backspace"]; // keys on a table that may change a cell at once
const CLOSES_CELL = ["Enter", "Tab"]; // keys in the field that is open over a cell
const WHILE_HELD = ["arrow", "edge", "walk", "walkHits", "undo", "redo"]; // a held key goes on doing these
const MOST_TYPED = 200;
const TAKES_TEXT = "input, textarea, select, [contenteditable], [role=combobox]";

/** A key pressed in the text. */
export function onKey(editor, event) {
  if (event.isComposing) return;
  const intent = intentOf(event, editor.names.byKey);
  if (!isHeldTooLong(event, intent) && !isWaiting(editor, event) && !isDone(editor, event, intent)) return;
  event.preventDefault();
  event.stopPropagation();
}

function isDone(editor, event, intent) {
  if (onJumpKey(editor, event)) return true;
  return intent === null ? isName(editor, event) : perform(editor, intent, event);
}

/** A letter that is nobody's key begins a name, where words are selected; whether it does. */
function isName(editor, { key, ctrlKey, metaKey, altKey }) {
  const { drawn, given, selection } = editor;
  const isLetter = /^\p{L}$/u.test(key) && !ctrlKey && !metaKey && !altKey;
  const isAny = given.classes.length + given.labels.length > 0;
  const isChosen = selection.picked === null && spanChosen(selection, drawn.known);
  if (!isLetter || !isAny || !isChosen) return false;
  openSearch(editor, key);
  return true;
}

/**
 * Keys pressed while the focus is nowhere, on a button, on the list of documents, on a table, or in a field.
 */
export function onStrayKey(editor, event) {
  const { all, box } = editor.nodes;
  const [target] = event.composedPath();
  if (event.defaultPrevented || event.isComposing || !(target instanceof Element) || !box.isConnected) return;
  const intent = intentOf(event, editor.names.byKey);
  const takesText = target.closest(TAKES_TEXT);
  // A cell that was just left may still be there for a moment: nothing can be undone in it any more.
  const isOfPage = takesText === editor.leaving && ["undo", "redo"].includes(intent?.do);
  const field = isOfPage ? null : takesText;
  if (intent?.do === "save" && field) {
    saveFrom(editor, field);
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (intent === null || field || document.querySelector('[role="dialog"]')) return;
  // What was begun with the mouse is dropped by Escape wherever the mouse left the focus.
  const isAround = target === document.body || all.contains(target);
  const isDropped = intent.do === "escape" && isAround && isBegun(editor);
  if (!isDropped && !isMeant(intent, target, event)) return;
  if (!isHeldTooLong(event, intent) && !isWaiting(editor, event)) {
    if (!isDropped && intent.where !== "page") return;
    if (!isChord(event)) box.focus({ preventScroll: true });
    if (!perform(editor, intent, event)) return;
  }
  event.preventDefault();
  event.stopPropagation();
}

/** Note when a cell of a table may have been left: by a key in the field that is open over it, by a press
 * that closes that, or on the table itself. */
export function onCell(editor, event) {
  const { type, target, key, isComposing } = event;
  const isOpen = document.querySelector("#portal")?.hasChildNodes();
  const isOnTable = target instanceof Element && target.closest("[data-testid=stDataFrame]");
  const isLeft = type === "paste" || type === "cut" || (type === "keydown" && LEAVES_CELL.includes(key));
  if (isOpen || (isOnTable && isLeft)) editor.cellLeft = performance.now();
  if (type === "keydown") keptFromGrid(event);
  if (type !== "keydown" || isChord(event)) return;
  editor.leaving = isOpen && !isComposing && CLOSES_CELL.includes(key) ? target : null;
}

/** Whether the table may not have told yet what stands in a cell that was left. */
export function mayHoldCell({ cellLeft }) {
  return performance.now() < cellLeft + CELL_SENT;
}

/** Do what a key of the page does, for what stands for it. */
export function pressKey(editor, key) {
  if (!isWaiting(editor, key)) perform(editor, intentOf(key, editor.names.byKey), key);
}

function isChord({ ctrlKey, metaKey }) {
  return ctrlKey || metaKey;
}

/** Whether a key is only held down still, and would tag or settle what nobody has seen, again and again. */
function isHeldTooLong({ repeat }, intent) {
  if (!repeat || intent === null) return false;
  return !WHILE_HELD.includes(intent.do) && (intent.do !== "go" || intent.isDone === true);
}

/** Whether a key is meant for the page though the focus is there: without Ctrl on what does not need it
 * itself. */
function isMeant(intent, target, event) {
  if (isChord(event)) return true;
  return intent.where === "page" && (target === document.body || target.closest("button, [role=listbox]"));
}

/** Save with what stands in the field that has the focus, which gives it away when the focus leaves; a cell
 * of a table when something else is pressed. */
function saveFrom(editor, field) {
  const isCell = field.closest("#portal") !== null;
  if (isCell) document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  else field.blur();
  setTimeout(() => {
    perform(editor, { do: "save" });
    if (field.isConnected) field.focus({ preventScroll: true });
  });
}

/** While the next document is being opened, what is typed for it waits; whether this key does. Escape forgets
 * that, then leaves the text: nobody is held there. */
function isWaiting({ around, names, nodes }, event) {
  const isEscape = event.key === "Escape";
  if (!around.ahead?.blind || !(isEscape || intentOf(event, names.byKey))) return false;
  if (isEscape && around.typed.length) around.typed = [];
  else if (isEscape) nodes.box.blur();
  else if (around.typed.length < MOST_TYPED) {
    const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
    around.typed.push({ key, code, ctrlKey, metaKey, altKey, shiftKey });
  }
  return true;
}

/** The next document is there: what was typed for it is done. Where none was found, it was meant for nothing
 * here. */
export function catchUp(editor, isThere) {
  const { around } = editor;
  const typed = isThere ? around.typed : [];
  around.typed = [];
  for (const event of typed) {
    if (around.ahead?.blind) around.typed.push(event);
    else isDone(editor, event, intentOf(event, editor.names.byKey));
  }
}
