// From what Python said and what was done since to what is seen: settle it, and draw what has changed.

import { ghostsLeft, isMarked, reduce, unacknowledged } from "./acts.js";
import { chips, showMark, showWhole, tools } from "./buttons.js";
import { allStale, putCaptions, readPlaces } from "./captions.js";
import { showGhosts } from "./ghost_bar.js";
import { admitted, lanes, placed } from "./layout.js";
import { certainty } from "./limits.js";
import { caption, coloursOf, lookOf, shortNames } from "./looks.js";
import { borders, offsets } from "./offsets.js";
import { overlay, selectNatively } from "./overlay.js";
import { bars, outline, paint } from "./paint.js";
import { wholeInWords } from "./status.js";

/** The text as it is drawn in its box, before anything is drawn. */
export function nothingDrawn(box) {
  return {
    box,
    view: [], // the segments as they are now, in code points
    ghosts: [], // what is proposed beside them, in code points as well
    text: undefined,
    offsets: null,
    known: null,
    // Those that are shown, with the ghosts, in UTF-16 units and in reading order; with each its lane, look
    // and caption.
    spans: [],
    lane: [],
    colours: null, // which part of a tag is seen by its colour, and the look of each name
    looks: [],
    captions: [],
    short: null, // the short forms of the names that are `named`
    named: "",
    rows: 1, // of captions below each line
    ruled: null, // the type of the captions, as it was read from the page
    awaits: false, // a frame, in which the captions of what came into sight are placed
    extent: "", // of the box, when captions were placed
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
  const proposed = drawn.ghosts.map((one) => ({ ...one, tags: [one.tag], problem: "", ghost: true }));
  const spans = placed(admitted([...drawn.view, ...proposed], only), drawn.offsets);
  const colours = coloursOf(given);
  const names = JSON.stringify([classes, labels]);
  if (drawn.named !== names) {
    Object.assign(drawn, { named: names, short: shortNames([...classes, ...labels]) });
  }
  const looks = spans.map(({ tags }) => lookOf(tags, colours));
  const captions = spans.map(({ tags, problem, row = 0, ghost = false, confidence = null }, of) => {
    const sign = problem ? "⚠\ufe0e " : ghost ? "?\u2009" : "";
    const sure = ghost && confidence !== null ? `, ${certainty(confidence)}` : "";
    const wrong = problem ? `, problem: ${problem}` : "";
    const spoken = (ghost ? "proposed " : "") + caption(tags, null, 1000) + sure + wrong;
    const short = sign + caption(tags, drawn.short);
    const words = { long: sign + caption(tags), short, full: ghost ? spoken : sign + spoken };
    return { ...words, spoken, hue: looks[of].hue, problem, ghost, row: Math.min(row, drawn.rows - 1) };
  });
  Object.assign(drawn, { spans, colours, looks, captions, lane: lanes(spans) });
}

/** Draw what is so now; nothing is touched where it is so already. */
export function render(editor) {
  const { given, nodes, drawn, outbox, around, selection } = editor;
  const { base } = around;
  const waiting = unacknowledged(outbox.acts, given.applied);
  showMark(nodes, isMarked(waiting, base), given.readOnly);
  drawn.view = reduce(base.segments, waiting, base.document, given.shape.oneTag);
  drawn.ghosts = ghostsLeft(base.ghosts ?? [], waiting, base.document);
  const { classes, labels, keys, looks, only, adds, readOnly, rows = 1 } = given;
  const names = [classes, labels, keys, looks, only, adds];
  const seen = [base.document, drawn.view, drawn.ghosts, names, readOnly, rows];
  const picture = JSON.stringify(seen);
  if (drawn.text === base.text && drawn.picture === picture) return;
  drawn.picture = picture;
  editor.said.message = null; // What was told last was about what stood there before.
  if (drawn.rows !== rows) {
    drawn.rows = rows;
    drawn.box.style.setProperty("--rows", rows);
    allStale(drawn);
  }
  prepare(drawn, base.text, given);
  chips(editor);
  showWhole(nodes, given, wholeInWords(drawn));
  showGhosts(editor);
  paint(drawn, nodes);
  bars(drawn);
  const isThere = (key) => key !== null && drawn.spans.some((span) => span.key === key);
  if (!isThere(selection.picked)) selection.picked = null;
  if (!isThere(selection.hovered)) selection.hovered = null;
  tools(editor);
  selectNatively(editor);
  replace(editor);
}

/** Put what lies over the text where the text stands now: after it was drawn, in a box of another width, in a
 * font that has come, in paragraphs that come into sight. */
export function replace(editor) {
  const { drawn, selection } = editor;
  // All is read before the first caption is written: the page is laid out once.
  const places = readPlaces(drawn);
  overlay(editor);
  putCaptions(drawn, places);
  outline(drawn, selection);
}
