// The text with its marks in the box: only nodes that look another way than before are touched. The box holds
// the text and nothing else: `textContent` is the text, code unit for code unit. What a screen reader says of
// segments is generated content (`::before`, `::after`), and so are the captions in the lane.

import { emptyLane } from "./captions.js";
import { cut, inwardsOut } from "./layout.js";
import { barsOf, depthOf, markStyle, pitchOf } from "./looks.js";

const LONG = 50000; // units from which paragraphs out of sight are not laid out

/** A class with these declarations. Few looks are worn by many marks, and a rule is read once, a style each
 * time. */
function wearing(style, drawn) {
  let name = drawn.worn.get(style);
  if (!name) {
    name = `look-${drawn.worn.size}`;
    drawn.worn.set(style, name);
    drawn.sheet.insertRule(`.${name}{${style}}`);
  }
  return name;
}

/** A style in short: it is compared for each of thousands of marks. */
function numberOf(style, { styles }) {
  if (!styles.has(style)) styles.set(style, styles.size);
  return styles.get(style);
}

/** Settle what an item looks like, and give it as one string: items that read the same look the same. */
function sign(item, drawn) {
  const { spans, captions, text } = drawn;
  if (item.kind === "text") return `t${item.start}-${item.end}`;
  const inside = inwardsOut(item.open, spans);
  item.keys = inside.map((of) => spans[of].key);
  item.opens = item.kind === "mark" ? item.first.map((of) => `start ${captions[of].spoken}`).join(", ") : "";
  item.closes = item.last.map((of) => `end ${captions[of].spoken}`).join(", ");
  const begun = item.first.map((of) => captions[of]);
  if (item.kind === "caret") return `c${item.at}${JSON.stringify([item.keys, item.closes, begun])}`;
  // A ghost is an outline in the lane: what is drawn on the words is that of segments.
  const solid = item.open.filter((of) => !spans[of].ghost);
  const innermost = inside.find((of) => !spans[of].ghost);
  const inner = spans[innermost ?? inside[0]];
  const isTinted = innermost !== undefined && !inner.whole && inner.tags.length;
  item.style = markStyle(
    solid.map((of) => ({ ...drawn.looks[of], lane: drawn.lane[of] })),
    isTinted ? drawn.looks[innermost].hue : null,
  );
  item.depth = depthOf(solid.map((of) => drawn.lane[of]));
  const isEdge = (those) => those.some((of) => !spans[of].ghost);
  const flags = {
    bare: inner.tags.length === 0,
    problem: item.open.some((of) => spans[of].problem),
    first: isEdge(item.first),
    last: isEdge(item.last),
    thin: inner.end - inner.start < 9 && /^[\s\p{Cf}\p{Cc}]*$/u.test(text.slice(inner.start, inner.end)),
  };
  item.classes = Object.keys(flags).filter((flag) => flags[flag]).join(" ");
  const seen = [item.keys, numberOf(item.style, drawn), item.classes, item.closes, begun];
  return `m${item.start}-${item.end}${JSON.stringify(seen)}`;
}

function build(item, drawn) {
  if (item.kind === "text") return document.createTextNode(drawn.text.slice(item.start, item.end));
  const node = document.createElement(item.kind === "mark" ? "mark" : "span");
  node.className = item.kind === "mark" ? `${wearing(item.style, drawn)} ${item.classes}` : "point";
  if (item.opens) node.dataset.opens = item.opens;
  if (item.closes) node.dataset.closes = ` ${item.closes} `;
  if (item.kind === "mark") node.append(drawn.text.slice(item.start, item.end));
  return node;
}

/** Make one paragraph show its items, keeping every node that shows the same as before. */
function repaint(paragraph, items, signs, drawn) {
  const known = paragraph.known;
  if (signs.length === paragraph.signs.length && signs.every((sign, i) => sign === paragraph.signs[i])) {
    // Nothing to see, but the items carry the numbers of the spans, and those may have moved.
    signs.forEach((sign, i) => drawn.items.set(known.get(sign), items[i]));
    return;
  }
  const wanted = new Set(signs);
  for (const [sign, node] of known) {
    if (wanted.has(sign)) continue;
    node.remove();
    drawn.items.delete(node);
    known.delete(sign);
  }
  let place = paragraph.node.firstChild;
  items.forEach((item, i) => {
    let node = known.get(signs[i]);
    if (!node) known.set(signs[i], (node = build(item, drawn)));
    drawn.items.set(node, item);
    if (node === place) place = place.nextSibling;
    else paragraph.node.insertBefore(node, place);
  });
  paragraph.signs = signs;
  paragraph.isStale = true;
  const pitch = `${pitchOf(items.reduce((most, { depth = 0 }) => Math.max(most, depth), 0))}px`;
  if (paragraph.pitch !== pitch) paragraph.node.style.setProperty("--pitch", (paragraph.pitch = pitch));
}

/** Make the box show the text with its spans. */
export function paint(drawn, { box, cursor, handles }) {
  const { text, spans } = drawn;
  const rows = cut(text, spans);
  if (drawn.painted !== text) {
    drawn.painted = text;
    drawn.items.clear();
    const isLong = text.length > LONG;
    drawn.paragraphs = rows.map(() => {
      const node = document.createElement("div");
      node.className = "paragraph";
      node.dir = "auto";
      const lane = emptyLane();
      node.append(lane.node);
      // What the browser does not lay out has no places; it says when it does.
      return { node, lane, known: new Map(), signs: [], isStale: true, isOutOfSight: isLong };
    });
    box.classList.toggle("long", isLong);
    const nodes = drawn.paragraphs.map(({ node }) => node);
    box.replaceChildren(...nodes, cursor, handles.start, handles.end);
  }
  rows.forEach((row, index) => {
    const paragraph = Object.assign(drawn.paragraphs[index], row);
    repaint(paragraph, row.items, row.items.map((item) => sign(item, drawn)), drawn);
  });
}

/** Draw a bar beside the text for each tag of the whole of it. */
export function bars(drawn) {
  const image = barsOf(drawn.spans, drawn.colours);
  if (drawn.bars === image) return;
  drawn.bars = image;
  drawn.box.style.backgroundImage = image;
}

/** Outline the picked segment and the one under the pointer; only nodes whose look changes are touched. */
export function outline({ items, paragraphs, spans }, { picked, hovered }) {
  const set = (node, name, on) => node.classList.contains(name) !== on && node.classList.toggle(name, on);
  const ghosts = new Set(spans.filter(({ ghost }) => ghost).map(({ key }) => key));
  for (const [node, item] of items) {
    if (item.kind !== "mark") continue;
    const holds = (key) => key !== null && !ghosts.has(key) && item.keys.includes(key);
    set(node, "picked", holds(picked));
    set(node, "hovered", holds(hovered));
    const rim = holds(picked) ? picked : hovered;
    set(node, "edge-first", holds(rim) && item.first.some((of) => spans[of].key === rim));
    set(node, "edge-last", holds(rim) && item.last.some((of) => spans[of].key === rim));
  }
  for (const { lane } of paragraphs) {
    for (const { node, key } of lane.nodes.values()) {
      set(node, "picked", key === picked);
      set(node, "hovered", key === hovered);
    }
  }
}
