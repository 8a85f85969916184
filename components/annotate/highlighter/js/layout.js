// Which segments stand where in the text, and the text cut where any of them begins or ends. Pure.

import { paragraphAt, paragraphs } from "./offsets.js";

/** Segments as they can be drawn: in reading order, clipped to the text, in UTF-16 units; `whole`: all of the
 * text. */
export function placed(segments, map) {
  const clip = (point) => map.units[Math.min(Math.max(Math.trunc(point) || 0, 0), map.count)];
  const size = map.units[map.count];
  return segments
    .map((segment) => {
      const start = clip(segment.start);
      const end = Math.max(start, clip(segment.end));
      return { ...segment, start, end, whole: start === 0 && end === size && size > 0 };
    })
    .sort(inReadingOrder);
}

/** By start; of those that start together the longer first, so that what holds others comes before them. */
export function inReadingOrder(a, b) {
  return a.start - b.start || b.end - a.end || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

/**
 * An underline for each span, in reading order, such that spans which overlap never share one. What holds the
 * whole text has none (-1): a bar beside the text shows it; nor has a ghost, which has an outline.
 */
export function lanes(spans) {
  const free = [];
  return spans.map(({ start, end, whole, ghost }) => {
    if (whole || ghost) return -1;
    let lane = free.findIndex((until) => until <= start);
    if (lane < 0) lane = free.length;
    free[lane] = end;
    return lane;
  });
}

/**
 * The text cut where anything begins or ends: for each paragraph a row of items, in order.
 *   {kind: "text"|"mark", start, end, open}   `open`: indices of the spans that cover it, in reading order
 *   {kind: "caret", at, open}                 of a span that has no visible extent
 * `first` and `last` are the spans that begin and that end with an item; what was opened last is closed
 * first. A line break is never inside a mark: a span of nothing else is a caret.
 */
export function cut(text, spans) {
  const found = paragraphs(text);
  const points = new Set();
  for (const { start, content, end } of found) points.add(start).add(content).add(end);
  for (const { start, end } of spans) points.add(start).add(end);
  const ordered = [...points].sort((a, b) => a - b);
  const first = new Array(spans.length).fill(null);
  const last = new Array(spans.length).fill(null);
  const rows = found.map(() => []);
  let open = [];
  let row = 0;
  let next = 0;
  for (let i = 0; i + 1 < ordered.length; i++) {
    const [start, end] = [ordered[i], ordered[i + 1]];
    while (found[row].end <= start) row++;
    open = open.filter((of) => spans[of].end > start);
    for (; next < spans.length && spans[next].start <= start; next++) {
      if (spans[next].end > start) open.push(next);
    }
    const visible = start < found[row].content;
    const item = { kind: visible && open.length ? "mark" : "text", start, end, open: visible ? open : [] };
    rows[row].push(item);
    for (const of of item.open) {
      first[of] ??= item;
      last[of] = item;
    }
  }
  const carets = new Map();
  spans.forEach((span, of) => {
    if (last[of]) return;
    const at = Math.min(span.start, paragraphAt(found, span.start).content);
    if (!carets.has(at)) carets.set(at, []);
    carets.get(at).push({ kind: "caret", at, open: [of], first: [of], last: [of] });
  });
  return found.map((paragraph, index) => {
    const items = [];
    const stand = (at) => {
      items.push(...(carets.get(at) ?? []));
      carets.delete(at);
    };
    for (const item of rows[index]) {
      stand(item.start);
      item.first = item.open.filter((of) => first[of] === item);
      item.last = item.open.filter((of) => last[of] === item).reverse();
      items.push(item);
    }
    if (paragraph.content === paragraph.end) stand(paragraph.end);
    return { ...paragraph, items };
  });
}

/** The spans of a mark from the innermost, which is the shortest, outwards. */
export function inwardsOut(open, spans) {
  const size = (of) => spans[of].end - spans[of].start;
  return [...open].sort((a, b) => size(a) - size(b) || b - a);
}

/** The segments with a tag of one of these classes and one of these labels; an empty list asks for none in
 * particular. */
export function admitted(segments, only) {
  if (!only || (!only.classes.length && !only.labels.length)) return segments;
  const fits = (names, name) => !names.length || names.includes(name);
  const isWanted = ([class_, label]) => fits(only.classes, class_) && fits(only.labels, label);
  return segments.filter(({ tags }) => tags.some(isWanted));
}

/** The first segment that starts at or after a place (1), or the last that ends at or before it (-1); its key
 * or null. */
export function nearest(spans, unit, way) {
  const beyond = spans.filter(({ start, end }) => (way > 0 ? start >= unit : end <= unit));
  return (way > 0 ? beyond[0] : beyond.at(-1))?.key ?? null;
}
