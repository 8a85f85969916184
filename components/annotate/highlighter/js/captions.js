// The captions of the segments, drawn over the text in the lane between its lines, so that no word moves for
// them. They are for the eye alone: a screen reader hears the same words where a segment starts and ends.

import { readsLeft } from "./offsets.js";
import { arranged, boxesOf, linesOf } from "./lane.js";

const ruler = document.createElement("canvas").getContext("2d");

/** The lane of a paragraph, before anything stands in it. */
export function emptyLane() {
  const node = document.createElement("span");
  node.className = "lane";
  node.setAttribute("aria-hidden", "true");
  return { node, nodes: new Map(), placed: [], isLeft: false };
}

/** Have all captions placed anew: the text may stand elsewhere now. */
export function allStale(drawn) {
  drawn.ruled = null;
  for (const paragraph of drawn.paragraphs) paragraph.isStale = true;
}

/** By what can be told whether the text still stands where captions were placed. */
export function extentOf({ clientWidth, scrollHeight }) {
  return `${clientWidth} ${scrollHeight}`;
}

/** What has to be known of the page to place captions. Nothing is written, so the page is laid out once at
 * most. */
export function readPlaces(drawn) {
  const { box } = drawn;
  const stale = drawn.paragraphs.filter(({ isStale, isOutOfSight }) => isStale && !isOutOfSight);
  if (!stale.length || !box.clientWidth) return [];
  drawn.extent = extentOf(box);
  drawn.ruled ??= ruled(stale[0].lane.node);
  return stale.map((paragraph) => {
    const frame = paragraph.node.getBoundingClientRect();
    const isLeft = readsLeft(drawn.text.slice(paragraph.start, paragraph.content));
    const along = isLeft
      ? ({ left, right }) => ({ from: frame.right - right, to: frame.right - left })
      : ({ left, right }) => ({ from: left - frame.left, to: right - frame.left });
    const pieces = paragraph.items.flatMap((item, i) => {
      if (item.kind === "text") return [];
      const rects = [...paragraph.known.get(paragraph.signs[i]).getClientRects()];
      const seen = rects.some(({ width }) => width) ? rects.filter(({ width }) => width) : rects.slice(0, 1);
      return seen.map((rect) => {
        const [top, bottom] = [rect.top - frame.top, rect.bottom - frame.top];
        return { item, top, bottom, ...along(rect) };
      });
    });
    return { paragraph, isLeft, width: frame.width, pieces };
  });
}

/** The type of captions and the height of their rows, as the page has them. */
function ruled(lane) {
  const { font, lineHeight } = getComputedStyle(lane);
  return { font, row: parseFloat(lineHeight), widths: new Map() };
}

/** Put captions where they belong. Nothing is read. */
export function putCaptions(drawn, places) {
  for (const { paragraph, isLeft, width, pieces } of places) {
    paragraph.isStale = false;
    const lines = linesOf(pieces);
    const wanted = lines.flatMap((line) => inLine(drawn, line, width));
    const bars = pieces.filter(({ item }) => item.kind === "caret").map((piece) => barOf(drawn, piece));
    const isGhost = (of) => drawn.spans[of].ghost && !drawn.spans[of].whole;
    const boxes = boxesOf(pieces, isGhost).map((box) => boxOf(drawn, box));
    show(paragraph.lane, [...wanted, ...bars, ...boxes]);
    const placed = wanted.filter(({ words }) => words).map(({ keys, at, top, size }) => {
      return { keys, top, bottom: top + drawn.ruled.row, from: at, to: at + size };
    });
    Object.assign(paragraph.lane, { placed, isLeft });
  }
}

function measureIn({ ruled: { font, widths } }, words) {
  if (!widths.has(words)) {
    ruler.font = font;
    widths.set(words, ruler.measureText(words).width);
  }
  return widths.get(words);
}

