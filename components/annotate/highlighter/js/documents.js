// From document to document: the one that is shown, and those at hand before anybody asks Python.

import { isMarked, unacknowledged } from "./acts.js";
import { pressed, showMark } from "./buttons.js";
import { act } from "./edits.js";
import { tellPlace } from "./place.js";
import { render } from "./render.js";
import { nothingPicked } from "./selection.js";
import { refresh, tell } from "./status.js";

/** The document that is shown, and those at hand before and after it. */
export function nothingAround() {
  return {
    base: null, // as Python sent it
    next: [], // the nearest first, as `previous`
    previous: [],
    // {window, number, blind}: where the person went that Python has not heard of; `blind`: without knowing
    // where.
    ahead: null,
    typed: [], // what was typed for the document that is being opened
  };
}

/**
 * The document shown and those at hand, as Python has them now, which speaks of one that the person has left
 * already. `base`: the document shown, `next` and `previous`: from the nearest outwards; `sent` with `next`
 * and `previous` of its own: what Python speaks of.
 */
export function refreshed({ base, next, previous }, sent, around) {
  const row = [...around.previous.toReversed(), sent, ...around.next];
  const known = new Map(row.map((one) => [one.document, one]));
  const anew = (one) => known.get(one.document) ?? one;
  const at = row.findIndex(({ document }) => document === base.document);
  const further = (mine, theirs) => (at >= 0 && theirs.length > mine.length ? theirs : mine.map(anew));
  return {
    base: anew(base),
    next: further(next, row.slice(at + 1)),
    previous: further(previous, row.slice(0, at).toReversed()),
  };
}

/** Whether a document is done, by what the person said last. */
export function isMarkedNow({ given, outbox }, document) {
  return isMarked(unacknowledged(outbox.acts, given.applied), document);
}

/** Say that the document is done, or no longer; whether that could be said. */
export function mark(editor, done) {
  if (!act(editor, { kind: "done", done })) return false;
  showMark(editor.nodes, done, editor.given.readOnly);
  return true;
}

/**
 * To the next document (`way` 1) or the one before (-1). `what`: to the next that is not done ("to-do"),
 * which only Python knows where none that was handed over is, or to the next with a "problem", which Python
 * looks for. `isDone`: this one is done with that, and the next is one that is not.
 */
export function go(editor, way, { isDone = false, what = isDone ? "to-do" : "" } = {}) {
  const { around, given } = editor;
  if (isDone && !isMarkedNow(editor, around.base) && !mark(editor, true)) return;
  const list = way > 0 ? around.next : around.previous;
  const firstToDo = () => list.findIndex((one) => !isMarkedNow(editor, one));
  const at = what === "problem" ? -1 : what === "to-do" ? firstToDo() : 0;
  const target = list[at];
  if (!target && !what && !(way > 0 ? given.more.next : given.more.previous)) {
    tell(editor, `This is the ${way > 0 ? "last" : "first"} document`);
    return;
  }
  const going = act(editor, { kind: "go", way, to: target?.position ?? null, what });
  if (!going) return;
  around.ahead = { window: going.window, number: going.number, blind: !target };
  if (!target) {
    tell(editor, "Opening …");
    return;
  }
  const beyond = list.slice(at + 1);
  const passed = [...list.slice(0, at).reverse(), around.base];
  const next = way > 0 ? beyond : [...passed, ...around.next];
  const previous = way > 0 ? [...passed, ...around.previous] : beyond;
  Object.assign(around, { next, previous });
  open(editor, target);
  tellPlace(around);
}

/** Show another document, from its top. */
function open(editor, base) {
  editor.around.base = base;
  Object.assign(editor.selection, nothingPicked());
  render(editor);
  editor.nodes.box.scrollTop = 0;
  pressed(editor);
  refresh(editor);
  if (document.activeElement === document.body) editor.nodes.box.focus({ preventScroll: true });
}

/** Take in what Python says: the document, and those around it. Whether another document is shown now. */
export function take(editor, given) {
  const { around } = editor;
  const { ahead } = around;
  const { document: key, position, text, segments, ghosts, done } = given;
  const sent = { document: key, position, text, segments, ghosts, done };
  if (ahead && around.base && (given.applied[ahead.window] ?? 0) < ahead.number) {
    // Python has not heard yet that the person went on; what it says of the documents at hand is news all the
    // same.
    Object.assign(around, refreshed(around, sent, given));
    return false;
  }
  const isAnother = around.base?.document !== key;
  Object.assign(around, { ahead: null, next: given.next, previous: given.previous });
  if (isAnother) open(editor, sent);
  else around.base = sent;
  tellPlace(around);
  return isAnother;
}
