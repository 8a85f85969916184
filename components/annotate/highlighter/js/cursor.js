// Choosing: the cursor and what is selected of the text, or a picked segment.

import { tools } from "./buttons.js";
import { overlay, selectNatively } from "./overlay.js";
import { outline } from "./paint.js";
import { rectAt, scrollTo } from "./places.js";
import { refresh } from "./status.js";

/** Select from `anchor` to `focus`, or only set the cursor where they are one. Units. */
export function choose(editor, anchor, focus, exact = false) {
  editor.selection.chosen = { anchor, focus, exact };
  if (editor.selection.picked !== null) show(editor, null);
  selectNatively(editor);
  overlay(editor);
  refresh(editor);
}

/** Pick the segment of that key; null drops the pick. */
export function pick(editor, key) {
  editor.selection.chosen = null;
  if (editor.selection.picked === key) return;
  show(editor, key);
  selectNatively(editor);
  overlay(editor);
}

/** Show what is picked now. */
export function show(editor, key) {
  Object.assign(editor.selection, { picked: key, tagAt: 0, adding: false });
  outline(editor.drawn, editor.selection);
  tools(editor);
  overlay(editor);
  refresh(editor);
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
