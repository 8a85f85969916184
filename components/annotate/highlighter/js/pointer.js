// The pointer: a drag selects, a click picks, handles move the borders of what is picked; also with a finger.

import { brushOver, followBrush, isComplete, isDeliberate } from "./brush.js";
import { captionAt } from "./captions.js";
import { choose, pick, show } from "./cursor.js";
import { moveTo } from "./edits.js";
import { placeGhostBar } from "./ghost_bar.js";
import { leaveJump } from "./jump.js";
import { hyphenated, paragraphAt, snapped } from "./offsets.js";
import { overlay } from "./overlay.js";
import { outline } from "./paint.js";
import { offer } from "./palette.js";
import { nodeAt, rectAt, selectionNow, unitUnder } from "./places.js";
import { pickAt, spanChosen, spanPicked } from "./selection.js";
import { refresh, tell } from "./status.js";

/** What is drawn where the pointer is. */
function itemAt(drawn, event) {
  const keys = captionAt(drawn, event);
  if (keys) return { kind: "caption", at: keys[0], keys };
  const node = event.target instanceof Element ? event.target.closest("mark") : null;
  return node ? drawn.items.get(node) : undefined;
}

/** The segments that a click on an item may pick. Where documents are tagged, their tag lies under every
 * word: it is picked by its caption, so that a word is still a word. */
function pickable({ drawn, given }, item) {
  if (!item || item.kind !== "mark" || !given.shape.whole) return item?.keys ?? [];
  const isWhole = (key) => drawn.spans.some((span) => span.key === key && span.whole);
  return item.keys.filter((key) => !isWhole(key));
}

/** The pointer is put on the text. */
export function onPressed(editor, event) {
  const { drawn, selection } = editor;
  leaveJump(editor);
  selection.isTouch = event.pointerType === "touch";
  selection.pressedAt = unitUnder(drawn, event.clientX, event.clientY);
  selection.pressedFrom = { x: event.clientX, y: event.clientY };
}

/** A press on what is selected begins a new selection, where the browser would drag the words away. */
export function onMouseDown({ drawn, nodes, selection }, event) {
  selection.presses = event.detail;
  const { pressedAt, isTouch } = selection;
  const [from, to] = (selectionNow(drawn) ?? [0, 0]).toSorted((a, b) => a - b);
  const isFirst = event.button === 0 && event.detail === 1 && !event.shiftKey && !isTouch;
  selection.anew = isFirst && pressedAt !== null && from < to && from <= pressedAt && pressedAt <= to;
  if (!selection.anew) return;
  event.preventDefault();
  nodes.box.focus({ preventScroll: true });
  document.getSelection().collapse(...nodeAt(drawn, pressedAt));
}

/** Such a selection grows with the pointer. */
export function onMoved(editor, event) {
  const { drawn, selection } = editor;
  followBrush(editor, event);
  const { anew, pressedAt } = selection;
  const under = anew && pressedAt !== null ? nearestUnder(drawn, event) : null;
  if (under === null) return;
  document.getSelection().setBaseAndExtent(...nodeAt(drawn, pressedAt), ...nodeAt(drawn, under));
}

/** The end of a drag, a double click, a long press: what is selected now, widened as a tag would be. */
export function onSelected(editor, event) {
  const { drawn, selection } = editor;
  let ends = selectionNow(drawn);
  // A drag from within a narrow letter moves the browser's caret along and selects nothing.
  const isLost = ends?.[0] === ends?.[1] && isDeliberate(editor, event);
  if (!ends || isLost) ends = [selection.pressedAt, nearestUnder(drawn, event)];
  if (ends.includes(null) || ends[0] === ends[1]) return;
  selection.column = null;
  const exact = event.altKey || !selection.byWords;
  const isClick = isComplete(editor) && !isDeliberate(editor, event);
  let span = isClick ? null : snapped(drawn.known, ...ends, !exact);
  if (span && !exact && selection.presses === 2) span = hyphenated(drawn.known, span);
  if (!span) choose(editor, ends[1], ends[1]);
  else choose(editor, ...(ends[0] <= ends[1] ? span : [span[1], span[0]]), exact);
  if (span && !selection.isTouch) choseByMouse(editor, event.clientX);
}

/** Words were selected with the mouse: they get the tag that is held, else the names are offered. */
function choseByMouse(editor, x) {
  if (!brushOver(editor)) offer(editor, x);
}

