// Two segments made one, and one made two.

import { act, isRefused } from "./edits.js";
import { caption } from "./looks.js";
import { bare, trimmed } from "./offsets.js";
import { segmentOf, spanPicked } from "./selection.js";
import { quoted, tell } from "./status.js";

/** The next segment in the order of the text that has the same tags as that one and ends behind it; undefined
 * where there is none. `spans`: in reading order. */
export function nextAlike(spans, { key, start, end, tags }) {
  const alike = (one) => JSON.stringify(one.map((tag) => JSON.stringify(tag)).sort());
  const after = spans.slice(spans.findIndex((one) => one.key === key) + 1).filter(({ ghost }) => !ghost);
  return after.find((one) => one.start >= start && one.end > end && alike(one.tags) === alike(tags));
}

/** Join the picked segment with the next one of the same tags: what lies between becomes part of it. */
export function joinNext(editor) {
  if (isRefused(editor)) return;
  const { drawn } = editor;
  const span = spanPicked(editor);
  const next = nextAlike(drawn.spans, span);
  if (!next) {
    tell(editor, `No later segment with the same tags: ${caption(span.tags)}`);
    return;
  }
  const { start, end } = segmentOf(drawn, next.key);
  if (!act(editor, { kind: "join", segment: span.key, other: next.key, span: [start, end] })) return;
  tell(editor, `Joined: ${quoted(drawn, segmentOf(drawn, span.key))}`);
}

/** Which segment is to be cut, and where: the picked one at the place of the click that picked it; with
 * nothing picked, the innermost one around the cursor. Null where there is none; `at` is null where no place
 * is said. */
export function toBeCut({ drawn, selection }) {
  const { picked, clicked, chosen, byWords } = selection;
  if (picked !== null) {
    const span = drawn.spans.find(({ key, ghost }) => key === picked && !ghost);
    if (!span) return null;
    const at = clicked?.picked === picked ? clicked.at : null;
    return { span, at: at !== null && byWords ? besideWord(drawn.known, span, at) : at };
  }
  if (!chosen || chosen.anchor !== chosen.focus) return null;
  const at = chosen.focus;
  const isAround = ({ start, end, whole, ghost }) => !whole && !ghost && start < at && at < end;
  const around = drawn.spans.filter(isAround);
  const span = around.sort((a, b) => a.end - a.start - (b.end - b.start))[0];
  return span ? { span, at } : null;
}

/** The edge nearest to a place of the word that holds it, which is no edge of the segment. */
function besideWord({ words }, { start, end }, at) {
  const word = words.containing(at);
  if (!word?.isWordLike) return at;
  const edges = [word.index, word.index + word.segment.length].filter((edge) => start < edge && edge < end);
  return edges.sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0] ?? null;
}

/** Cut a segment in two. White space, and with whole words the marks beside them, are left out at the cut. */
export function cutInTwo(editor) {
  const { drawn, selection } = editor;
  const found = toBeCut(editor);
  if (!found) return false;
  if (isRefused(editor)) return true;
  const { span: { key, start, end }, at } = found;
  const piece = (from, to) => {
    const [low, high] = trimmed(drawn.text, from, to);
    return selection.byWords && low < high ? bare(drawn.text, low, high) : [low, high];
  };
  const [left, right] = at === null ? [[0, 0], [0, 0]] : [piece(start, at), piece(at, end)];
  if (left[0] >= left[1] || right[0] >= right[1]) {
    tell(editor, "Put the cursor inside the segment, or click on the word, where it is to be split");
    return true;
  }
  const { points } = drawn.offsets;
  const gap = [points[left[1]], points[right[0]]];
  if (!act(editor, { kind: "split", segment: key, span: gap })) return true;
  const [first, last] = [[points[start], gap[0]], [gap[1], points[end]]];
  const words = [first, last].map(([from, to]) => quoted(drawn, { start: from, end: to }));
  tell(editor, `Split into ${words.join(" and ")}`);
  return true;
}
