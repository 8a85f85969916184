// Acts: what the person does to the segments, drawn at once and sent to Python.

import { meant, segmentsAt } from "./acts.js";
import { pressed, tools } from "./buttons.js";
import { choose, pick } from "./cursor.js";
import { caption } from "./looks.js";
import { AHEAD, bordered } from "./offsets.js";
import { writeThere } from "./note.js";
import { enqueue, flush } from "./outbox.js";
import { rectAt, scrollTo } from "./places.js";
import { withRecent } from "./recent.js";
import { render } from "./render.js";
import { ghostPicked, held, segmentBefore, segmentOf, spanChosen, spanPicked } from "./selection.js";
import { quoted, refresh, sayWaiting, tell } from "./status.js";
import { countUse } from "./uses.js";

/** Why nothing can be done just now; empty when it can. */
function blocked({ around, given }, what) {
  if (around.ahead?.blind) return "The next document is being opened";
  const { readOnly } = given;
  return readOnly && !["go", "ask"].includes(what) ? readOnly : "";
}

/** Whether it cannot be done just now, which is told. */
export function isRefused(editor, what = "edit") {
  const why = blocked(editor, what);
  if (why) tell(editor, why);
  return Boolean(why);
}

/** Give an act its number, paint it, and send it. The screen does not wait for Python. Null where it is
 * refused. */
export function act(editor, meaning) {
  if (isRefused(editor, meaning.kind)) return null;
  const { document, position } = editor.around.base;
  const seen = whereSeen(editor.drawn, segmentOf(editor.drawn, meaning.segment));
  const numbered = enqueue(editor.outbox, { ...meaning, ...seen, document, position });
  if (!["go", "ask", "undo", "redo", "done"].includes(meaning.kind)) render(editor);
  if (meaning.kind === "undo" || meaning.kind === "redo") refresh(editor);
  send(editor);
  return numbered;
}

/** Where a segment stands on the screen, and beside how many others: by this the app knows it again. */
function whereSeen({ view }, segment) {
  if (!segment) return {};
  const { start, end } = segment;
  const there = view.filter((one) => one.start === start && one.end === end);
  return { at: [start, end], beside: there.length - 1 };
}

/** Send what waits, and say below the text if it waits long. */
export function send({ outbox, nodes }) {
  flush(outbox, (tries) => sayWaiting(nodes, outbox.acts, tries));
}

/** A class (part 0) or a label (part 1) by key, chip or search. */
export function use(editor, part, name) {
  const armed = [...editor.selection.armed];
  armed[part] = name;
  decide(editor, armed);
}

/** Tag with what was chosen, or wait for the other half of the tag. `enough`: one half alone is meant. */
export function decide(editor, parts, enough = false) {
  if (isRefused(editor) || takeAs(editor, parts)) return;
  const holding = held(editor);
  const outcome = meant(editor.given.shape, parts, holding, enough);
  editor.selection.armed = outcome.arm ?? [null, null];
  pressed(editor);
  if (outcome.say) tell(editor, outcome.say);
  else if (outcome.arm) refresh(editor);
  else apply(editor, outcome.act, holding);
}

/** Take the picked ghost with another class (part 0) or label (1), and stay with what was made of it; whether
 * one is picked. */
function takeAs(editor, parts) {
  const ghost = ghostPicked(editor);
  if (!ghost) return false;
  const { drawn, given: { shape }, selection } = editor;
  const has = [shape.classes, shape.labels];
  const tag = [0, 1].map((part) => (has[part] ? (parts[part] ?? ghost.tag[part]) : null));
  if (!act(editor, { kind: "take", ghosts: [ghost], tag })) return true;
  selection.repeated = tag;
  countUse(editor, tag);
  const made = segmentsAt(drawn.view, ghost).at(-1);
  if (made) pick(editor, made.key);
  tell(editor, `Took ${quoted(drawn, ghost)} as ${caption([tag])}`);
  return true;
}

/** Do what a class or a label means, and say what was done; the cursor goes behind what was tagged. */
function apply(editor, meaning, holding) {
  const { drawn, selection } = editor;
  const span = holding.segment ?? { start: holding.span[0], end: holding.span[1] };
  if (selection.picked === null && !holding.whole && !blocked(editor, meaning.kind)) {
    const end = drawn.offsets.units[span.end];
    selection.chosen = { anchor: end, focus: end, exact: false, word: AHEAD };
  }
  selection.adding = false;
  if (!act(editor, meaning)) return;
  if (meaning.tag) {
    selection.repeated = meaning.tag;
    selection.recent = withRecent(selection.recent, meaning.tag);
    countUse(editor, meaning.tag);
  }
  const verb = { add: "Tagged", tag: "Tagged", retag: "Retagged", untag: "Removed from" }[meaning.kind];
  const words = holding.whole ? "the whole document" : quoted(drawn, span);
  tell(editor, `${verb} ${words} ${caption([meaning.tag ?? meaning.was])}`);
}

