// From places of the text to places on the page and back: nodes, rectangles, what lies under the pointer.
// `drawn` is the text as it is drawn in its box; a unit is one of UTF-16.

import { nextCluster, paragraphAt } from "./offsets.js";

const LETTER = 22; // px: the height of the text cursor where there is no letter

/** The text node that holds a unit, and the offset in it; between two the first where `isEnd`, else the
 * second. */
export function nodeAt(drawn, unit, isEnd = false) {
  const row = paragraphAt(drawn.paragraphs, isEnd && unit > 0 ? unit - 1 : unit);
  let chosen = -1;
  row.items.forEach((item, i) => {
    if (item.kind !== "text" && item.kind !== "mark") return;
    if (chosen < 0 || (isEnd ? row.items[chosen].end < unit : item.start <= unit)) chosen = i;
  });
  if (chosen < 0) return [row.node, 0];
  const item = row.items[chosen];
  const node = row.known.get(row.signs[chosen]);
  const inner = item.kind === "mark" ? node.firstChild : node;
  return [inner, Math.min(unit - item.start, inner.length)];
}

/** The unit at a place in the box, as selections and the pointer name it; null outside the text. */
function unitAt(drawn, node, offset) {
  const { box, items, paragraphs, text } = drawn;
  if (!box.contains(node)) return null;
  if (node === box) return paragraphs[offset]?.start ?? text.length;
  const lane = (node instanceof Element ? node : node.parentNode).closest(".lane");
  if (lane) return paragraphs.find((paragraph) => paragraph.lane.node === lane).end;
  const row = paragraphs.find((paragraph) => paragraph.node === node);
  if (row) {
    const item = items.get(node.childNodes[offset]);
    return item ? (item.start ?? item.at) : row.end;
  }
  const item = items.get(node) ?? items.get(node.parentNode);
  if (!item) return null;
  if (item.start === undefined) return item.at;
  return node.nodeType === Node.TEXT_NODE ? item.start + offset : offset ? item.end : item.start;
}

/** The selection of the browser as [anchor, focus] in units; null where it is not in the text. */
export function selectionNow(drawn) {
  const root = drawn.box.getRootNode();
  const inside = root.getSelection?.();
  if (inside?.rangeCount) {
    return endsOf(drawn, inside.anchorNode, inside.anchorOffset, inside.focusNode, inside.focusOffset);
  }
  const [range] = document.getSelection()?.getComposedRanges?.({ shadowRoots: [root] }) ?? [];
  if (!range) return null;
  return endsOf(drawn, range.startContainer, range.startOffset, range.endContainer, range.endOffset);
}

function endsOf(drawn, node, offset, other, otherOffset) {
  const ends = [unitAt(drawn, node, offset), unitAt(drawn, other, otherOffset)];
  return ends.includes(null) ? null : ends;
}

/** The unit under a point of the window. */
export function unitUnder(drawn, x, y) {
  const root = drawn.box.getRootNode();
  const place = document.caretPositionFromPoint?.(x, y, { shadowRoots: [root] });
  const unit = place ? unitAt(drawn, place.offsetNode, place.offset) : null;
  if (unit !== null) return unit;
  const item = drawn.items.get(root.elementFromPoint(x, y)?.closest("mark"));
  if (!item) return null;
  let best = [Infinity, item.start];
  for (let at = item.start; at <= item.end; at = at < item.end ? nextCluster(drawn.known, at, 1) : at + 1) {
    const rect = rectAt(drawn, at);
    const far = Math.abs(rect.left - x) + 10 * Math.abs((rect.top + rect.bottom) / 2 - y);
    if (far < best[0]) best = [far, at];
  }
  return best[1];
}

/** Where the text cursor is drawn for a unit: a rectangle of the window. */
export function rectAt(drawn, unit, isEnd = false) {
  const [node, offset] = nodeAt(drawn, unit, isEnd);
  const range = document.createRange();
  range.setStart(node, offset);
  const [rect] = range.getClientRects();
  if (rect && rect.height) return rect;
  // Beside a line break there is no rectangle: take an edge of the letter beside it, or of the empty line.
  if (node.nodeType === Node.TEXT_NODE && offset > 0) {
    range.setStart(node, offset - 1);
    range.setEnd(node, offset);
    const last = [...range.getClientRects()].at(-1);
    if (last && last.height) return new DOMRect(last.right, last.top, 0, last.height);
  }
  const line = paragraphAt(drawn.paragraphs, unit).node;
  const frame = line.getBoundingClientRect();
  const { direction, lineHeight } = getComputedStyle(line);
  const side = direction === "rtl" ? frame.right : frame.left;
  return new DOMRect(side, frame.top + (parseFloat(lineHeight) - LETTER) / 2, 0, LETTER);
}

/** The place a line above (-1) or below (1), nearest to the `column` (px); beyond the last line the end of
 * the text. */
export function lineFrom(drawn, unit, way, column) {
  const from = rectAt(drawn, unit);
  const isBeyond = (rect, edge) => (way > 0 ? rect.top >= edge.bottom - 3 : rect.bottom <= edge.top + 3);
  let best = null;
  let line = null;
  for (let at = unit; ; ) {
    const next = nextCluster(drawn.known, at, way);
    if (next === at) break;
    at = next;
    const rect = rectAt(drawn, at);
    if (!line && !isBeyond(rect, from)) continue;
    if (line && isBeyond(rect, line)) break;
    line ??= rect;
    const far = Math.abs(rect.left - column);
    if (!best || far < best[0]) best = [far, at];
  }
  return best ? best[1] : way > 0 ? drawn.text.length : 0;
}

/** The first (-1) or the last (1) place of the line that is drawn there. */
export function edgeOfLine(drawn, unit, way) {
  const { start, content } = paragraphAt(drawn.paragraphs, unit);
  const from = rectAt(drawn, unit);
  let at = unit;
  while (way > 0 ? at < content : at > start) {
    const next = nextCluster(drawn.known, at, way);
    const rect = rectAt(drawn, next);
    if (rect.top >= from.bottom - 3 || rect.bottom <= from.top + 3) break;
    at = next;
  }
  return at;
}

/** Scroll the text, and only the text, as little as needed. */
export function scrollTo(drawn, rect) {
  const { box } = drawn;
  const frame = box.getBoundingClientRect();
  if (rect.top < frame.top + 8) box.scrollTop -= frame.top + 24 - rect.top;
  else if (rect.bottom > frame.bottom - 8) box.scrollTop += rect.bottom - frame.bottom + 24;
}

/** Bring the segment of that key into sight. */
export function reveal(drawn, key) {
  const { items } = drawn;
  for (const [node, item] of items) {
    if (item.kind === "text" || !item.keys.includes(key)) continue;
    const [part] = node.getClientRects();
    if (part) scrollTo(drawn, part);
    return;
  }
}