/** The unit under the pointer: a drag that ends outside the text ends at its nearest place. */
function nearestUnder(drawn, { clientX, clientY }) {
  const frame = drawn.box.getBoundingClientRect();
  const inside = (value, low, high) => Math.min(Math.max(value, low + 6), high - 6);
  return unitUnder(drawn, inside(clientX, frame.left, frame.right), inside(clientY, frame.top, frame.bottom));
}

/** A finger's selection grows after it was lifted: it is taken as it is, and left to its handles. */
export function onSelecting(editor) {
  const { drawn, selection } = editor;
  if (!selection.isTouch) return;
  const ends = selectionNow(drawn);
  if (!ends || ends[0] === ends[1]) return;
  if (selection.picked !== null) show(editor, null);
  Object.assign(selection, { chosen: { anchor: ends[0], focus: ends[1], exact: false }, whole: false });
  overlay(editor);
  refresh(editor);
}

/** The line of the document under the pointer, all of it: the marks at its end are its own. */
function chooseLine(editor, { clientX, clientY }) {
  const at = unitUnder(editor.drawn, clientX, clientY);
  if (at === null) return;
  const { start, content } = paragraphAt(editor.drawn.paragraphs, at);
  choose(editor, start, content, true);
  if (!editor.selection.isTouch && !isComplete(editor)) choseByMouse(editor, clientX);
}

/** A click picks a segment, or sets the cursor; the third on a place takes its line. */
export function onClick(editor, event) {
  const { drawn, nodes, selection } = editor;
  // The end of a drag; the place below a line that a handle is taken by is that of the captions, too.
  const isHandle = Object.values(nodes.handles).includes(event.target);
  if (isHandle && (selection.dragged || !captionAt(drawn, event))) return;
  if (event.detail === 3) {
    chooseLine(editor, event);
    return;
  }
  if (spanChosen(selection, drawn.known) && event.detail > 0 && hasSelection(drawn)) return;
  const item = itemAt(drawn, event);
  const place = item && `${item.kind} ${item.start ?? item.at}`;
  const { clicked, picked } = selection;
  const again = clicked !== null && place === clicked.place && picked === clicked.picked;
  const keys = pickable(editor, item);
  const key = keys.length ? pickAt(keys, picked, again) : null;
  const under = unitUnder(drawn, event.clientX, event.clientY);
  selection.clicked = item ? { place, picked: key, at: under } : null;
  const at = key === null ? under : null;
  if (at !== null) {
    choose(editor, at, at);
    selection.entering = true;
  } else {
    pick(editor, key);
    selection.byPointer = true;
    placeGhostBar(editor);
  }
}

/** Whether characters are selected in this root, so that a click was the end of a drag. */
function hasSelection(drawn) {
  const ends = selectionNow(drawn);
  return ends !== null && ends[0] !== ends[1];
}

/** The pointer is over something else. */
export function onHover(editor, event) {
  const { drawn, selection } = editor;
  const item = event.type === "mouseleave" ? undefined : itemAt(drawn, event);
  const key = pickable(editor, item)[0] ?? null;
  drawn.box.classList.toggle("pointing", item?.kind === "caption");
  if (key === selection.hovered) return;
  selection.hovered = key;
  outline(drawn, selection);
}

/** A handle of the picked segment is held: its border follows until it is let go. */
export function onHandle(editor, side, event) {
  const { drawn, selection } = editor;
  const span = spanPicked(editor);
  const node = editor.nodes.handles[side];
  if (!span || event.button > 0) return;
  event.preventDefault();
  event.stopPropagation();
  node.setPointerCapture(event.pointerId);
  Object.assign(selection, { drag: { start: span.start, end: span.end }, dragged: false });
  // The knob stands beside its line: the border follows the pointer as if that was held in the middle of the
  // line.
  const line = rectAt(drawn, span[side], side === "end");
  const aside = (line.top + line.bottom) / 2 - event.clientY;
  node.onpointermove = (move) => {
    const under = unitUnder(drawn, move.clientX, move.clientY + aside);
    if (under === null) return;
    const [low, high] = side === "start" ? [under, span.end] : [span.start, under];
    const to = low < high ? snapped(drawn.known, low, high, selection.byWords && !move.altKey) : null;
    if (!to) return;
    Object.assign(selection, { drag: { start: to[0], end: to[1] }, dragged: true });
    overlay(editor);
    tell(editor, `“${drawn.text.slice(...to)}”`);
  };
  const finish = (isKept) => {
    node.onpointermove = node.onpointerup = node.onpointercancel = null;
    const { start, end } = selection.drag;
    selection.drag = null;
    if (isKept) moveTo(editor, [start, end]);
    overlay(editor);
  };
  node.onpointerup = () => finish(true);
  node.onpointercancel = () => finish(false);
}