/** Delete the picked segment. */
export function removeSegment(editor) {
  const segment = segmentOf(editor.drawn, editor.selection.picked);
  if (!segment || !act(editor, { kind: "delete", segment: segment.key })) return;
  after(editor, segment);
  tell(editor, `Deleted ${quoted(editor.drawn, segment)} ${caption(segment.tags)}`);
}

/** Take the tag at that place from the picked segment, which goes with its last one. */
export function removeTag(editor, at) {
  const segment = segmentOf(editor.drawn, editor.selection.picked);
  if (!segment) return;
  if (segment.tags.length < 2) {
    removeSegment(editor);
    return;
  }
  const tag = segment.tags[at];
  if (!act(editor, { kind: "untag", segment: segment.key, was: tag })) return;
  editor.selection.tagAt = 0;
  tools(editor);
  tell(editor, `Removed ${caption([tag])} from ${quoted(editor.drawn, segment)}`);
}

/** A segment that was picked is gone: the cursor stands where it was. */
function after(editor, segment) {
  const at = editor.drawn.offsets.units[Math.min(segment.start, editor.drawn.offsets.count)];
  choose(editor, at, at);
}

/** Give the picked segment another span, in units. */
export function moveTo(editor, span) {
  const segment = segmentOf(editor.drawn, editor.selection.picked);
  const { points } = editor.drawn.offsets;
  const to = [points[span[0]], points[span[1]]];
  if (!segment || (segment.start === to[0] && segment.end === to[1])) return;
  if (!act(editor, { kind: "move", segment: segment.key, span: to })) return;
  tell(editor, `Now ${quoted(editor.drawn, { start: to[0], end: to[1] })}`);
}

/** Move a border of the picked segment a step. */
export function moveBorder(editor, side, way, byWords) {
  if (isRefused(editor)) return;
  const span = spanPicked(editor);
  const to = span && bordered(editor.drawn.known, [span.start, span.end], side, way, byWords);
  if (to) moveTo(editor, to);
  else tell(editor, `The ${side} cannot move further`);
  const moved = spanPicked(editor);
  if (moved) scrollTo(editor.drawn, rectAt(editor.drawn, moved[side]));
}

/** Tag with the tag given last. */
export function repeat(editor) {
  if (isRefused(editor)) return;
  const tag = editor.selection.repeated;
  if (!tag) tell(editor, "No tag to repeat yet");
  else decide(editor, tag, true);
}

/** What is chosen next is a further tag of the picked segment. */
export function addFurther(editor) {
  if (isRefused(editor)) return;
  if (editor.given.shape.oneTag) {
    tell(editor, "A segment has one label here");
    return;
  }
  editor.selection.adding = true;
  tools(editor);
  tell(editor, "A further tag: choose what it says");
}

/** The tag that words without one are most likely to get: what was begun or is held, what the same words have
 * elsewhere in the document, what was given last. */
function likeliest({ drawn, selection: { armed, brush, repeated } }, span) {
  if (armed.some((part) => part !== null)) return armed;
  const wordsAt = (start, end) => drawn.text.slice(drawn.offsets.units[start], drawn.offsets.units[end]);
  const words = wordsAt(...span);
  const same = drawn.view.findLast(({ start, end, tags }) => tags.length && wordsAt(start, end) === words);
  return brush ?? same?.tags.at(-1) ?? repeated ?? [null, null];
}

/** Ask the page for a note on the picked segment, on the words selected, else on the document. */
export function writeNote(editor) {
  const { drawn, selection } = editor;
  const segment = selection.picked === null ? null : segmentOf(drawn, selection.picked);
  const units = spanChosen(selection, drawn.known);
  const { points } = drawn.offsets;
  const span = segment ? [segment.start, segment.end] : units && units.map((unit) => points[unit]);
  if (act(editor, { kind: "ask", what: "note", ...(span ? { span } : {}) })) writeThere(editor.nodes.box);
}

/** Ask the page for every occurrence of the words of the segment, of the selection, or of what was just
 * tagged. */
export function everyOccurrence(editor) {
  if (isRefused(editor)) return;
  const found = held(editor);
  const holding = found?.whole ? null : found;
  const segment = holding ? holding.segment : segmentBefore(editor.drawn, editor.selection);
  const span = segment ? [segment.start, segment.end] : holding?.span;
  const tag = segment?.tags.at(holding ? editor.selection.tagAt : -1) ?? (span && likeliest(editor, span));
  if (!span) tell(editor, "Select words first");
  else act(editor, { kind: "ask", what: "occurrences", span, tag });
}
