// The document's text with its segments drawn on it. Streamlit calls the default export whenever `data` changes;
// the functions above it that take values and give values are exported for their tests.
//
// The text box holds the document's text and nothing else: `textContent` is the text, code unit for code unit.
// Captions, carets and what only a screen reader says are generated content (`::before`, `::after`).
// Python counts code points, the DOM counts UTF-16 units: `offsets` translates, once, where data come in.

const HUES = 12;
const PATTERNS = 6;
const LANE = 4; // px that one underline takes, with its gap
const DEEPEST = 7; // lanes beyond this share the last one
const LONG = 50000; // units from which paragraphs out of sight are not laid out

// ---- Offsets and paragraphs

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

/** The lines that the document itself has: where each starts, where its words end, where its line break ends. */
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

// ---- Segments

/** Segments as they can be drawn: in reading order, clipped to the text, in UTF-16 units; `whole`: all of the text. */
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
 * An underline for each span, in reading order, such that spans which overlap never share one. What holds the whole
 * text has none (-1): a bar beside the text shows it.
 */
export function lanes(spans) {
  const free = [];
  return spans.map(({ start, end, whole }) => {
    if (whole) return -1;
    let lane = free.findIndex((until) => until <= start);
    if (lane < 0) lane = free.length;
    free[lane] = end;
    return lane;
  });
}

/**
 * The text cut where anything begins or ends: for each paragraph a row of items, in order.
 *   {kind: "text"|"mark", start, end, open}   `open`: indices of the spans that cover it, in reading order
 *   {kind: "caption"|"caret", at, of, open}   of a span that ends there, or that has no visible extent
 * A line break is never inside a mark: the caption comes before it, and a span of nothing else is a caret.
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
    for (; next < spans.length && spans[next].start <= start; next++) if (spans[next].end > start) open.push(next);
    const visible = start < found[row].content;
    const item = { kind: visible && open.length ? "mark" : "text", start, end, open: visible ? open : [] };
    rows[row].push(item);
    for (const of of item.open) {
      first[of] ??= item;
      last[of] = item;
    }
  }
  const captions = new Map();
  const carets = new Map();
  const put = (into, key, of) => (into.has(key) ? into.get(key).push(of) : into.set(key, [of]));
  spans.forEach((span, of) => {
    if (last[of]) put(captions, last[of], of);
    else {
      const home = paragraphAt(found, span.start);
      put(carets, Math.min(span.start, home.content), of);
    }
  });
  return found.map((paragraph, index) => {
    const items = [];
    const stand = (at) => {
      const open = items.at(-1)?.open ?? [];
      const through = open.filter((of) => spans[of].start < at && spans[of].end > at);
      for (const of of carets.get(at) ?? []) {
        items.push({ kind: "caret", at, of, open: through }, { kind: "caption", at, of, open: through });
      }
      carets.delete(at);
    };
    for (const item of rows[index]) {
      stand(item.start);
      item.first = item.open.filter((of) => first[of] === item);
      item.last = item.open.filter((of) => last[of] === item);
      items.push(item);
      // What was opened last is closed first.
      const open = item.open.filter((of) => last[of] !== item);
      for (const of of (captions.get(item) ?? []).reverse()) items.push({ kind: "caption", at: item.end, of, open });
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

/** The segments with a tag of one of these classes and one of these labels; an empty list asks for none in particular. */
export function admitted(segments, only) {
  if (!only || (!only.classes.length && !only.labels.length)) return segments;
  const fits = (names, name) => !names.length || names.includes(name);
  return segments.filter(({ tags }) => tags.some(([class_, label]) => fits(only.classes, class_) && fits(only.labels, label)));
}

// ---- Names and colours

/** Hue and line pattern of the n-th class: 12 hues, then the same hues with another pattern; 72 different looks. */
export function look(index) {
  if (index < 0) return { hue: "none", pattern: 0 };
  return { hue: index % HUES, pattern: (index + Math.floor(index / HUES)) % PATTERNS };
}

/** Which look a segment has: that of its first known class, or of its first known label where there are no
 *  classes; without tags a dotted line. */
export function lookOf(tags, classes, labels) {
  if (!tags.length) return { hue: "none", pattern: 2 };
  const [names, part] = classes.length ? [classes, 0] : [labels, 1];
  for (const tag of tags) {
    const index = tag[part] === null ? -1 : names.indexOf(tag[part]);
    if (index >= 0) return look(index);
  }
  return look(-1);
}

/** For each name its shortest beginning that no other name has, four letters at most; three letters are short as they are. */
export function shortNames(names) {
  const short = new Map();
  for (const name of names) {
    const letters = [...name];
    let size = letters.length > 3 ? 1 : letters.length;
    const shared = () => {
      const head = letters.slice(0, size).join("").toLowerCase();
      return names.some((other) => other !== name && other.toLowerCase().startsWith(head));
    };
    while (size < letters.length && size < 4 && shared()) size++;
    short.set(name, letters.slice(0, size).join(""));
  }
  return short;
}

/** "Service · NEG, Price · POS"; a segment without tags says so. */
export function caption(tags, short = null, longest = 60) {
  const name = (part) => short?.get(part) ?? part;
  const parts = tags.map((tag) => tag.filter((part) => part).map(name).join(short ? "·" : " · "));
  const whole = parts.filter((part) => part).join(short ? "," : ", ");
  const letters = [...whole];
  if (!whole) return short ? "–" : "no tag";
  return letters.length > longest ? letters.slice(0, longest - 1).join("") + "…" : whole;
}

/** Whether full captions would bury the text. */
export function isDense(count, length) {
  return count > 60 || (count > 6 && count * 100 > length * 6);
}

/** How often each class and each label is used. */
export function countTags(segments) {
  const classes = new Map();
  const labels = new Map();
  for (const { tags } of segments) {
    for (const [class_, label] of tags) {
      if (class_) classes.set(class_, (classes.get(class_) ?? 0) + 1);
      if (label) labels.set(label, (labels.get(label) ?? 0) + 1);
    }
  }
  return { classes, labels };
}

/** The background layer that draws one underline; `bottom` is its distance from the lower edge. */
export function line({ hue, pattern }, bottom) {
  const ink = `var(--line-${hue})`;
  const strip = (...stops) => `repeating-linear-gradient(90deg,${stops.join(",")})`;
  const image = [
    `linear-gradient(${ink},${ink})`,
    strip(`${ink} 0 6px`, "transparent 6px 9px"),
    strip(`${ink} 0 2px`, "transparent 2px 5px"),
    `linear-gradient(${ink} 0 1px,transparent 1px 2px,${ink} 2px 3px)`,
    strip(`${ink} 0 9px`, "transparent 9px 11px", `${ink} 11px 13px`, "transparent 13px 15px"),
    strip(`${ink} 0 14px`, "transparent 14px 18px"),
  ][pattern];
  return { image, position: `0 calc(100% - ${bottom}px)`, size: `100% ${pattern === 3 ? 3 : 2}px` };
}

/** Inline style of a mark: its underlines, each in its lane, and behind the words the tint of its innermost segment. */
export function markStyle(looks, inner) {
  const depth = depthOf(looks.map(({ lane }) => lane));
  const drawn = looks
    .filter(({ lane }) => lane >= 0)
    .map(({ lane, ...its }) => line(its, (depth - Math.min(lane, DEEPEST) - 1) * LANE + 1));
  const tint = inner === null ? "transparent" : `var(--tint-${inner})`;
  const layers = [...drawn, { image: `linear-gradient(${tint},${tint})`, position: "0 0", size: "100% 100%" }];
  const all = (part) => layers.map((layer) => layer[part]).join(",");
  const clip = layers.map((_, index) => (index < drawn.length ? "padding-box" : "content-box")).join(",");
  return (
    `--deep:${depth};background-image:${all("image")};background-position:${all("position")};` +
    `background-size:${all("size")};background-clip:${clip};background-origin:${clip}`
  );
}

/** How many lanes are drawn below a line of text. */
export function depthOf(taken) {
  return Math.min(Math.max(-1, ...taken), DEEPEST) + 1;
}

// ---- Picking

/** What a click on a mark picks: its innermost segment, and with each further click on it the next one outwards. */
export function pickAt(keys, picked, again) {
  return again ? keys[(keys.indexOf(picked) + 1) % keys.length] : keys[0];
}

/**
 * What Tab (+1) or Shift+Tab (-1) picks; null when the walk is over and the focus should leave. With nothing picked
 * the walk goes on from the cursor, by way of `near`.
 * `entering`: the focus has just come in, so a pick at the far end does not end the walk at once.
 */
export function walk(keys, picked, step, entering, near = null) {
  const at = keys.indexOf(picked);
  if (at < 0) return near;
  const next = keys[at + step];
  return next ?? (entering && step > 0 ? keys[0] : null);
}

/** The first segment that starts at or after a place (1), or the last that ends at or before it (-1); its key or null. */
export function nearest(spans, unit, way) {
  const beyond = spans.filter(({ start, end }) => (way > 0 ? start >= unit : end <= unit));
  return (way > 0 ? beyond[0] : beyond.at(-1))?.key ?? null;
}

