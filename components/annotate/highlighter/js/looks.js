// What a segment looks like and what it is called: hue, line pattern, caption. Pure.

const HUES = [250, 60, 150, 345, 300, 100, 200, 20, 125, 275, 175, 325]; // degrees
const STRONG = 6; // hues from here on need a stronger tint to be told from the others
const PATTERNS = 6;
const DEEPEST = 4; // underlines beyond this share the last one

/** The style that gives each hue, and none, its tint, its line and its word colour, below what `selector`
 * finds. They follow its `--ground`: `l` is the lightness of that, about 1 in a light theme, about 0.2 in a
 * dark one. Where colours are forced, tints are the ground, lines and words as far from it as can be. */
export function hues(selector) {
  const colours = HUES.flatMap((hue, n) => [
    `--tint-${n}: oklch(from var(--ground) var(--tint${n < STRONG ? "" : "-strong"}) ${hue})`,
    `--line-${n}: oklch(from var(--ground) var(--line) ${hue})`,
    `--word-${n}: oklch(from var(--ground) var(--word) ${hue})`,
  ]);
  return `
    ${selector} {
      --tint: calc(0.255 + 0.665 * l) calc(0.075 - 0.02 * l);
      --tint-strong: calc(0.205 + 0.66 * l) calc(0.09 - 0.01 * l);
      --line: calc(0.80 - 0.21 * l) 0.145;
      --word: calc(0.92 - 0.5 * l) calc(0.075 + 0.035 * l);
      --tint-none: oklch(from var(--ground) calc(0.255 + 0.68 * l) 0.008 230);
      --line-none: oklch(from var(--ground) calc(0.78 - 0.21 * l) 0.015 230);
      --word-none: oklch(from var(--ground) calc(0.88 - 0.45 * l) 0.015 230);
      ${colours.join(";\n")};
    }
    @media (forced-colors: active) {
      ${selector} {
        --ground: Canvas;
        --tint: l 0;
        --tint-strong: l 0;
        --line: calc(1 - round(l, 1)) 0;
        --word: calc(1 - round(l, 1)) 0;
      }
    }`;
}

/** Hue and line pattern by number: all hues, then the same with another pattern; 72 looks. */
export function look(index) {
  if (index < 0) return { hue: "none", pattern: 0 };
  const round = Math.floor(index / HUES.length);
  return { hue: index % HUES.length, pattern: (index + round) % PATTERNS };
}

/** Which part of a tag is seen by its colour, the class or, where there are none, the label; and the look of
 * each name. */
export function coloursOf({ classes, labels, looks }) {
  const [part, names, numbers] = classes.length ? [0, classes, looks.classes] : [1, labels, looks.labels];
  const known = new Map(Object.entries(numbers));
  return { part, lookOf: new Map(names.map((name) => [name, look(known.get(name) ?? -1)])) };
}

/** Which look a segment has: that of the first name with one in its tags; without tags a dotted line. */
export function lookOf(tags, colours) {
  if (!tags.length) return { hue: "none", pattern: 2 };
  const coloured = tags.find((tag) => colours.lookOf.has(tag[colours.part]));
  return coloured ? colours.lookOf.get(coloured[colours.part]) : look(-1);
}

/** The background layer that draws one underline; `below`: how many more are under it. */
export function line({ hue, pattern }, below) {
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
  // Underlines that are many are thin, so that all of them leave room for the captions.
  const size = pattern === 3 ? "min(3px, var(--pitch))" : "min(2px, var(--pitch) - 1px)";
  return { image, position: `0 calc(100% - 1px - ${below} * var(--pitch))`, size: `100% ${size}` };
}

const styles = new Map(); // of marks, by what they are made of: few, worn by thousands

/** Inline style of a mark: its underlines, each in its lane, and behind the words the tint of its innermost
 * segment. */
export function markStyle(looks, inner) {
  let made = String(inner);
  for (const { hue, pattern, lane } of looks) made += ` ${hue},${pattern},${lane}`;
  if (!styles.has(made)) styles.set(made, styleOf(looks, inner));
  return styles.get(made);
}

function styleOf(looks, inner) {
  const depth = depthOf(looks.map(({ lane }) => lane));
  const drawn = looks
    .filter(({ lane }) => lane >= 0)
    .map(({ lane, ...its }) => line(its, depth - Math.min(lane, DEEPEST) - 1));
  const tint = inner === null ? "transparent" : `var(--tint-${inner})`;
  const behind = { image: `linear-gradient(${tint},${tint})`, position: "0 0", size: "100% 100%" };
  const layers = [...drawn, behind];
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

/** The picture behind the text: beside it a bar for each tag of the whole text, three at most. */
export function barsOf(spans, colours) {
  const whole = spans.filter((span) => span.whole && !span.ghost);
  const tags = whole.flatMap((span) => (span.tags.length ? span.tags : [[null, null]]));
  const stops = tags.slice(0, 3).flatMap((tag, i) => {
    const [from, to] = [3 + 6 * i, 7 + 6 * i];
    const line = `var(--line-${lookOf([tag], colours).hue})`;
    return [`transparent ${from}px`, `${line} ${from}px ${to}px`, `transparent ${to}px`];
  });
  return stops.length ? `linear-gradient(90deg,${stops.join(",")})` : "none";
}

/** px from one underline to the next where they are so many deep: all of them take 10 at most. */
export function pitchOf(depth) {
  return depth < 3 ? 4 : depth === 3 ? 3 : 2;
}

/** For each name its shortest beginning that no other name has, four letters at most; three letters are short
 * as they are. */
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
