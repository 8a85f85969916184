// Where things are in a text: Python counts code points, the DOM counts UTF-16 units, and a person counts
// lines, words and grapheme clusters. Pure.

/** Code points to UTF-16 units and back. A unit inside a surrogate pair belongs to the pair's code point. */
export function offsets(text) {
  const units = new Int32Array(text.length + 1);
  const points = new Int32Array(text.length + 1);
  let count = 0;
  for (let unit = 0; unit < text.length; count++) {
    const width = text.codePointAt(unit) > 0xffff ? 2 : 1;
    units[count] = unit;
    points[unit] = count;
    if (width === 2) points[unit + 1] = count;
    unit += width;
  }
  units[count] = text.length;
  points[text.length] = count;
  return { count, units: units.subarray(0, count + 1), points };
}

/**
 * The lines that the document itself has: where each starts, where its words end, where its line break ends.
 */
export function paragraphs(text) {
  const found = [];
  let start = 0;
  for (const ending of text.matchAll(/\r\n|[\n\r\u0085\u2028\u2029]/g)) {
    const end = ending.index + ending[0].length;
    found.push({ start, content: ending.index, end });
    start = end;
  }
  found.push({ start, content: text.length, end: text.length });
  return found;
}

/** The paragraph that holds a unit; the last one for the end of the text. */
export function paragraphAt(found, unit) {
  let low = 0;
  let high = found.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (found[middle].start <= unit) low = middle;
    else high = middle - 1;
  }
  return found[low];
}

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const WORDS = new Intl.Segmenter(undefined, { granularity: "word" });

// What cannot be seen, which is no edge of a span: what Python's strip takes, direction marks, signs without
// width. The rule is that of `labeling.spans`.
const UNSEEN = "\\u061c\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff";
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const BLANK = SPACE + UNSEEN;
const WHITE = new RegExp(`[${BLANK}]`, "u");
// Marks that close or open what stands beside a word, where they are its neighbours.
const CLOSES = `\\p{Pe}\\p{QMark}\\p{Term}…${UNSEEN}`;
const OPENS = `\\p{Ps}\\p{QMark}¿¡${UNSEEN}`;
const CLOSING = new RegExp(`(?<=[^${BLANK}${CLOSES}])[${CLOSES}]+$`, "u");
const OPENING = new RegExp(`^[${OPENS}]+(?=[^${BLANK}${OPENS}])`, "u");
// Marks that white space parts from the words that were meant: those of what stood before, a dash, a colon.
const BEFORE = new RegExp(`^[\\p{Pe}\\p{QMark}]*[\\p{Term}…\\p{Pd}]*\\p{QMark}*[${BLANK}]+`, "u");
const BEHIND = new RegExp(`[${BLANK}]+[,;:،؛、，：；\\p{Pd}]+$`, "u");
const WORD = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;
const QUOTE = /(?<![\p{L}\p{N}])\p{QMark}|\p{QMark}(?![\p{L}\p{N}])/gu;
const OPENER = /(?!\p{QMark})\p{Ps}/gu;
const CLOSER = /(?!\p{QMark})\p{Pe}/gu;
const HYPHEN = /[-\u2010\u2011]/;
const LETTER_RTL = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** The grapheme clusters and the words of a text, found where they are asked for. */
export function borders(text) {
  return { text, graphemes: GRAPHEMES.segment(text), words: WORDS.segment(text) };
}

/** The piece of the text that holds a unit: [start, end]. */
function around(pieces, unit) {
  const piece = pieces.containing(unit);
  return piece ? [piece.index, piece.index + piece.segment.length] : [unit, unit];
}

function widened(pieces, start, end, size) {
  if (start > 0 && start < size) start = around(pieces, start)[0];
  if (end > 0 && end < size) {
    const piece = around(pieces, end);
    if (piece[0] < end) end = piece[1];
  }
  return [start, end];
}

export function trimmed(text, start, end) {
  while (start < end && WHITE.test(text[start])) start++;
  while (start < end && WHITE.test(text[end - 1])) end--;
  return [start, end];
}

/** Whether a mark at an edge has its partner in the rest of the words: brackets and quotes stay in pairs. */
function isPaired(mark, rest) {
  const count = (pattern) => rest.match(pattern)?.length ?? 0;
  if (mark.search(QUOTE) >= 0) return count(QUOTE) % 2 === 1;
  if (mark.search(CLOSER) >= 0) return count(OPENER) > count(CLOSER);
  return mark.search(OPENER) >= 0 && count(CLOSER) > count(OPENER);
}

/** The span without the marks at its edges that belong to no word in it. */
export function bare(text, start, end) {
  const [from, to] = beside(text, ...apart(text, start, end));
  return from === start && to === end ? [start, end] : bare(text, from, to);
}