/** The status line: which segment is picked, its words, its tags, what is wrong with it. It is counted as in the table,
 * by `order`. */
export function describe(spans, picked, text, order) {
  const span = spans.find(({ key }) => key === picked);
  if (!span) return spans.length === 1 ? "1 segment" : `${spans.length} segments`;
  const { start, end, tags, problem } = span;
  const at = order.findIndex(({ key }) => key === picked);
  const letters = [...text.slice(start, Math.min(end, start + 400)).replace(/\s+/g, " ")];
  const words = letters.length > 60 ? letters.slice(0, 59).join("") + "…" : letters.join("");
  const said = `Segment ${at + 1} of ${order.length}: “${words}” ${caption(tags)}`;
  return problem ? `${said} – ${problem}` : said;
}

// ---- Places: where a selection may begin and end, and where the text cursor goes

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const WORDS = new Intl.Segmenter(undefined, { granularity: "word" });
const WHITE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/; // what Python's strip takes
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

function trimmed(text, start, end) {
  while (start < end && WHITE.test(text[start])) start++;
  while (start < end && WHITE.test(text[end - 1])) end--;
  return [start, end];
}

/** The span that a selection means: without white space at its edges, whole words or whole grapheme clusters; null
 *  where nothing is left. */
export function snapped({ text, graphemes, words }, anchor, focus, byWords) {
  let [start, end] = trimmed(text, Math.min(anchor, focus), Math.max(anchor, focus));
  if (start === end) return null;
  if (byWords) [start, end] = widened(words, start, end, text.length);
  [start, end] = widened(graphemes, start, end, text.length);
  [start, end] = trimmed(text, start, end);
  return start < end ? [start, end] : null;
}

