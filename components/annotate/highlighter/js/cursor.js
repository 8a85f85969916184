// Choosing: the cursor and what is selected of the text, a picked segment, or the whole document.

import { tools } from "./buttons.js";
import { AHEAD } from "./offsets.js";
import { overlay, selectNatively } from "./overlay.js";
import { outline } from "./paint.js";
import { tellPick } from "./picks.js";
import { rectAt, scrollTo } from "./places.js";
import { refresh } from "./status.js";

/** Select from `anchor` to `focus`, or only set the cursor where they are one. Units. */
export function choose(editor, anchor, focus, exact = false, word = undefined) {
  Object.assign(editor.selection, { chosen: { anchor, focus, exact, word }, whole: false });
  if (editor.selection.picked !== null) show(editor, null);
  selectNatively(editor);
  overlay(editor);
  refresh(editor);
}

/** Set the cursor behind words that were dealt with. */
export function standBehind(editor, unit) {
  choose(editor, unit, unit, false, AHEAD);
}

/** Make the whole document the target, where the session's type has that; whether it has. */
export function chooseWhole(editor) {
  if (!editor.given.shape.whole) return false;
  Object.assign(editor.selection, { chosen: null, whole: true });
  show(editor, null);
  selectNatively(editor);
  return true;
}

/** Pick the segment of that key; null drops the pick. */
export function pick(editor, key) {
  Object.assign(editor.selection, { chosen: null, whole: false });
  if (editor.selection.picked === key) return;
  show(editor, key);
  selectNatively(editor);
  overlay(editor);
}

/** Show what is picked now. */
export function show(editor, key) {
  Object.assign(editor.selection, { picked: key, tagAt: 0, adding: false, byPointer: false });
  outline(editor.drawn, editor.selection);
  tools(editor);
  overlay(editor);
  refresh(editor);
  tellPick(editor);
}

/**
 * Set the cursor, or extend the selection to it; `exact`: by characters, as a selection that was begun so.
 */
export function moveCursor(editor, to, isExtending, exact = false) {
  const { chosen } = editor.selection;
  const anchor = isExtending ? (chosen?.anchor ?? to) : to;
  const wasExact = Boolean(chosen?.exact && chosen.anchor !== chosen.focus);
  choose(editor, anchor, to, isExtending && (exact || wasExact));
  scrollTo(editor.drawn, rectAt(editor.drawn, to));
}
