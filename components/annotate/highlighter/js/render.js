// From what Python said and what was done since to what is seen: settle it, and draw what has changed.

import { isMarked, reduce, unacknowledged } from "./acts.js";
import { chips, showMark, showWhole, tools } from "./buttons.js";
import { admitted, lanes, placed } from "./layout.js";
import { caption, coloursOf, isDense, lookOf, shortNames } from "./looks.js";
import { borders, offsets } from "./offsets.js";
import { overlay, selectNatively } from "./overlay.js";
import { bars, outline, paint } from "./paint.js";
import { wholeInWords } from "./status.js";

/** The text as it is drawn in its box, before anything is drawn. */
export function nothingDrawn(box) {
  return {
    box,
    view: [], // the segments as they are now, in code points
    text: undefined,
    offsets: null,
    known: null,
    // Those that are shown, in UTF-16 units and in reading order; with each its lane, look and caption.
    spans: [],
    lane: [],
    colours: null, // which part of a tag is seen by its colour, and the look of each name
    looks: [],
    captions: [],
    dense: false,
    items: new Map(), // from nodes to what they show
    paragraphs: [],
    worn: new Map(),
    styles: new Map(), // the number of each that a mark has had
    sheet: new CSSStyleSheet(),
  };
}

/** What is known about each segment before anything is drawn. */
function prepare(drawn, text, given) {
  const { classes, labels, only } = given;
  if (drawn.text !== text) Object.assign(drawn, { text, offsets: offsets(text), known: borders(text) });
  const spans = placed(admitted(drawn.view, only), drawn.offsets);
  const dense = isDense(spans.length, drawn.offsets.count);
  const short = dense ? shortNames([...classes, ...labels]) : null;
  const colours = coloursOf(given);
  const looks = spans.map(({ tags }) => lookOf(tags, colours));
  const captions = spans.map(({ tags, problem }, of) => ({
    shown: (problem ? "⚠\ufe0e " : "") + caption(tags, short),
    full: caption(tags, null, 1000) + (problem ? `, problem: ${problem}` : ""),
    hue: looks[of].hue,
    problem,
  }));
  Object.assign(drawn, { spans, dense, colours, looks, captions, lane: lanes(spans) });
}

/** Draw what is so now; nothing is touched where it is so already. */
export function render(editor) {
  const { given, nodes, drawn, outbox, around, selection } = editor;
  const { base } = around;
  const waiting = unacknowledged(outbox.acts, given.applied);
  showMark(nodes, isMarked(waiting, base), given.readOnly);
  drawn.view = reduce(base.segments, waiting, base.document);
  const { classes, labels, keys, looks, only, adds, readOnly } = given;
  const seen = [base.document, drawn.view, classes, labels, keys, looks, only, adds, readOnly];
  const picture = JSON.stringify(seen);
  if (drawn.text === base.text && drawn.picture === picture) return;
  drawn.picture = picture;
  editor.said.message = null; // What was told last was about what stood there before.
  prepare(drawn, base.text, given);
  chips(editor);
  showWhole(nodes, given, wholeInWords(drawn));
  paint(drawn, nodes);
  bars(drawn);
  const isThere = (key) => key !== null && drawn.spans.some((span) => span.key === key);
  if (!isThere(selection.picked)) selection.picked = null;
  if (!isThere(selection.hovered)) selection.hovered = null;
  outline(drawn, selection);
  tools(editor);
  selectNatively(editor);
  overlay(editor);
}
