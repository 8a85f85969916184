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
 * What Tab (+1) or Shift+Tab (-1) picks; null when the walk is over and the focus should leave.
 * `entering`: the focus has just come in, so a pick at the far end does not end the walk at once.
 */
export function walk(keys, picked, step, entering) {
  const at = keys.indexOf(picked);
  if (at < 0) return step > 0 ? (keys[0] ?? null) : null;
  const next = keys[at + step];
  return next ?? (entering && step > 0 ? keys[0] : null);
}

/** Whether Python had heard of the last pick made here (number `last`, 0: none) when it sent its own `picked`. */
export function isCurrent(heard, client, last) {
  return last === 0 || (heard !== null && heard.client === client && heard.count >= last);
}

/** The status line: which segment is picked, its words, its tags, what is wrong with it. */
export function describe(spans, picked, text) {
  const at = spans.findIndex((span) => span.key === picked);
  if (at < 0) return spans.length === 1 ? "1 segment" : `${spans.length} segments`;
  const { start, end, tags, problem } = spans[at];
  const letters = [...text.slice(start, Math.min(end, start + 400)).replace(/\s+/g, " ")];
  const words = letters.length > 60 ? letters.slice(0, 59).join("") + "…" : letters.join("");
  const said = `Segment ${at + 1} of ${spans.length}: “${words}” ${caption(tags)}`;
  return problem ? `${said} – ${problem}` : said;
}

// ---- Drawing

const instances = new WeakMap();