/** Without those that white space parts from its words. */
function apart(text, start, end) {
  const [before] = text.slice(start, end).match(BEFORE) ?? [""];
  const left = text.slice(start + before.length, end);
  const isQuoted = before.search(QUOTE) >= 0 && (left.match(QUOTE)?.length ?? 0) % 2 === 1;
  if (WORD.test(left) && !isQuoted) start += before.length;
  const [behind] = text.slice(start, end).match(BEHIND) ?? [""];
  return WORD.test(text.slice(start, end - behind.length)) ? [start, end - behind.length] : [start, end];
}

/** Without those that stand beside a word. */
function beside(text, start, end) {
  const closing = [...(text.slice(start, end).match(CLOSING)?.[0] ?? "")];
  while (closing.length) {
    const mark = closing.pop();
    if (isPaired(mark, text.slice(start, end - mark.length))) break;
    end -= mark.length;
  }
  for (const mark of text.slice(start, end).match(OPENING)?.[0] ?? "") {
    if (isPaired(mark, text.slice(start + mark.length, end))) break;
    start += mark.length;
  }
  return [start, end];
}

/** The span that a selection means: without what cannot be seen at its edges, whole words without the marks
 * beside them, or whole grapheme clusters; null where nothing is left. */
export function snapped({ text, graphemes, words }, anchor, focus, byWords) {
  let [start, end] = trimmed(text, Math.min(anchor, focus), Math.max(anchor, focus));
  if (start === end) return null;
  if (byWords) [start, end] = widened(words, start, end, text.length);
  [start, end] = widened(graphemes, start, end, text.length);
  [start, end] = trimmed(text, start, end);
  if (byWords) [start, end] = bare(text, start, end);
  return start < end ? [start, end] : null;
}

/** A span of words with what hyphens join to it: a double click on either half of "Wi-Fi" means all of it. */
export function hyphenated({ text, words }, [start, end]) {
  const isWord = (at) => words.containing(at)?.isWordLike ?? false;
  while (HYPHEN.test(text[start - 1] ?? "") && isWord(start - 2)) start = around(words, start - 2)[0];
  while (HYPHEN.test(text[end] ?? "") && isWord(end + 1)) end = around(words, end + 1)[1];
  return [start, end];
}

/** Where the word of a cursor is looked for: in or before it, else just behind it. */
const TOUCHED = [0, -1];
/** The same of a cursor that has just passed a word: also where no space parts it from the next. */
export const PASSED = [-1, 0];
/** The same of a cursor behind words that were dealt with: what is there is not meant once more. */
export const AHEAD = [0];

/** The word that a cursor stands at, null where there is none. */
export function wordAt(known, unit, places = TOUCHED) {
  const { text, words } = known;
  for (const at of places.map((step) => unit + step)) {
    const piece = at >= 0 && at < text.length ? words.containing(at) : undefined;
    if (piece?.isWordLike) return snapped(known, piece.index, piece.index + piece.segment.length, true);
  }
  return null;
}

/** The next (1) or the previous (-1) border of a grapheme cluster. A line break of two characters is one. */
export function nextCluster({ text, graphemes }, unit, way) {
  if (way > 0) return unit >= text.length ? text.length : around(graphemes, unit)[1];
  return unit <= 0 ? 0 : around(graphemes, unit - 1)[0];
}

/** Forward the next end of a word, backward the start of the word before. */
export function nextWord({ text, words }, unit, way) {
  let at = unit;
  while (way > 0 ? at < text.length : at > 0) {
    const piece = words.containing(way > 0 ? at : at - 1);
    at = way > 0 ? piece.index + piece.segment.length : piece.index;
    if (piece.isWordLike) break;
  }
  return at;
}

/** Whether a line of text reads from right to left: its first strong letter says it, as `dir="auto"` does. */
export function readsLeft(line) {
  for (const letter of line) {
    if (LETTER_RTL.test(letter)) return true;
    if (/\p{L}/u.test(letter)) return false;
  }
  return false;
}

/** A border of a picked span moved a step; null where it would leave nothing, or cannot move. Units. */
export function bordered(known, [start, end], side, way, byWords) {
  let to = side === "start" ? start : end;
  // White space at an edge is no part of a span: over it the border goes on to the next letter.
  while (way > 0 ? to < known.text.length : to > 0) {
    do to = byWords ? nextPiece(known, to, way) : nextCluster(known, to, way);
    while (to > 0 && to < known.text.length && byWords && !isWordEdge(known, to, side));
    const [left, right] = side === "start" ? trimmed(known.text, to, end) : trimmed(known.text, start, to);
    if (left >= right) return null;
    if (left !== start || right !== end) return [left, right];
  }
  return null;
}

/** The next border of a word, of the white space between two, or of a sign. */
function nextPiece({ text, words }, unit, way) {
  if (way > 0) return unit >= text.length ? text.length : around(words, unit)[1];
  return unit <= 0 ? 0 : around(words, unit - 1)[0];
}

/** A start belongs before a word or an emoji, an end after one. */
function isWordEdge({ words }, unit, side) {
  const piece = words.containing(side === "start" ? unit : unit - 1);
  return Boolean(piece && (piece.isWordLike || /\p{Extended_Pictographic}/u.test(piece.segment)));
}
