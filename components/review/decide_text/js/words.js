// The text of a document that is decided, and the bars of everybody's tags around its words.

import { look } from "../../../annotate/highlighter/js/looks.js";
import { offsets } from "../../../annotate/highlighter/js/offsets.js";
import { barsOf, piecesOf } from "./lanes.js";

/** The text of a document, with the open place framed. */
export function drawWords(self, one, place) {
  const { words } = self.nodes;
  const sign = JSON.stringify([one.text, place && [place.start, place.end], one.people]);
  if (self.drawn === sign) return;
  self.drawn = sign;
  self.units = offsets(one.text);
  words.style.setProperty("--people", one.people);
  const [start, end] = place ? [place.start, place.end].map((point) => self.units.units[point]) : [0, 0];
  const open = Object.assign(document.createElement("span"), { className: "open" });
  open.textContent = one.text.slice(start, end);
  words.replaceChildren(one.text.slice(0, start), ...(place ? [open] : []), one.text.slice(end));
  if (place) open.scrollIntoView({ block: "nearest" });
}

/** The rectangles of a span of the words (code points), from the corner of the text. */
function rectsOf({ nodes: { text, words }, units }, start, end) {
  const frame = text.getBoundingClientRect();
  const x = frame.left + text.clientLeft - text.scrollLeft;
  const y = frame.top + text.clientTop - text.scrollTop;
  const range = document.createRange();
  const left = units.units[start];
  const right = units.units[end];
  let at = 0;
  let isBegun = false;
  for (const node of words.childNodes) {
    const inner = node.nodeType === Node.TEXT_NODE ? node : node.firstChild;
    const size = inner?.length ?? 0;
    if (!isBegun && left <= at + size && (left < at + size || right === left)) {
      range.setStart(inner, left - at);
      isBegun = true;
    }
    if (isBegun && right <= at + size) {
      range.setEnd(inner, Math.max(0, right - at));
      break;
    }
    at += size;
  }
  return [...range.getClientRects()].map((rect) => {
    return { left: rect.left - x, right: rect.right - x, top: rect.top - y, bottom: rect.bottom - y };
  });
}

/** What each person has below the words, and the final version above them. */
export function drawLanes(self, one, places) {
  const { nodes } = self;
  if (!one || !nodes.words.clientWidth) return;
  const style = getComputedStyle(nodes.text);
  const sizeOf = (name) => [name, parseFloat(style.getPropertyValue(`--${name}`))];
  const sizes = Object.fromEntries(["row", "above"].map(sizeOf));
  const tags = places.flatMap((place) => {
    const isMine = place.key === self.place;
    const votes = place.spans.flatMap((span, lane) => {
      if (!span) return [];
      const words = `${lane + 1} ${place.votes[lane]}`;
      return [{ lane, words, span, hue: place.hues[lane], isOpen: isMine, place: place.key, title: words }];
    });
    return votes;
  });
  for (const { start, end, words, hue, title, place } of finalNow(one, places)) {
    const isMine = place === self.place;
    tags.push({ lane: -1, words, span: [start, end], hue, isOpen: isMine, place, title });
  }
  for (const tag of tags) tag.pieces = piecesOf(rectsOf(self, ...tag.span));
  const bars = barsOf(tags, sizes, nodes.words.clientWidth);
  nodes.lanes.replaceChildren(...bars.map(barNode));
  nodes.words.style.setProperty("--free", one.people - lanesBelow(self, one, bars));
}

/** How many lanes below the last line are needed: that of the lowest bar there, and those above it. */
function lanesBelow(self, one, bars) {
  const size = [...one.text].length;
  const end = rectsOf(self, Math.max(0, size - 1), size).at(-1);
  if (!end) return one.people;
  const there = bars.filter(({ lane, top }) => lane >= 0 && top >= end.bottom);
  return Math.max(0, ...there.map(({ lane }) => lane + 1));
}

/** The tags of the final version: what Python says of them, without those of places decided since. */
function finalNow(one, places) {
  const ahead = new Map(places.filter((place) => place.ahead).map((place) => [place.key, place]));
  const said = one.final.filter(({ place }) => !ahead.has(place));
  const made = [...ahead.values()].flatMap((place) => {
    if (place.decided === "nothing" || place.ahead === "k") return [];
    const lane = place.votes.indexOf(place.decided);
    const [start, end] = (lane >= 0 && place.spans[lane]) || [place.start, place.end];
    const title = "Not kept yet";
    return [{ start, end, words: place.decided, hue: place.hues[lane] ?? -1, title, place: place.key }];
  });
  return [...said, ...made];
}

function barNode({ tag, lane, left, top, room, width, words, isOpen: isMine }) {
  const node = document.createElement("div");
  node.className = `bar${lane < 0 ? " final" : ""}${isMine ? " open" : ""}`;
  const { hue } = look(tag.hue);
  node.style.cssText =
    `left:${left}px;top:${top}px;width:${room}px;--ink:var(--line-${hue});--own:var(--word-${hue});` +
    `border-image:linear-gradient(90deg,var(--line-${hue}) ${width}px,transparent ${width}px) 1`;
  Object.assign(node.dataset, { words, place: tag.place ?? "" });
  node.title = tag.title;
  return node;
}