/** What is known about each segment before anything is drawn. */
function prepare(instance) {
  const { data } = instance;
  if (instance.text !== data.text) {
    instance.text = data.text;
    instance.offsets = offsets(data.text);
  }
  const { offsets: map } = instance;
  instance.spans = placed(data.segments, map);
  instance.lane = lanes(instance.spans);
  instance.looks = instance.spans.map(({ tags }) => lookOf(tags, data.classes, data.labels));
  instance.dense = isDense(data.segments.length, map.count);
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
    box.replaceChildren(...instance.paragraphs.map(({ node }) => node));
  }
  box.classList.toggle("dense", instance.dense);
  rows.forEach((row, index) => {
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
  const counts = countTags(data.segments);
  const chip = (name, count, its) => {
    const item = document.createElement("li");
    item.className = "chip";
    const parts = ["swatch", "name", "count"].map((part) => {
      const node = document.createElement("span");
      node.className = part;
      return node;
    });
    const [swatch, label, number] = parts;
    if (its) {
      const { image, size } = line(its, 0);
      swatch.style.cssText =
        `background-color:var(--tint-${its.hue});background-image:${image};` +
        `background-position:0 100%;background-size:${size}`;
    } else swatch.classList.add("plain");
    label.textContent = name;
    label.dir = "auto";
    label.title = name;
    number.textContent = String(count);
    item.append(...parts);
    return item;
  };
  // Where there are classes, colour means the class alone, and labels have a plain sign.
  const plain = data.classes.length > 0;
  const top = instance.classChips.scrollTop;
  instance.classChips.replaceChildren(...data.classes.map((name, i) => chip(name, counts.classes.get(name) ?? 0, look(i))));
  instance.labelChips.replaceChildren(
    ...data.labels.map((name, i) => chip(name, counts.labels.get(name) ?? 0, plain ? null : look(i))),
  );
  instance.classChips.scrollTop = top;
}

function say(instance) {
  const words = describe(instance.spans, instance.picked, instance.text);
  if (instance.status.textContent !== words) instance.status.textContent = words;
}

/** Scroll the text, and only the text, as little as needed to show a segment. */
function reveal(instance, key) {
  const { box, items, spans } = instance;
  for (const [node, item] of items) {
    if (item.kind === "text" || !item.keys.includes(key)) continue;
    const [part] = node.getClientRects();
    const frame = box.getBoundingClientRect();
    if (!part) return;
    if (part.top < frame.top) box.scrollTop -= frame.top - part.top + 24;
    else if (part.bottom > frame.bottom) box.scrollTop += part.bottom - frame.bottom + 24;
    return;
  }
}

// ---- What the person does

function pick(instance, key) {
  if (instance.picked === key) return;
  show(instance, key);
  instance.last = ++instance.count;
  const { client, count, data } = instance;
  instance.setStateValue("picked", { client, count, document: data.document, segment: key });
}

function show(instance, key) {
  instance.picked = key;
  outline(instance);
  say(instance);
}

function itemAt(instance, event) {
  const node = event.target instanceof Element ? event.target.closest("mark, .caption, .caret") : null;
  return node ? instance.items.get(node) : undefined;
}

/** Whether characters are selected in this root, so that a click was the end of a drag. */
function hasSelection(root) {
  const selection = (root.getSelection ? root.getSelection() : null) ?? document.getSelection();
  return selection !== null && !selection.isCollapsed;
}

function onClick(instance, event) {
  if (hasSelection(instance.box.getRootNode())) return;
  const item = itemAt(instance, event);
  const place = item && `${item.kind} ${item.start ?? item.at}`;
  const again = instance.clicked !== null && place === instance.clicked.place && instance.picked === instance.clicked.picked;
  const key = item ? pickAt(item.keys, instance.picked, again) : null;
  instance.clicked = item ? { place, picked: key } : null;
  pick(instance, key);
}

function onHover(instance, event) {
  const item = event.type === "mouseleave" ? undefined : itemAt(instance, event);
  const key = item ? item.keys[0] : null;
  if (key === instance.hovered) return;
  instance.hovered = key;
  outline(instance);
}

function onKey(instance, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Tab") {
    const keys = instance.spans.map((span) => span.key);
    const key = walk(keys, instance.picked, event.shiftKey ? -1 : 1, instance.entering);
    instance.entering = false;
    if (key === null) return;
    pick(instance, key);
    reveal(instance, key);
  } else if (event.key === "Escape") {
    if (instance.picked !== null) pick(instance, null);
    else instance.box.blur();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function mount(component) {
  const find = (selector) => component.parentElement.querySelector(selector);
  const instance = {
    box: find(".text"),
    classChips: find(".classes"),
    labelChips: find(".labels"),
    status: find(".status"),
    client: Math.random().toString(36).slice(2, 12),
    count: 0,
    last: 0,
    items: new Map(),
    worn: new Map(),
    sheet: new CSSStyleSheet(),
    spans: [],
    picked: null,
    hovered: null,
    clicked: null,
    entering: false,
  };
  const root = instance.box.getRootNode();
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, instance.sheet];
  instance.box.onkeydown = (event) => onKey(instance, event);
  instance.box.onclick = (event) => onClick(instance, event);
  instance.box.onmouseover = (event) => onHover(instance, event);
  instance.box.onmouseleave = (event) => onHover(instance, event);
  instance.box.onfocus = () => (instance.entering = true);
  return instance;
}

function unmount(parentElement) {
  const instance = instances.get(parentElement);
  if (!instance) return;
  const root = instance.box.getRootNode();
  if (root.adoptedStyleSheets) root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== instance.sheet);
  instances.delete(parentElement);
}

export default function highlighter(component) {
  const { data, parentElement, setStateValue } = component;
  let instance = instances.get(parentElement);
  if (!instance) instances.set(parentElement, (instance = mount(component)));
  const before = instance.picked;
  const other = instance.data?.document !== data.document;
  instance.setStateValue = setStateValue;
  instance.data = data;
  if (other) {
    Object.assign(instance, { picked: null, hovered: null, clicked: null, last: 0 });
    instance.box.scrollTop = 0;
  }
  const picture = JSON.stringify([data.segments, data.classes, data.labels]);
  if (instance.text !== data.text || instance.picture !== picture) {
    prepare(instance);
    chips(instance);
    paint(instance);
    instance.picture = picture;
  }
  if (isCurrent(data.heard, instance.client, instance.last)) instance.picked = data.picked;
  const known = (key) => instance.spans.some((span) => span.key === key);
  if (!known(instance.picked)) instance.picked = null;
  if (!known(instance.hovered)) instance.hovered = null;
  show(instance, instance.picked);
  if (instance.picked !== null && instance.picked !== before) reveal(instance, instance.picked);
  return () => unmount(parentElement);
}
