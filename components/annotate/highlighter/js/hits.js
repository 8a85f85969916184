// What the list of documents is searched for, marked in the text.

import { nodeAt } from "./places.js";

const MARKED = "tagwright-hits";
const MOST = 2000; // hits that are marked

/** Where words stand in a text, in either normal form and whatever their case: spans in units. */
export function hitsOf(text, sought) {
  if (!sought) return [];
  const forms = ["NFC", "NFD"].map((form) => sought.normalize(form).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const found = text.matchAll(new RegExp(forms.join("|"), "giu"));
  return [...found].slice(0, MOST).map(({ index, 0: words }) => [index, index + words.length]);
}

/** Mark the hits where they are drawn now; no word moves by it. */
export function markHits({ given, drawn }) {
  const { sought = "" } = given;
  if (drawn.sought === sought && drawn.hitsIn === drawn.picture) return;
  Object.assign(drawn, { sought, hitsIn: drawn.picture, hits: hitsOf(drawn.text, sought) });
  if (!drawn.hits.length) {
    endHits(drawn);
    return;
  }
  const ranges = drawn.hits.map(([start, end]) => {
    const range = document.createRange();
    range.setStart(...nodeAt(drawn, start));
    range.setEnd(...nodeAt(drawn, end, true));
    return range;
  });
  // What is selected is seen over a hit.
  drawn.marked = Object.assign(new Highlight(...ranges), { priority: -1 });
  CSS.highlights?.set(MARKED, drawn.marked);
}

/** Nothing is marked any more; what another text on the page has marked stays. */
export function endHits(drawn) {
  if (drawn.marked && CSS.highlights?.get(MARKED) === drawn.marked) CSS.highlights.delete(MARKED);
}