/** What begins on a line as captions, each row of them by itself. */
function inLine(drawn, { bottom, starts }, width) {
  const { captions, spans, ruled: { row: height } } = drawn;
  const measure = (words) => measureIn(drawn, words);
  const rows = Map.groupBy(starts, ({ of }) => captions[of].row);
  return [...rows].flatMap(([row, starts]) => {
    const begun = starts.map(({ of, at, until }) => ({ at, until, ...captions[of] }));
    return arranged(begun, width, measure).map(({ at, words, counts }, i) => {
      const those = [i, ...counts];
      const every = those.map((n) => begun[n].full);
      const aside = Math.max(0, Math.min(begun[i].at, width - Math.max(...every.map(measure))));
      const keys = those.map((n) => spans[starts[n].of].key);
      const [top, size] = [bottom + row * height, measure(words)];
      const { hue, problem, ghost } = begun[i];
      return { keys, at, top, size, words, aside, every, hue, problem, ghost };
    });
  });
}

/** The stroke in the text of a segment that has no extent. */
function barOf({ spans }, { item, top, bottom, from }) {
  return { bar: true, keys: [spans[item.open[0]].key], at: from, top, height: bottom - top };
}

/** The outline of a ghost on one of its lines. */
function boxOf({ spans, looks }, { of, line, top, bottom, from, to }) {
  const size = { width: to - from + 2, height: bottom - top };
  return { box: true, line, keys: [spans[of].key], at: from - 1, top, ...size, hue: looks[of].hue };
}

/** Make the lane hold these, keeping the nodes of segments that have one. */
function show(lane, wanted) {
  const before = lane.nodes;
  lane.nodes = new Map();
  const nodes = wanted.map((one) => {
    const kind = one.bar ? "bar" : one.box ? `box ${one.line}` : "caption";
    const name = `${kind} ${one.keys[0]}`;
    const element = one.bar || one.box ? "i" : "span";
    const known = before.get(name) ?? { node: document.createElement(element), sign: "" };
    const sign = JSON.stringify(one);
    if (known.sign !== sign) dress(known.node, one);
    lane.nodes.set(name, Object.assign(known, { sign, key: one.keys[0] }));
    return known.node;
  });
  const there = lane.node.childNodes;
  if (nodes.length !== there.length || nodes.some((node, i) => node !== there[i])) {
    lane.node.replaceChildren(...nodes);
  }
}

const px = (length) => `${Math.round(length * 8) / 8}px`;

function dress(node, one) {
  if (one.bar) {
    node.className = "caret";
    node.style.cssText = `--at:${px(one.at)};top:${px(one.top)};height:${px(one.height)}`;
    return;
  }
  if (one.box) {
    node.className = "ghost";
    node.style.cssText =
      `--at:${px(one.at)};top:${px(one.top)};width:${px(one.width)};height:${px(one.height)};` +
      `--own:var(--word-${one.hue})`;
    return;
  }
  node.className = `caption${one.problem ? " problem" : ""}${one.ghost ? " proposed" : ""}`;
  node.style.cssText =
    `--at:${px(one.at)};--aside:${px(one.aside)};top:${px(one.top)};--own:var(--word-${one.hue})`;
  Object.assign(node.dataset, { caption: one.words, full: one.every[0], all: one.every.join("\n") });
}

/** The keys of the segments whose caption is under the pointer. It meets the text alone, so that a selection
 * may be drawn across captions. */
export function captionAt({ paragraphs }, { clientX, clientY }) {
  for (const { node, lane: { placed, isLeft }, isOutOfSight } of paragraphs) {
    if (!placed.length || isOutOfSight) continue;
    const frame = node.getBoundingClientRect();
    const [x, y] = [isLeft ? frame.right - clientX : clientX - frame.left, clientY - frame.top];
    const found = placed.find(({ top, bottom, from, to }) => top <= y && y < bottom && from <= x && x < to);
    if (found) return found.keys;
  }
  return null;
}
