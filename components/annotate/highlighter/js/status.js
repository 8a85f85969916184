// The lines below the text: what is picked or selected, what was done, what was taken back, what waits.

import { editsIn, markLate } from "../../../shell/waiting.js";
import { certainty } from "./limits.js";
import { caption } from "./looks.js";
import { isWholeMeant, segmentOfWhole, spanChosen } from "./selection.js";
import { isAnyUsed } from "./uses.js";

const WHOLE = "Whole document";
const READABLE = 5000; // ms for which a warning stands at least, however quickly the person goes on

/** What was told, and which news of Python's were heard. */
export function nothingSaid() {
  return { message: null, warnedAt: 0, ending: 0, shownCount: 0, saidCount: 0 };
}

/** The status line: which segment is picked, its words, its tags, what is wrong with it. It is counted as in
 * the table, by `order`. */
export function describe(spans, picked, text, order) {
  const span = spans.find(({ key }) => key === picked);
  const count = spans.filter(({ ghost }) => !ghost).length;
  if (!span) return count === 1 ? "1 segment" : `${count} segments`;
  const { start, end, tags, problem } = span;
  if (span.ghost) {
    const sure = span.confidence === null ? "" : `, ${certainty(span.confidence)}`;
    const words = shortened(text.slice(start, end), 40);
    return `Proposed${sure}: ${words} ${caption(tags)}. Enter takes, Delete rejects`;
  }
  const at = order.findIndex(({ key }) => key === picked);
  const words = shortened(text.slice(start, Math.min(end, start + 400)), 60);
  const said = `Segment ${at + 1} of ${order.length}: ${words} ${caption(tags)}`;
  return problem ? `${said} – ${problem}` : said;
}

/** Words in quotes, cut after so many letters. */
function shortened(words, most) {
  const letters = [...words.replace(/\s+/g, " ")];
  return `“${letters.length > most ? letters.slice(0, most - 1).join("") + "…" : letters.join("")}”`;
}

/** The words of a span, given in code points. */
export function quoted({ text, offsets: { units } }, { start, end }) {
  return shortened(text.slice(units[start], units[end]), 40);
}

/** What a screen reader and the status line are told of the pick, or of the text when nothing is picked. */
function standing(editor) {
  const { given, drawn, selection } = editor;
  const { picked, armed } = selection;
  const chosen = armed[0] ?? armed[1];
  const isWhole = isWholeMeant(editor);
  if (chosen !== null) {
    const missing = armed[0] === null ? "class" : "label";
    const alone = given.shape.whole ? "Enter takes it alone" : "Enter tags with it alone";
    return `${isWhole ? `${WHOLE}: ` : ""}${chosen}: choose a ${missing} now; ${alone}`;
  }
  if (isWhole && !given.readOnly) return wholeInWords(drawn);
  const span = picked === null ? spanChosen(selection, drawn.known) : null;
  if (span) return `Selected: “${drawn.text.slice(...span).replace(/\s+/g, " ")}”`;
  if (picked === null && given.readOnly) return "Read-only";
  if (picked === null && !given.classes.length && !given.labels.length) {
    return "There is nothing to tag with yet: add a class or a label above";
  }
  const isEmpty = !drawn.view.length && !drawn.ghosts.length;
  if (isEmpty && !given.readOnly && !isAnyUsed(editor)) return firstSteps(editor);
  return describe(drawn.spans, picked, drawn.text, drawn.view);
}

/** The way to a tag, for who has given none in this session yet. */
function firstSteps({ given: { shape, classes, labels }, names: { keyOf } }) {
  const parts = [[shape.classes, classes], [shape.labels, labels]];
  const names = parts.map(([is, list], part) => is && list.find((name) => keyOf[part].has(name)));
  const presses = names.flatMap((name, part) => (name ? [`press ${keyOf[part].get(name)} for ${name}`] : []));
  return ["Select words", ...presses].map((words, at) => `${at + 1}. ${words}`).join(" · ");
}

/** The document as a target, with the tags that it has. */
export function wholeInWords(drawn) {
  const tags = segmentOfWhole(drawn)?.tags ?? [];
  const proposed = drawn.spans.flatMap(({ whole, ghost, tags }) => (whole && ghost ? tags : []));
  const said = tags.length ? [caption(tags)] : [];
  if (proposed.length) said.push(`proposed ${caption(proposed)}`);
  return said.length ? `${WHOLE}: ${said.join(", ")}` : WHOLE;
}

/** What was taken back and why: it stays long enough to be read. */
export function warn({ nodes, said }, words) {
  clearTimeout(said.ending);
  nodes.alert.textContent = words;
  said.warnedAt = performance.now();
}

/** The person goes on: a warning goes when it has stood long enough to be read. */
function endWarning({ nodes, said }) {
  clearTimeout(said.ending);
  const end = () => (nodes.alert.textContent = "");
  said.ending = setTimeout(end, said.warnedAt + READABLE - performance.now());
}

export function say(editor) {
  const { nodes, said } = editor;
  if (nodes.alert.textContent && performance.now() - said.warnedAt > READABLE) nodes.alert.textContent = "";
  const words = said.message ?? standing(editor);
  if (nodes.status.textContent !== words) nodes.status.textContent = words;
}

/** Say it, and leave it standing until the person chooses something else; said twice, it is heard twice. */
export function tell(editor, words) {
  endWarning(editor);
  if (editor.said.message === words) editor.nodes.status.textContent = "";
  editor.said.message = words;
  say(editor);
}

/** What was told last is over: say where things stand. */
export function refresh(editor) {
  endWarning(editor);
  editor.said.message = null;
  say(editor);
}

/** Tell a screen reader how many edits are in this page only, if they had to be sent again. It is seen in the
 * line that says how the work stands. */
export function sayWaiting({ waiting }, acts, tries) {
  const count = tries === 0 ? 0 : editsIn(acts);
  markLate(count > 0);
  const words = `${count} ${count === 1 ? "edit is" : "edits are"} in this page only; trying again`;
  const now = count ? words : "";
  if (waiting.textContent !== now) waiting.textContent = now;
}