/** The word that a cursor stands in or before, null where there is none. */
export function wordAt({ text, words }, unit) {
  const piece = unit < text.length ? words.containing(unit) : undefined;
  return piece?.isWordLike ? [piece.index, piece.index + piece.segment.length] : null;
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

// ---- Edits: what the person did, before Python has answered

const sameTag = (a, b) => (a[0] ?? null) === (b[0] ?? null) && (a[1] ?? null) === (b[1] ?? null);

/** The key of the segment that an edit makes; Python gives it the same. */
export function newKey(op) {
  return `${op.window}-${op.n}.0`;
}

/**
 * Segments (code points) after the edits of one document that Python has not applied yet. It is what Python makes of
 * them, except for undo and redo, which only Python knows.
 */
export function reduce(segments, ops, document) {
  let now = segments;
  for (const op of ops) {
    if (op.document !== document) continue;
    if (op.op === "add") {
      const key = newKey(op);
      if (now.some((segment) => segment.key === key)) continue;
      const [start, end] = op.span;
      const place = now.filter((segment) => segment.start <= start).length;
      now = now.toSpliced(place, 0, { key, start, end, tags: [op.tag], problem: "" });
      continue;
    }
    const at = now.findIndex((segment) => segment.key === op.segment);
    if (at < 0) continue;
    const segment = now[at];
    const tags = segment.tags;
    const put = (changes) => (now = now.with(at, { ...segment, ...changes }));
    if (op.op === "delete") now = now.toSpliced(at, 1);
    else if (op.op === "move") put({ start: op.span[0], end: op.span[1] });
    else if (op.op === "tag" && !tags.some((tag) => sameTag(tag, op.tag))) put({ tags: [...tags, op.tag] });
    else if (op.op === "untag") {
      const of = tags.findIndex((tag) => sameTag(tag, op.from));
      if (of >= 0) now = tags.length > 1 ? now.with(at, { ...segment, tags: tags.toSpliced(of, 1) }) : now.toSpliced(at, 1);
    } else if (op.op === "retag") {
      const of = tags.findIndex((tag) => sameTag(tag, op.from));
      if (of >= 0) put({ tags: tags.with(of, op.tag) });
    }
  }
  return now;
}

/** What waits in the outbox after Python has said which numbers of each window are done with. */
export function unacknowledged(ops, acks) {
  return ops.filter((op) => op.n > (acks[op.window] ?? 0));
}

/**
 * What a class or a label means now. `parts`: [class, label] as far as they were chosen. Gives one of
 *   {arm: [class, label]}   something is missing: wait for it
 *   {edit: {...}}           an edit without its number
 *   {say: "..."}            nothing to do, and why
 * `held` is what is chosen of the text: {segment, tag} for a pick (`tag`: which of its tags), {span} in code points
 * with the segments `equal` to it, or {whole} for the document. `enough`: one part alone is meant.
 */
export function meant(shape, parts, held, enough = false) {
  const tag = [shape.classes ? parts[0] : null, shape.labels ? parts[1] : null];
  if (held?.segment) {
    const { segment, adding } = held;
    const from = adding ? undefined : segment.tags[held.tag];
    if (from) {
      const to = [tag[0] ?? from[0], tag[1] ?? from[1]];
      if (sameTag(to, from)) return { say: `It is ${caption([to])} already` };
      if (segment.tags.some((other) => sameTag(other, to))) return { say: `It has ${caption([to])} already` };
      return { edit: { op: "retag", segment: segment.key, from, tag: to } };
    }
  }
  const complete = (!shape.classes || tag[0] !== null) && (!shape.labels || tag[1] !== null);
  if (!complete && !(enough && (tag[0] !== null || tag[1] !== null))) return { arm: tag };
  if (held?.segment) return added(shape, held.segment, tag, false);
  if (!held) return { say: "Select words first" };
  return held.equal ? added(shape, held.equal, tag, held.whole) : { edit: { op: "add", span: held.span, tag } };
}

/** One more tag on a segment; where a segment has one label only, that instead of the one it had. */
function added(shape, segment, tag, whole) {
  if (segment.tags.some((other) => sameTag(other, tag))) {
    if (whole) return { edit: { op: "untag", segment: segment.key, from: tag } };
    return { say: `It has ${caption([tag])} already` };
  }
  if (shape.oneTag && segment.tags.length) return { edit: { op: "retag", segment: segment.key, from: segment.tags[0], tag } };
  return { edit: { op: "tag", segment: segment.key, tag } };
}

/** Names that fit what was typed: those that begin with it, then those with a word that does, then those that hold it. */
export function found(names, typed) {
  const wanted = typed.trim().toLowerCase();
  const rank = (name) => {
    const low = name.toLowerCase();
    if (low.startsWith(wanted)) return 0;
    if (low.split(/[\s_/-]+/).some((word) => word.startsWith(wanted))) return 1;
    return low.includes(wanted) ? 2 : 3;
  };
  return names
    .map((name, at) => [rank(name), at, name])
    .filter(([fit]) => fit < 3)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .map(([, , name]) => name);
}

// ---- Drawing

const instances = new WeakMap();

/** What is known about each segment before anything is drawn. */
function prepare(instance) {
  const { data, base } = instance;
  if (instance.text !== base.text) {
    instance.text = base.text;
    instance.offsets = offsets(base.text);
    instance.known = borders(base.text);
  }
  const { offsets: map } = instance;
  instance.spans = placed(admitted(instance.view, data.only), map);
  instance.lane = lanes(instance.spans);
  instance.looks = instance.spans.map(({ tags }) => lookOf(tags, data.classes, data.labels));
  instance.dense = isDense(instance.spans.length, map.count);
  const short = instance.dense ? shortNames([...data.classes, ...data.labels]) : null;
  instance.captions = instance.spans.map(({ tags, problem }, of) => ({
    shown: (problem ? "⚠\ufe0e " : "") + caption(tags, short),
    full: caption(tags, null, 1000) + (problem ? `, problem: ${problem}` : ""),
    hue: instance.looks[of].hue,
    problem,
  }));
}

/** A class with these declarations. Few looks are worn by many marks, and a rule is read once where a style is read each time. */
function wearing(style, instance) {
  let name = instance.worn.get(style);
  if (!name) {
    name = `look-${instance.worn.size}`;
    instance.worn.set(style, name);
    instance.sheet.insertRule(`.${name}{${style}}`);
  }
  return name;
}

/** Settle what an item looks like, and give it as one string: items that read the same look the same. */
function sign(item, instance) {
  const { spans, captions, text } = instance;
  if (item.kind === "text") return `t${item.start}-${item.end}`;
  const inside = inwardsOut(item.open, spans);
  const around = inside.map((of) => spans[of].key);
  const inner = spans[inside[0]];
  item.style = markStyle(
    item.open.map((of) => ({ ...instance.looks[of], lane: instance.lane[of] })),
    inner && !inner.whole && inner.tags.length ? instance.looks[inside[0]].hue : null,
  );
  item.depth = depthOf(item.open.map((of) => instance.lane[of]));
  if (item.kind !== "mark") {
    Object.assign(item, { keys: [spans[item.of].key], around, ...captions[item.of] });
    return `${item.kind}${item.at}${JSON.stringify([item.keys, around, item.style, captions[item.of]])}`;
  }
  const flags = {
    bare: inner.tags.length === 0,
    problem: item.open.some((of) => spans[of].problem),
    first: item.first.length > 0,
    last: item.last.length > 0,
    thin: inner.end - inner.start < 9 && /^[\s\p{Cf}\p{Cc}]*$/u.test(text.slice(inner.start, inner.end)),
    deep: item.depth > 2,
  };
  item.keys = around;
  item.around = [];
  item.classes = Object.keys(flags).filter((flag) => flags[flag]).join(" ");
  item.opens = item.first.map((of) => `start ${captions[of].full}`).join(", ");
  item.title = instance.dense ? inside.map((of) => captions[of].full).join("\n") : "";
  return `m${item.start}-${item.end}${JSON.stringify([item.keys, item.style, item.classes, item.opens, item.title])}`;
}

function build(item, instance) {
  if (item.kind === "text") return document.createTextNode(instance.text.slice(item.start, item.end));
  const node = document.createElement(item.kind === "mark" ? "mark" : "span");
  const worn = wearing(item.kind === "caption" ? `${item.style};--own:var(--word-${item.hue})` : item.style, instance);
  if (item.kind === "mark") {
    node.className = `${worn} ${item.classes}`;
    if (item.opens) node.dataset.opens = item.opens;
    if (item.title) node.title = item.title;
    node.append(instance.text.slice(item.start, item.end));
    return node;
  }
  node.className = `${worn} ${item.kind}`;
  if (item.kind === "caption") {
    node.dataset.caption = item.shown;
    node.dataset.spoken = ` end ${item.full} `;
    if (item.shown !== item.full) node.title = item.full;
    if (item.problem) node.classList.add("problem");
    if (item.depth > 2) node.classList.add("deep");
  }
  return node;
}

/** Make one paragraph show its items, keeping every node that shows the same as before. */
function repaint(paragraph, items, signs, instance) {
  const known = paragraph.known;
  if (signs.length === paragraph.signs.length && signs.every((sign, i) => sign === paragraph.signs[i])) {
    // Nothing to see, but the items carry the numbers of the spans, and those may have moved.
    signs.forEach((sign, i) => instance.items.set(known.get(sign), items[i]));
    return;
  }
  const wanted = new Set(signs);
  for (const [sign, node] of known) {
    if (wanted.has(sign)) continue;
    node.remove();
    instance.items.delete(node);
    known.delete(sign);
  }
  let place = paragraph.node.firstChild;
  items.forEach((item, i) => {
    let node = known.get(signs[i]);
    if (!node) known.set(signs[i], (node = build(item, instance)));
    instance.items.set(node, item);
    if (node === place) place = place.nextSibling;
    else paragraph.node.insertBefore(node, place);
  });
  paragraph.signs = signs;
}

function paint(instance) {
  const { box, text, spans } = instance;
  const rows = cut(text, spans);
  if (instance.drawnText !== text) {
    instance.drawnText = text;
    instance.items.clear();
    instance.paragraphs = rows.map(() => {
      const node = document.createElement("div");
      node.className = "paragraph";
      node.dir = "auto";
      return { node, known: new Map(), signs: [] };
    });
    box.classList.toggle("long", text.length > LONG);
    box.replaceChildren(...instance.paragraphs.map(({ node }) => node), instance.cursor, ...Object.values(instance.handles));
  }
  box.classList.toggle("dense", instance.dense);
  rows.forEach((row, index) => {
    Object.assign(instance.paragraphs[index], row);
    repaint(instance.paragraphs[index], row.items, row.items.map((item) => sign(item, instance)), instance);
  });
  bars(instance);
}

/** The picture behind the text: beside it a bar for each tag of the whole text, three at most. */
export function barsOf(spans, classes, labels) {
  const tags = spans.filter((span) => span.whole).flatMap((span) => (span.tags.length ? span.tags : [[null, null]]));
  const stops = tags.slice(0, 3).flatMap((tag, i) => {
    const [from, to] = [3 + 6 * i, 7 + 6 * i];
    return [`transparent ${from}px`, `var(--line-${lookOf([tag], classes, labels).hue}) ${from}px ${to}px`, `transparent ${to}px`];
  });
  return stops.length ? `linear-gradient(90deg,${stops.join(",")})` : "none";
}

function bars(instance) {
  const { box, data, spans } = instance;
  const image = barsOf(spans, data.classes, data.labels);
  if (instance.bars === image) return;
  instance.bars = image;
  box.style.backgroundImage = image;
}

/** Outline the picked segment and the one under the pointer; only nodes whose look changes are touched. */
function outline(instance) {
  const { items, spans, picked, hovered } = instance;
  const set = (node, name, on) => node.classList.contains(name) !== on && node.classList.toggle(name, on);
  for (const [node, item] of items) {
    if (item.kind === "text") continue;
    const holds = (key) => key !== null && item.keys.includes(key);
    const within = (key) => key !== null && item.around.includes(key);
    set(node, "picked", holds(picked));
    set(node, "hovered", holds(hovered));
    set(node, "within-picked", within(picked));
    set(node, "within-hovered", within(hovered));
    if (item.kind !== "mark") continue;
    const rim = holds(picked) ? picked : hovered;
    set(node, "edge-first", holds(rim) && item.first.some((of) => spans[of].key === rim));
    set(node, "edge-last", holds(rim) && item.last.some((of) => spans[of].key === rim));
  }
}

function chips(instance) {
  const { data } = instance;
  const names = JSON.stringify([data.classes, data.labels, data.keys]);
  if (instance.chipsShown !== names) {
    instance.chipsShown = names;
    // Where there are classes, colour means the class alone, and labels have a plain sign.
    const plain = data.classes.length > 0;
    const top = instance.classChips.scrollTop;
    instance.classChips.replaceChildren(...data.classes.map((name, i) => chip(instance, 0, name, look(i))));
    instance.labelChips.replaceChildren(...data.labels.map((name, i) => chip(instance, 1, name, plain ? null : look(i))));
    instance.classChips.scrollTop = top;
    pressed(instance);
  }
  const counts = countTags(instance.view);
  const count = (list, name, i, of) => {
    const node = list.children[i].querySelector(".count");
    const words = String(of.get(name) ?? 0);
    if (node.textContent !== words) node.textContent = words;
  };
  data.classes.forEach((name, i) => count(instance.classChips, name, i, counts.classes));
  data.labels.forEach((name, i) => count(instance.labelChips, name, i, counts.labels));
}

/** A class or a label as a button with its key, its sign and how often it is used. */
function chip(instance, part, name, its) {
  const key = instance.keyOf[part].get(name);
  const node = button("chip", "", "", () => use(instance, part, name));
  node.tabIndex = -1;
  node.title = name;
  const parts = ["swatch", "name", "count"].map((part) => {
    const piece = document.createElement("span");
    piece.className = part;
    return piece;
  });
  const [swatch, label] = parts;
  if (its) {
    const { image, size } = line(its, 0);
    swatch.style.cssText =
      `background-color:var(--tint-${its.hue});background-image:${image};` +
      `background-position:0 100%;background-size:${size}`;
  } else swatch.classList.add("plain");
  label.textContent = name;
  label.dir = "auto";
  node.append(...parts);
  if (key) {
    const hint = document.createElement("kbd");
    hint.textContent = key;
    node.prepend(hint);
    node.setAttribute("aria-keyshortcuts", key);
  }
  node.setAttribute("aria-pressed", "false");
  const item = document.createElement("li");
  item.append(node);
  return item;
}

/** What a screen reader and the status line are told of the pick, or of the text when nothing is picked. */
function standing(instance) {
  const { picked, armed, spans, text, known, view, readOnly } = instance;
  const chosen = armed[0] ?? armed[1];
  if (chosen !== null) {
    const missing = armed[0] === null ? "class" : "label";
    const alone = instance.data.shape.whole ? "Enter takes it alone" : "Enter tags with it alone";
    return `${chosen} – now a ${missing}; ${alone}`;
  }
  const span = picked === null ? spanChosen(instance) : null;
  if (span) return `Selected: “${known.text.slice(...span).replace(/\s+/g, " ")}”`;
  if (picked === null && readOnly) return "Read-only";
  return describe(spans, picked, text, view);
}

const READABLE = 5000; // ms for which a warning stands at least, however quickly the person goes on

/** What was taken back and why: it stays long enough to be read. */
function warn(instance, words) {
  instance.alert.textContent = words;
  instance.warnedAt = performance.now();
}

function say(instance) {
  if (instance.alert.textContent && performance.now() - instance.warnedAt > READABLE) instance.alert.textContent = "";
  const words = instance.message ?? standing(instance);
  if (instance.status.textContent !== words) instance.status.textContent = words;
}

/** Say it, and leave it standing until the person chooses something else; said twice, it is heard twice. */
function tell(instance, words) {
  if (instance.message === words) instance.status.textContent = "";
  instance.message = words;
  say(instance);
}

/** What was told last is over: say where things stand. */
function refresh(instance) {
  instance.message = null;
  say(instance);
}

// ---- Where things stand on the page

/** The text node that holds a unit, and the offset in it; between two of them the first where `isEnd`, else the second. */
function nodeAt(instance, unit, isEnd = false) {
  const row = paragraphAt(instance.paragraphs, isEnd && unit > 0 ? unit - 1 : unit);
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
function unitAt(instance, node, offset) {
  const { box, items, paragraphs, text } = instance;
  if (!box.contains(node)) return null;
  if (node === box) return paragraphs[offset]?.start ?? text.length;
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
function selectionNow(instance) {
  const root = instance.box.getRootNode();
  const inside = root.getSelection?.();
  if (inside?.rangeCount) {
    const ends = [unitAt(instance, inside.anchorNode, inside.anchorOffset), unitAt(instance, inside.focusNode, inside.focusOffset)];
    return ends.includes(null) ? null : ends;
  }
  const [range] = document.getSelection()?.getComposedRanges?.({ shadowRoots: [root] }) ?? [];
  if (!range) return null;
  const ends = [unitAt(instance, range.startContainer, range.startOffset), unitAt(instance, range.endContainer, range.endOffset)];
  return ends.includes(null) ? null : ends;
}

/** The unit under a point of the window. */
function unitUnder(instance, x, y) {
  const root = instance.box.getRootNode();
  const place = document.caretPositionFromPoint?.(x, y, { shadowRoots: [root] });
  const unit = place ? unitAt(instance, place.offsetNode, place.offset) : null;
  if (unit !== null) return unit;
  const item = instance.items.get(root.elementFromPoint(x, y)?.closest("mark"));
  if (!item) return null;
  let best = [Infinity, item.start];
  for (let at = item.start; at <= item.end; at = at < item.end ? nextCluster(instance.known, at, 1) : at + 1) {
    const rect = rectAt(instance, at);
    const far = Math.abs(rect.left - x) + 10 * Math.abs((rect.top + rect.bottom) / 2 - y);
    if (far < best[0]) best = [far, at];
  }
  return best[1];
}

/** Where the text cursor is drawn for a unit: a rectangle of the window. */
function rectAt(instance, unit, isEnd = false) {
  const [node, offset] = nodeAt(instance, unit, isEnd);
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
  const line = paragraphAt(instance.paragraphs, unit).node;
  const frame = line.getBoundingClientRect();
  const side = getComputedStyle(line).direction === "rtl" ? frame.right : frame.left;
  return new DOMRect(side, frame.top, 0, Math.min(frame.height, 22));
}

/** The place a line above (-1) or below (1), nearest to where the cursor wants to be; at the last line its end. */
function lineFrom(instance, unit, way) {
  const from = rectAt(instance, unit);
  const wanted = (instance.column ??= from.left);
  const isBeyond = (rect, edge) => (way > 0 ? rect.top >= edge.bottom - 3 : rect.bottom <= edge.top + 3);
  let best = null;
  let line = null;
  for (let at = unit; ; ) {
    const next = nextCluster(instance.known, at, way);
    if (next === at) break;
    at = next;
    const rect = rectAt(instance, at);
    if (!line && !isBeyond(rect, from)) continue;
    if (line && isBeyond(rect, line)) break;
    line ??= rect;
    const far = Math.abs(rect.left - wanted);
    if (!best || far < best[0]) best = [far, at];
  }
  return best ? best[1] : way > 0 ? instance.text.length : 0;
}

/** The first (-1) or the last (1) place of the line that is drawn there. */
function edgeOfLine(instance, unit, way) {
  const { start, content } = paragraphAt(instance.paragraphs, unit);
  const from = rectAt(instance, unit);
  let at = unit;
  while (way > 0 ? at < content : at > start) {
    const next = nextCluster(instance.known, at, way);
    const rect = rectAt(instance, next);
    if (rect.top >= from.bottom - 3 || rect.bottom <= from.top + 3) break;
    at = next;
  }
  return at;
}

/** Draw the cursor, the selection and the handles of the picked segment where they belong now. */
function overlay(instance) {
  const { box, cursor, handles, chosen, picked, spans } = instance;
  const frame = box.getBoundingClientRect();
  const put = (node, unit, isEnd = false) => {
    const rect = unit === null ? null : rectAt(instance, unit, isEnd);
    const style = rect
      ? `left:${rect.left - frame.left - box.clientLeft + box.scrollLeft}px;` +
        `top:${rect.top - frame.top - box.clientTop + box.scrollTop}px;height:${rect.height}px`
      : "";
    if (node.hidden !== (rect === null)) node.hidden = rect === null;
    if (node.dataset.style !== style) node.style.cssText = node.dataset.style = style;
  };
  const isTyping = instance.box.getRootNode().activeElement === box;
  put(cursor, isTyping && chosen && picked === null ? chosen.focus : null);
  const span = spans.find(({ key }) => key === picked);
  const has = Boolean(span) && !instance.readOnly && span.start < span.end;
  for (const side of ["start", "end"]) {
    put(handles[side], has ? (instance.drag?.[side] ?? span[side]) : null, side === "end");
  }
  highlightSelection(instance);
}

/** The words that a key would tag, marked where the browser's own selection does not show them. */
function highlightSelection(instance) {
  const { drag, picked, box } = instance;
  const isTyping = box.getRootNode().activeElement === box;
  const span = drag ? [drag.start, drag.end] : picked === null && !isTyping ? spanChosen(instance) : null;
  const registry = CSS.highlights;
  if (!registry) return;
  if (!span) {
    registry.delete("tagwright-chosen");
    return;
  }
  const range = document.createRange();
  range.setStart(...nodeAt(instance, span[0]));
  range.setEnd(...nodeAt(instance, span[1], true));
  registry.set("tagwright-chosen", new Highlight(range));
}

/** Give the browser the selection that stands, so that it is spoken, copied and grown by Shift+click. */
function selectNatively(instance) {
  if (instance.box.getRootNode().activeElement !== instance.box) return;
  const selection = document.getSelection();
  const span = spanChosen(instance);
  if (!selection || (!span && selection.isCollapsed)) return;
  if (!span) selection.removeAllRanges();
  else selection.setBaseAndExtent(...nodeAt(instance, span[0]), ...nodeAt(instance, span[1], true));
}

/** Scroll the text, and only the text, as little as needed. */
function scrollTo(instance, rect) {
  const { box } = instance;
  const frame = box.getBoundingClientRect();
  if (rect.top < frame.top + 8) box.scrollTop -= frame.top + 24 - rect.top;
  else if (rect.bottom > frame.bottom - 8) box.scrollTop += rect.bottom - frame.bottom + 24;
}

function reveal(instance, key) {
  const { items } = instance;
  for (const [node, item] of items) {
    if (item.kind === "text" || !item.keys.includes(key)) continue;
    const [part] = node.getClientRects();
    if (part) scrollTo(instance, part);
    return;
  }
}

// ---- What the person has chosen

/** The span in units that a key would tag now, null where nothing is selected. */
function spanChosen({ chosen, known, byWords }) {
  if (!chosen || chosen.anchor === chosen.focus) return null;
  return snapped(known, chosen.anchor, chosen.focus, byWords && !chosen.exact);
}

function choose(instance, anchor, focus, exact = false) {
  instance.chosen = { anchor, focus, exact };
  if (instance.picked !== null) show(instance, null);
  selectNatively(instance);
  overlay(instance);
  refresh(instance);
}

function pick(instance, key) {
  instance.chosen = null;
  if (instance.picked === key) return;
  show(instance, key);
  selectNatively(instance);
  overlay(instance);
}

function show(instance, key) {
  Object.assign(instance, { picked: key, tagAt: 0, adding: false });
  outline(instance);
  tools(instance);
  overlay(instance);
  refresh(instance);
}

function segmentOf(instance, key) {
  return instance.view.find((segment) => segment.key === key);
}

/** What a class or a label would be put on: the pick, the selection, the word at the cursor, or the document. */
function held(instance) {
  const { data, picked, offsets: map, known, chosen } = instance;
  if (picked !== null) return { segment: segmentOf(instance, picked), tag: instance.tagAt, adding: instance.adding };
  const span = spanChosen(instance);
  const whole = !span && data.shape.whole;
  const units = span ?? (whole ? [0, instance.text.length] : chosen && wordAt(known, chosen.focus));
  if (!units || units[0] === units[1]) return null;
  const [start, end] = [map.points[units[0]], map.points[units[1]]];
  const equal = instance.view.find((segment) => segment.start === start && segment.end === end);
  return { span: [start, end], equal, whole };
}

// ---- Edits

/** Why nothing can be done just now; empty when it can. */
function blocked({ ahead, readOnly }, what) {
  if (ahead?.blind) return "The next document is being opened";
  return readOnly && !["go", "ask"].includes(what) ? readOnly : "";
}

/** Whether it cannot be done just now, which is told. */
function isRefused(instance, what = "edit") {
  const why = blocked(instance, what);
  if (why) tell(instance, why);
  return Boolean(why);
}

/** Give an edit its number, paint it, and send it. The screen does not wait for Python. */
function act(instance, op) {
  if (isRefused(instance, op.op)) return null;
  const { document, position } = instance.base;
  const segment = segmentOf(instance, op.segment);
  const at = segment && { at: [segment.start, segment.end] };
  const full = { ...op, ...at, n: ++instance.count, window: instance.window, document, position };
  instance.outbox.push(full);
  store(instance);
  if (!["go", "ask", "undo", "redo", "done"].includes(op.op)) render(instance);
  if (op.op === "undo" || op.op === "redo") refresh(instance);
  flush(instance, 0);
  return full;
}

/** A class (part 0) or a label (part 1) by key, chip or search. */
function use(instance, part, name) {
  const armed = [...instance.armed];
  armed[part] = name;
  decide(instance, armed);
}

function decide(instance, parts, enough = false) {
  if (isRefused(instance)) return;
  const holding = held(instance);
  const outcome = meant(instance.data.shape, parts, holding, enough);
  instance.armed = outcome.arm ?? [null, null];
  pressed(instance);
  if (outcome.say) tell(instance, outcome.say);
  else if (outcome.arm) refresh(instance);
  else apply(instance, outcome.edit, holding);
}

function apply(instance, edit, holding) {
  const span = holding.segment ?? { start: holding.span[0], end: holding.span[1] };
  if (instance.picked === null && !holding.whole && !blocked(instance, edit.op)) {
    const end = instance.offsets.units[span.end];
    instance.chosen = { anchor: end, focus: end, exact: false };
  }
  instance.adding = false;
  if (!act(instance, edit)) return;
  if (edit.tag) instance.repeated = edit.tag;
  const verb = { add: "Tagged", tag: "Tagged", retag: "Retagged", untag: "Removed from" }[edit.op];
  tell(instance, `${verb} ${quoted(instance, span)} ${caption([edit.tag ?? edit.from])}`);
}

function quoted(instance, { start, end }) {
  const { units } = instance.offsets;
  const letters = [...instance.text.slice(units[start], units[end]).replace(/\s+/g, " ")];
  return `“${letters.length > 40 ? letters.slice(0, 39).join("") + "…" : letters.join("")}”`;
}

function removeSegment(instance) {
  const segment = segmentOf(instance, instance.picked);
  if (!segment || !act(instance, { op: "delete", segment: segment.key })) return;
  after(instance, segment);
  tell(instance, `Deleted ${quoted(instance, segment)} ${caption(segment.tags)}`);
}

function removeTag(instance, at) {
  const segment = segmentOf(instance, instance.picked);
  if (!segment) return;
  if (segment.tags.length < 2) {
    removeSegment(instance);
    return;
  }
  const tag = segment.tags[at];
  if (!act(instance, { op: "untag", segment: segment.key, from: tag })) return;
  instance.tagAt = 0;
  tools(instance);
  tell(instance, `Removed ${caption([tag])} from ${quoted(instance, segment)}`);
}

/** A segment that was picked is gone: the cursor stands where it was. */
function after(instance, segment) {
  const at = instance.offsets.units[Math.min(segment.start, instance.offsets.count)];
  choose(instance, at, at);
}

function moveTo(instance, span) {
  const segment = segmentOf(instance, instance.picked);
  const { points } = instance.offsets;
  const to = [points[span[0]], points[span[1]]];
  if (!segment || (segment.start === to[0] && segment.end === to[1])) return;
  if (!act(instance, { op: "move", segment: segment.key, span: to })) return;
  tell(instance, `Now ${quoted(instance, { start: to[0], end: to[1] })}`);
}

function moveBorder(instance, side, way, byWords) {
  if (isRefused(instance)) return;
  const span = instance.spans.find(({ key }) => key === instance.picked);
  const to = span && bordered(instance.known, [span.start, span.end], side, way, byWords);
  if (to) moveTo(instance, to);
  else tell(instance, `The ${side} cannot move further`);
  const moved = instance.spans.find(({ key }) => key === instance.picked);
  if (moved) scrollTo(instance, rectAt(instance, moved[side]));
}

function repeat(instance) {
  if (isRefused(instance)) return;
  const tag = instance.repeated;
  if (!tag) tell(instance, "No tag to repeat yet");
  else decide(instance, tag, true);
}

// ---- From document to document

/** Whether a document is done, by what the person said last, which Python may not have heard yet. */
function isMarked({ outbox, data }, { document, done }) {
  const said = unacknowledged(outbox, data.applied).findLast((op) => op.op === "done" && op.document === document);
  return said ? said.done : done;
}

function mark(instance, done) {
  if (!act(instance, { op: "done", done })) return false;
  showMark(instance);
  return true;
}

function showMark(instance) {
  const { done, readOnly } = instance;
  const checked = String(isMarked(instance, instance.base));
  if (done.getAttribute("aria-checked") !== checked) done.setAttribute("aria-checked", checked);
  if (done.disabled !== Boolean(readOnly)) done.disabled = Boolean(readOnly);
}

/** `what`: to the next document that is not done (to-do), which only Python knows where none that was handed over is,
 *  or to the next one with a problem, which Python looks for. */
function go(instance, way, { isDone = false, what = "" } = {}) {
  if (isDone && !isMarked(instance, instance.base) && !mark(instance, true)) return;
  const list = way > 0 ? instance.next : instance.previous;
  const at = what === "problem" ? -1 : what === "to-do" ? list.findIndex((one) => !isMarked(instance, one)) : 0;
  const target = list[at];
  if (!target && !what && !(way > 0 ? instance.data.more.next : instance.data.more.previous)) {
    const which = way > 0 ? "last" : "first";
    tell(instance, isDone ? `Done. This was the ${which} document` : `This is the ${which} document`);
    return;
  }
  const op = act(instance, { op: "go", way, to: target?.position ?? null, what });
  if (!op) return;
  instance.ahead = { window: op.window, n: op.n, blind: !target };
  if (!target) {
    tell(instance, "Opening …");
    return;
  }
  const beyond = list.slice(at + 1);
  const passed = [...list.slice(0, at).reverse(), instance.base];
  [instance.next, instance.previous] = way > 0 ? [beyond, [...passed, ...instance.previous]] : [[...passed, ...instance.next], beyond];
  open(instance, target);
}

/**
 * The document shown and those at hand, as Python has them now, which speaks of one that the person has left already.
 * `base`: the document shown, `next` and `previous`: from the nearest outwards; `sent` with `next` and `previous` of its
 * own: what Python speaks of.
 */
export function refreshed({ base, next, previous }, sent, around) {
  const row = [...around.previous.toReversed(), sent, ...around.next];
  const known = new Map(row.map((one) => [one.document, one]));
  const anew = (one) => known.get(one.document) ?? one;
  const at = row.findIndex(({ document }) => document === base.document);
  const further = (mine, theirs) => (at >= 0 && theirs.length > mine.length ? theirs : mine.map(anew));
  return {
    base: anew(base),
    next: further(next, row.slice(at + 1)),
    previous: further(previous, row.slice(0, at).toReversed()),
  };
}

/** Show another document, from its top. */
function open(instance, base) {
  instance.base = base;
  Object.assign(instance, { picked: null, hovered: null, clicked: null, tagAt: 0, adding: false, armed: [null, null], column: null });
  instance.chosen = null;
  render(instance);
  instance.box.scrollTop = 0;
  pressed(instance);
  refresh(instance);
  if (document.activeElement === document.body) instance.box.focus({ preventScroll: true });
}

// ---- The outbox: edits that Python has not said it keeps, sent again until it has, also after a reload

const STORED = "tagwright-outbox:";

function store({ scope, outbox }) {
  try {
    if (outbox.length) sessionStorage.setItem(STORED + scope, JSON.stringify(outbox));
    else sessionStorage.removeItem(STORED + scope);
  } catch {
    // Without storage the edits are in this page, as the line below the text says while they wait.
  }
}

function stored(scope) {
  try {
    const found = JSON.parse(sessionStorage.getItem(STORED + scope) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

const WAIT = 1500; // ms until what was not acknowledged is sent again, then twice as long each time
const LONGEST = 15000;

function flush(instance, tries) {
  clearTimeout(instance.timer);
  instance.waiting.hidden = tries === 0 || !instance.outbox.length;
  if (!instance.outbox.length) return;
  if (tries > 0) {
    const count = instance.outbox.length;
    instance.waiting.textContent = `${count} ${count === 1 ? "edit is" : "edits are"} in this page only; trying again`;
  }
  const { scope, window, outbox } = instance;
  instance.setStateValue("report", { scope, window, ops: outbox, sent: ++instance.sent });
  instance.timer = setTimeout(() => flush(instance, tries + 1), Math.min(LONGEST, WAIT * 2 ** tries));
}

function settle(instance) {
  const { data } = instance;
  const before = instance.outbox;
  instance.outbox = unacknowledged(before, data.acks);
  if (instance.outbox.length !== before.length) store(instance);
  if (!instance.outbox.length) {
    clearTimeout(instance.timer);
    if (!instance.waiting.hidden) instance.waiting.hidden = true;
  }
  // Of this page, or of the one that it was before it was loaded again.
  const mine = new Set([instance.window, ...before.map(({ window }) => window)]);
  const news = data.refused.filter(({ window, n }) => mine.has(window) && !instance.told.has(`${window} ${n}`));
  for (const { window, n } of news) instance.told.add(`${window} ${n}`);
  if (news.length) warn(instance, news.map(({ reason }) => `Taken back: ${reason}.`).join(" "));
}

// ---- Keys

const ARROWS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 };

/** The key as it is named on the chips: by its sign, else by where it is, so that other layouts work too. */
export function keyName({ key, code = "", shiftKey = false }) {
  const sign = key.toLowerCase();
  if (/^[a-z0-9]$/.test(sign)) return sign;
  const [, kind, place] = /^(Digit|Key)([0-9A-Z])$/.exec(code) ?? [];
  if (kind === "Digit" && !shiftKey) return place;
  return kind === "Key" && /^\P{ASCII}/u.test(sign) ? place.toLowerCase() : sign;
}

function onChord(instance, event) {
  const key = event.key.toLowerCase();
  if (event.key === "Enter") go(instance, 1, { isDone: true });
  else if (key === "s" && !event.shiftKey) act(instance, { op: "ask", what: "save" });
  else if (key === "z") act(instance, { op: event.shiftKey ? "redo" : "undo" });
  else if (key === "y") act(instance, { op: "redo" });
  else return false;
  return true;
}

const PATIENCE = 10_000; // ms for which the help is waited for

/** Ask for the help; when it is closed, the focus comes back to the text, and the keys with it. */
function askForHelp(instance) {
  if (!act(instance, { op: "ask", what: "help" })) return;
  const asked = performance.now();
  let wasOpen = false;
  const observer = new MutationObserver(() => {
    const isOpen = document.querySelector('[role="dialog"]') !== null;
    wasOpen ||= isOpen;
    if (isOpen || (!wasOpen && performance.now() - asked < PATIENCE)) return;
    observer.disconnect();
    if (wasOpen && document.activeElement === document.body) instance.box.focus({ preventScroll: true });
  });
  observer.observe(document.body, { childList: true, subtree: true });
}

const PAGE_KEYS = {
  ".": (instance) => go(instance, 1),
  ",": (instance) => go(instance, -1),
  ">": (instance) => go(instance, 1, { what: "to-do" }),
  "!": (instance) => go(instance, 1, { what: "problem" }),
  "?": askForHelp,
  "/": openSearch,
};

/** Keys that work wherever the focus is, unless something there takes text. */
function onPageKey(instance, event) {
  if (event.ctrlKey || event.metaKey) return !event.altKey && onChord(instance, event);
  if (!isPageKey(instance, event)) return false;
  if (Object.hasOwn(PAGE_KEYS, event.key)) PAGE_KEYS[event.key](instance);
  else use(instance, ...instance.byKey.get(keyName(event)));
  return true;
}

/** Whether a key without Ctrl does something of the page's. */
function isPageKey(instance, event) {
  return !event.altKey && (Object.hasOwn(PAGE_KEYS, event.key) || instance.byKey.has(keyName(event)));
}

const CHORDS = new Set(["a", "s", "z", "y", "enter"]);
const PLAIN_KEYS = new Set(["Tab", "Enter", " ", "Delete", "Backspace", "+", "="]);

/** Whether a key does something on the text or of the page's; all others are the browser's. */
function isTextKey(instance, event) {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (key in ARROWS || key === "Home" || key === "End") return shiftKey || !altKey;
  if (ctrlKey || metaKey) return !altKey && CHORDS.has(key.toLowerCase());
  return !altKey && (PLAIN_KEYS.has(key) || isPageKey(instance, event));
}

function onArrow(instance, event) {
  const { key, shiftKey, altKey } = event;
  const mod = event.ctrlKey || event.metaKey;
  const isSideways = key === "ArrowLeft" || key === "ArrowRight";
  if (altKey && !shiftKey) return false; // the browser's: back and forward
  const span = instance.spans.find((one) => one.key === instance.picked);
  const from = instance.chosen?.focus ?? (span ? (ARROWS[key] > 0 ? span.end : span.start) : 0);
  let way = ARROWS[key];
  if (isSideways) {
    const { start, content } = paragraphAt(instance.paragraphs, from);
    if (readsLeft(instance.text.slice(start, content))) way = -way;
  }
  if (span && shiftKey && isSideways) {
    moveBorder(instance, mod ? "start" : "end", way, instance.byWords && !altKey);
    return true;
  }
  const segment = segmentOf(instance, instance.picked);
  if (segment && !isSideways && !shiftKey && segment.tags.length > 1) {
    instance.tagAt = (instance.tagAt + way + segment.tags.length) % segment.tags.length;
    tools(instance);
    tell(instance, `Tag ${instance.tagAt + 1} of ${segment.tags.length}: ${caption([segment.tags[instance.tagAt]])}`);
    return true;
  }
  if (isSideways) instance.column = null;
  const to = isSideways
    ? (mod ? nextWord : nextCluster)(instance.known, from, way)
    : mod
      ? from
      : lineFrom(instance, from, way);
  moveCursor(instance, to, shiftKey, altKey);
  return true;
}

function moveCursor(instance, to, isExtending, exact = false) {
  const anchor = isExtending ? (instance.chosen?.anchor ?? to) : to;
  choose(instance, anchor, to, isExtending && (exact || Boolean(instance.chosen?.exact && instance.chosen.anchor !== instance.chosen.focus)));
  scrollTo(instance, rectAt(instance, to));
}

function onHomeEnd(instance, event) {
  const way = event.key === "Home" ? -1 : 1;
  instance.column = null;
  const from = instance.chosen?.focus ?? 0;
  const far = way > 0 ? instance.text.length : 0;
  moveCursor(instance, event.ctrlKey || event.metaKey ? far : edgeOfLine(instance, from, way), event.shiftKey);
  return true;
}

function onTab(instance, event) {
  const keys = instance.spans.map((span) => span.key);
  const way = event.shiftKey ? -1 : 1;
  const at = instance.picked === null && instance.chosen ? instance.chosen.focus : null;
  const key = walk(keys, instance.picked, way, instance.entering, at === null ? null : nearest(instance.spans, at, way));
  instance.entering = false;
  if (key === null) return false;
  pick(instance, key);
  reveal(instance, key);
  return true;
}

function onEscape(instance) {
  if (instance.armed.some((part) => part !== null)) instance.armed = [null, null];
  else if (instance.adding) instance.adding = false;
  else if (spanChosen(instance)) choose(instance, instance.chosen.focus, instance.chosen.focus);
  else if (instance.picked !== null) pick(instance, null);
  else {
    instance.box.blur();
    return true;
  }
  pressed(instance);
  tools(instance);
  overlay(instance);
  refresh(instance);
  return true;
}

function onEnter(instance) {
  if (instance.armed.some((part) => part !== null)) decide(instance, instance.armed, true);
  else if (instance.data.shape.whole) go(instance, 1, { isDone: true });
  else return false;
  return true;
}

function onTextKey(instance, event) {
  const { key } = event;
  const plain = !(event.ctrlKey || event.metaKey || event.altKey);
  if (key in ARROWS) return onArrow(instance, event);
  if (key === "Home" || key === "End") return onHomeEnd(instance, event);
  if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "a") {
    choose(instance, 0, instance.text.length);
    return true;
  }
  if (!plain) return onPageKey(instance, event);
  if (key === "Tab") return onTab(instance, event);
  if (key === "Escape") return onEscape(instance);
  if (key === "Enter") return onEnter(instance);
  if (key === " ") repeat(instance);
  else if (key === "Delete" && instance.picked !== null) removeSegment(instance);
  else if (key === "Backspace" && instance.picked !== null) removeTag(instance, instance.tagAt);
  else if (key === "+" && instance.picked !== null) addFurther(instance);
  else if (key === "=") everyOccurrence(instance);
  else return onPageKey(instance, event);
  return true;
}

function onKey(instance, event) {
  if (event.isComposing || !(isWaiting(instance, event) || onTextKey(instance, event))) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Keys pressed while the focus is nowhere, on a button, on the list of documents, on a table, or in a field. */
function onStrayKey(instance, event) {
  const [target] = event.composedPath();
  const mod = event.ctrlKey || event.metaKey;
  if (event.defaultPrevented || event.isComposing || !(target instanceof Element) || !instance.box.isConnected) return;
  const takesText = target.closest("input, textarea, select, [contenteditable], [role=combobox]");
  if (mod && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "s" && takesText) saveFrom(instance, takesText);
  else if (document.querySelector('[role="dialog"]') || takesText) return;
  else if (!mod && !isPageKey(instance, event)) return;
  else if (!mod && target !== document.body && !target.closest("button, [role=listbox]")) return;
  else if (mod && !isTextKey(instance, event)) return;
  else if (!isWaiting(instance, event)) {
    if (!mod) instance.box.focus({ preventScroll: true });
    if (!onPageKey(instance, event)) return;
  }
  event.preventDefault();
  event.stopPropagation();
}

const CELL_SENT = 500; // ms after which a cell that was left has been sent: Streamlit collects them for 150

/** Save with what stands in the field that has the focus, which gives it away when the focus leaves; a cell of a table
 * when something else is pressed. */
function saveFrom(instance, field) {
  const isCell = field.closest("#portal") !== null;
  if (isCell) document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  else field.blur();
  setTimeout(
    () => {
      act(instance, { op: "ask", what: "save" });
      if (field.isConnected) field.focus({ preventScroll: true });
    },
    isCell ? CELL_SENT : 0,
  );
}

const MOST_TYPED = 200;

/** While the next document is being opened, what is typed for it waits; whether this key does. Escape forgets that,
 * then leaves the text: nobody is held there. */
function isWaiting(instance, event) {
  const isEscape = event.key === "Escape";
  if (!instance.ahead?.blind || !(isEscape || isTextKey(instance, event))) return false;
  if (isEscape && instance.typed.length) instance.typed = [];
  else if (isEscape) instance.box.blur();
  else if (instance.typed.length < MOST_TYPED) {
    const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
    instance.typed.push({ key, code, ctrlKey, metaKey, altKey, shiftKey });
  }
  return true;
}

/** The next document is there: what was typed for it is done. Where none was found, it was meant for nothing here. */
function catchUp(instance, isThere) {
  const typed = isThere ? instance.typed : [];
  instance.typed = [];
  for (const event of typed) {
    if (instance.ahead?.blind) instance.typed.push(event);
    else onTextKey(instance, event);
  }
}

function addFurther(instance) {
  if (isRefused(instance)) return;
  if (instance.data.shape.oneTag) {
    tell(instance, "A segment has one label here");
    return;
  }
  instance.adding = true;
  tools(instance);
  tell(instance, "A further tag: choose what it says");
}

/** Ask the page for every occurrence of the words of the segment, of the selection, or of what was just tagged. */
function everyOccurrence(instance) {
  if (isRefused(instance)) return;
  const found = held(instance);
  const holding = found?.whole ? null : found;
  const segment = holding ? holding.segment : segmentBefore(instance);
  const span = segment ? [segment.start, segment.end] : holding?.span;
  const tag = segment?.tags.at(holding ? instance.tagAt : -1) ?? instance.repeated ?? [null, null];
  if (!span) tell(instance, "Select words first");
  else act(instance, { op: "ask", what: "occurrences", span, tag });
}

/** The segment at whose end the cursor stands, as it does behind what was just tagged; not the whole document. */
function segmentBefore({ chosen, offsets, view }) {
  const isHere = ({ start, end }) => end === offsets.points[chosen.focus] && (start > 0 || end < offsets.count);
  return chosen ? view.findLast(isHere) : undefined;
}

// ---- Searching a class or a label by its name

function openSearch(instance) {
  const { search, input } = instance;
  if (instance.readOnly) {
    tell(instance, instance.readOnly);
    return;
  }
  search.hidden = false;
  input.value = "";
  filter(instance);
  input.focus();
}

function closeSearch(instance) {
  instance.search.hidden = true;
  instance.box.focus({ preventScroll: true });
}

function filter(instance) {
  const { data, input, options } = instance;
  const offered = [
    ...found(data.classes, input.value).map((name) => [0, name]),
    ...found(data.labels, input.value).map((name) => [1, name]),
  ].slice(0, 12);
  instance.offered = offered;
  instance.option = 0;
  options.replaceChildren(
    ...offered.map(([part, name], i) => {
      const node = document.createElement("li");
      node.id = `option-${i}`;
      node.role = "option";
      node.textContent = name;
      node.dir = "auto";
      if (data.classes.length && data.labels.length) node.dataset.part = part === 0 ? "class" : "label";
      node.onpointerdown = (event) => {
        event.preventDefault();
        instance.option = i;
        take(instance);
      };
      return node;
    }),
  );
  markOption(instance);
}

function markOption({ options, option, input, offered }) {
  [...options.children].forEach((node, i) => node.setAttribute("aria-selected", String(i === option)));
  if (offered.length) input.setAttribute("aria-activedescendant", `option-${option}`);
  else input.removeAttribute("aria-activedescendant");
  options.children[option]?.scrollIntoView({ block: "nearest" });
}

function take(instance) {
  const chosen = instance.offered[instance.option];
  closeSearch(instance);
  if (chosen) use(instance, ...chosen);
}

function onSearchKey(instance, event) {
  const { key } = event;
  if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  if (event.isComposing) return;
  const size = Math.max(1, instance.offered.length);
  if (key === "Escape") closeSearch(instance);
  else if (key === "Enter") take(instance);
  else if (key === "ArrowDown" || key === "ArrowUp") {
    instance.option = (instance.option + ARROWS[key] + size) % size;
    markOption(instance);
  } else if (key === "Tab") closeSearch(instance);
  else return;
  event.preventDefault();
}

// ---- The pointer

function itemAt(instance, event) {
  const node = event.target instanceof Element ? event.target.closest("mark, .caption, .caret") : null;
  return node ? instance.items.get(node) : undefined;
}

/** The end of a drag, a double click, a long press: what is selected now, widened as a tag would be. */
function onSelected(instance, event) {
  const { box, known, pressedAt } = instance;
  const frame = box.getBoundingClientRect();
  const inside = (value, low, high) => Math.min(Math.max(value, low + 6), high - 6);
  // A drag that ends outside the text ends at its nearest place.
  const under = () => unitUnder(instance, inside(event.clientX, frame.left, frame.right), inside(event.clientY, frame.top, frame.bottom));
  const ends = selectionNow(instance) ?? [pressedAt, under()];
  if (ends.includes(null) || ends[0] === ends[1]) return;
  instance.column = null;
  const exact = event.altKey || !instance.byWords;
  const span = snapped(known, ...ends, !exact);
  if (!span) choose(instance, ends[1], ends[1]);
  else choose(instance, ...(ends[0] <= ends[1] ? span : [span[1], span[0]]), exact);
}

/** A finger's selection grows after it was lifted: it is taken as it is, and left to its handles. */
function onSelecting(instance) {
  if (!instance.isTouch) return;
  const ends = selectionNow(instance);
  if (!ends || ends[0] === ends[1]) return;
  if (instance.picked !== null) show(instance, null);
  instance.chosen = { anchor: ends[0], focus: ends[1], exact: false };
  overlay(instance);
  refresh(instance);
}

function onClick(instance, event) {
  if (Object.values(instance.handles).includes(event.target)) return; // the end of a drag
  if (spanChosen(instance) && event.detail > 0 && hasSelection(instance)) return;
  const item = itemAt(instance, event);
  const place = item && `${item.kind} ${item.start ?? item.at}`;
  const again = instance.clicked !== null && place === instance.clicked.place && instance.picked === instance.clicked.picked;
  const key = item ? pickAt(item.keys, instance.picked, again) : null;
  instance.clicked = item ? { place, picked: key } : null;
  const at = key === null ? unitUnder(instance, event.clientX, event.clientY) : null;
  if (at !== null) choose(instance, at, at);
  else pick(instance, key);
}

/** Whether characters are selected in this root, so that a click was the end of a drag. */
function hasSelection(instance) {
  const ends = selectionNow(instance);
  return ends !== null && ends[0] !== ends[1];
}

function onHover(instance, event) {
  const item = event.type === "mouseleave" ? undefined : itemAt(instance, event);
  const key = item ? item.keys[0] : null;
  if (key === instance.hovered) return;
  instance.hovered = key;
  outline(instance);
}

function onHandle(instance, side, event) {
  const span = instance.spans.find(({ key }) => key === instance.picked);
  const node = instance.handles[side];
  if (!span || event.button > 0) return;
  event.preventDefault();
  event.stopPropagation();
  node.setPointerCapture(event.pointerId);
  instance.drag = { start: span.start, end: span.end };
  // The knob stands beside its line: the border follows the pointer as if that was held in the middle of the line.
  const line = rectAt(instance, span[side], side === "end");
  const aside = (line.top + line.bottom) / 2 - event.clientY;
  node.onpointermove = (move) => {
    const under = unitUnder(instance, move.clientX, move.clientY + aside);
    if (under === null) return;
    const [low, high] = side === "start" ? [under, span.end] : [span.start, under];
    const to = low < high ? snapped(instance.known, low, high, instance.byWords && !move.altKey) : null;
    if (!to) return;
    instance.drag = { start: to[0], end: to[1] };
    overlay(instance);
    tell(instance, `“${instance.text.slice(...to)}”`);
  };
  const finish = (isKept) => {
    node.onpointermove = node.onpointerup = node.onpointercancel = null;
    const { start, end } = instance.drag;
    instance.drag = null;
    if (isKept) moveTo(instance, [start, end]);
    overlay(instance);
  };
  node.onpointerup = () => finish(true);
  node.onpointercancel = () => finish(false);
}

// ---- Buttons

function button(className, words, label, onclick) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = className;
  node.textContent = words;
  if (label) node.setAttribute("aria-label", label);
  // The selection and the focus stay in the text.
  node.onpointerdown = (event) => event.preventDefault();
  node.onclick = onclick;
  return node;
}

/** The tags of the picked segment, to be chosen and removed, and what else can be done with it. */
function tools(instance) {
  const segment = instance.picked === null || instance.readOnly ? undefined : segmentOf(instance, instance.picked);
  const signature = JSON.stringify([segment?.key, segment?.tags, instance.tagAt, instance.adding]);
  if (instance.toolsShown === signature) return;
  instance.toolsShown = signature;
  if (!segment) {
    instance.tools.replaceChildren();
    return;
  }
  const nodes = segment.tags.map((tag, at) => {
    const group = document.createElement("span");
    group.className = "own";
    const name = caption([tag], null, 24);
    const chooser = button("", name, `Tag ${at + 1}: ${name}`, () => {
      Object.assign(instance, { tagAt: at, adding: false });
      tools(instance);
    });
    chooser.setAttribute("aria-pressed", String(!instance.adding && at === instance.tagAt));
    group.append(chooser, button("remove", "×", `Remove the tag ${name}`, () => removeTag(instance, at)));
    return group;
  });
  if (!instance.data.shape.oneTag && segment.tags.length) {
    const more = button("", "+ Tag", "Add a further tag (+)", () => addFurther(instance));
    more.setAttribute("aria-pressed", String(instance.adding));
    nodes.push(more);
  }
  nodes.push(button("", "Every occurrence", "Tag every occurrence of these words (=)", () => everyOccurrence(instance)));
  nodes.push(button("", "Delete", "Delete the segment (Delete)", () => removeSegment(instance)));
  instance.tools.replaceChildren(...nodes);
}

function pressed({ classChips, labelChips, armed, data }) {
  for (const [list, names, part] of [[classChips, data.classes, 0], [labelChips, data.labels, 1]]) {
    names.forEach((name, i) => {
      const chip = list.children[i]?.firstChild;
      const is = String(armed[part] === name);
      if (chip && chip.getAttribute("aria-pressed") !== is) chip.setAttribute("aria-pressed", is);
    });
  }
}

function setWords(instance, byWords) {
  instance.byWords = byWords;
  instance.switch.setAttribute("aria-pressed", String(!byWords));
  try {
    localStorage.setItem("tagwright-characters", byWords ? "" : "1");
  } catch {
    // It is remembered for this page then.
  }
}

// ---- Life

function render(instance) {
  const { data, base, outbox } = instance;
  showMark(instance);
  const pending = unacknowledged(outbox, data.applied);
  instance.view = reduce(base.segments, pending, base.document);
  const picture = JSON.stringify([base.document, instance.view, data.classes, data.labels, data.keys, data.only]);
  if (instance.text === base.text && instance.picture === picture) return;
  instance.picture = picture;
  instance.message = null; // What was told last was about what stood there before.
  prepare(instance);
  chips(instance);
  paint(instance);
  const isThere = (key) => key !== null && instance.spans.some((span) => span.key === key);
  if (!isThere(instance.picked)) instance.picked = null;
  if (!isThere(instance.hovered)) instance.hovered = null;
  outline(instance);
  tools(instance);
  selectNatively(instance);
  overlay(instance);
}

function mount(component) {
  const find = (selector) => component.parentElement.querySelector(selector);
  const box = find(".text");
  const make = (name) => Object.assign(document.createElement("i"), { className: name, hidden: true });
  const instance = {
    box,
    classChips: find(".classes"),
    labelChips: find(".labels"),
    status: find(".status"),
    alert: find(".alert"),
    waiting: find(".waiting"),
    tools: find(".tools"),
    search: find(".search"),
    input: find(".search input"),
    options: find(".search ul"),
    switch: find(".switch"),
    done: find(".done"),
    cursor: make("cursor"),
    handles: { start: make("handle start"), end: make("handle end") },
    window: Math.random().toString(36).slice(2, 12),
    scope: null,
    count: 0,
    sent: 0,
    outbox: [],
    told: new Set(),
    typed: [],
    warnedAt: 0,
    items: new Map(),
    worn: new Map(),
    sheet: new CSSStyleSheet(),
    spans: [],
    view: [],
    next: [],
    previous: [],
    picked: null,
    tagAt: 0,
    adding: false,
    armed: [null, null],
    chosen: null,
    column: null,
    repeated: null,
    hovered: null,
    clicked: null,
    drag: null,
    ahead: null,
    calls: 0,
    pressedAt: null,
    isTouch: false,
    message: null,
    shownCount: 0,
    saidCount: 0,
    entering: false,
  };
  const root = box.getRootNode();
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, instance.sheet];
  let isCharacters = "";
  try {
    isCharacters = localStorage.getItem("tagwright-characters") ?? "";
  } catch {
    // No storage: words.
  }
  setWords(instance, !isCharacters);
  box.onkeydown = (event) => onKey(instance, event);
  box.onclick = (event) => onClick(instance, event);
  box.onmouseover = (event) => onHover(instance, event);
  box.onmouseleave = (event) => onHover(instance, event);
  box.onfocus = () => {
    instance.entering = true;
    instance.chosen ??= instance.picked === null ? { anchor: 0, focus: 0, exact: false } : null;
    overlay(instance);
  };
  box.onblur = () => overlay(instance);
  box.onpointerdown = (event) => {
    instance.isTouch = event.pointerType === "touch";
    instance.pressedAt = unitUnder(instance, event.clientX, event.clientY);
  };
  for (const side of ["start", "end"]) instance.handles[side].onpointerdown = (event) => onHandle(instance, side, event);
  instance.switch.onpointerdown = (event) => event.preventDefault();
  instance.switch.onclick = () => {
    setWords(instance, !instance.byWords);
    selectNatively(instance);
    overlay(instance);
    refresh(instance);
  };
  instance.done.onpointerdown = (event) => event.preventDefault();
  instance.done.onclick = () => {
    const done = !isMarked(instance, instance.base);
    if (mark(instance, done)) tell(instance, done ? "Marked as done" : "No longer done");
  };
  find(".find").onclick = () => openSearch(instance);
  find(".help").onclick = () => askForHelp(instance);
  instance.input.onkeydown = (event) => onSearchKey(instance, event);
  instance.input.oninput = () => filter(instance);
  instance.input.onblur = () => (instance.search.hidden = true);
  instance.resized = new ResizeObserver(() => overlay(instance));
  instance.resized.observe(box);
  instance.ending = new AbortController();
  const { signal } = instance.ending;
  const lifted = (event) => {
    if (instance.pressedAt !== null) onSelected(instance, event);
    instance.pressedAt = null;
  };
  window.addEventListener("pointerup", lifted, { signal });
  document.addEventListener("selectionchange", () => onSelecting(instance), { signal });
  document.addEventListener("keydown", (event) => onStrayKey(instance, event), { signal });
  window.addEventListener("beforeunload", (event) => instance.outbox.length && event.preventDefault(), { signal });
  return instance;
}

const LINGER = 200; // ms after which a component that was ended and not begun again is looked at

function unmount(parentElement) {
  const instance = instances.get(parentElement);
  if (!instance) return;
  clearTimeout(instance.timer);
  instance.resized.disconnect();
  instance.ending.abort();
  CSS.highlights?.delete("tagwright-chosen");
  const root = instance.box.getRootNode();
  if (root.adoptedStyleSheets) root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== instance.sheet);
  instances.delete(parentElement);
}

export default function highlighter(component) {
  const { data, parentElement, setStateValue } = component;
  let instance = instances.get(parentElement);
  if (!instance) {
    instances.set(parentElement, (instance = mount(component)));
    // What was said, or to be shown, before this page was opened is over.
    Object.assign(instance, { saidCount: data.said?.count ?? 0, shownCount: data.show?.count ?? 0 });
  }
  Object.assign(instance, { data, setStateValue, readOnly: data.readOnly });
  if (instance.scope !== data.scope) {
    Object.assign(instance, { scope: data.scope, outbox: stored(data.scope), ahead: null, base: null, repeated: null });
    if (unacknowledged(instance.outbox, data.acks).length) flush(instance, 0);
  }
  settle(instance);
  index(instance);
  const { document: key, position, text, segments, done } = data;
  const sent = { document: key, position, text, segments, done };
  const { ahead } = instance;
  const isBlind = Boolean(ahead?.blind);
  const was = instance.base?.document;
  if (ahead && (data.applied[ahead.window] ?? 0) < ahead.n && instance.base) {
    // Python has not heard yet that the person went on; what it says of the documents at hand is news all the same.
    Object.assign(instance, refreshed(instance, sent, data));
  } else {
    Object.assign(instance, { ahead: null, next: data.next, previous: data.previous });
    if (instance.base?.document !== key) open(instance, sent);
    else instance.base = sent;
  }
  render(instance);
  if (isBlind && !instance.ahead) catchUp(instance, was !== key);
  const { show: wanted, said } = data;
  if (said && said.count !== instance.saidCount) {
    instance.saidCount = said.count;
    tell(instance, said.words);
  }
  if (wanted && wanted.count !== instance.shownCount) {
    instance.shownCount = wanted.count;
    if (instance.spans.some((span) => span.key === wanted.segment)) {
      pick(instance, wanted.segment);
      reveal(instance, wanted.segment);
    }
  }
  say(instance);
  // Streamlit ends and begins a component anew where it stands, at moments of its own: the person's cursor, pick and
  // keys begun must not end with that. It is over when it has left the page.
  const call = ++instance.calls;
  return () => setTimeout(() => instance.calls === call && !instance.box.isConnected && unmount(parentElement), LINGER);
}

function index(instance) {
  const { classes, labels } = instance.data.keys;
  instance.keyOf = [new Map(Object.entries(classes)), new Map(Object.entries(labels))];
  instance.byKey = new Map([1, 0].flatMap((part) => [...instance.keyOf[part]].map(([name, key]) => [key, [part, name]])));
}
