// The lane between the lines of the text: which caption stands where in it, and in which words. Pure. Places
// are px from where a line begins, in the direction that it is read.

const GAP = 6; // px between two captions
const SAME = 3; // px by which pieces of one line may differ in height

/**
 * The lines of a paragraph. `pieces`, in order: {item, top, bottom, from, to}, the rectangles that marks and
 * carets cover on the lines. Gives for each line {bottom, starts}: the lower edge of what is drawn there, and
 * what begins there: {of, at, until}, a span and the stretch that it covers on that line.
 */
export function linesOf(pieces) {
  const lines = [];
  const begun = new Map(); // item to its line
  const starts = new Map(); // span to where it begins
  for (const { item, top, bottom, from, to } of pieces) {
    if (!lines.length || top > lines.at(-1).top + SAME) lines.push({ top, bottom, starts: [] });
    const line = lines.at(-1);
    line.bottom = Math.max(line.bottom, bottom);
    if (!begun.has(item)) {
      begun.set(item, line);
      for (const of of item.first) {
        const start = { of, line, at: from, until: to };
        starts.set(of, start);
        line.starts.push(start);
      }
    }
    for (const of of item.open) {
      const start = starts.get(of);
      if (start?.line !== line) continue;
      // In a line of two directions a later piece may stand before the first one.
      if (item.first.includes(of)) start.at = Math.min(start.at, from);
      start.until = Math.max(start.until, to);
    }
  }
  for (const { starts } of lines) starts.sort((a, b) => a.at - b.at || a.of - b.of);
  return lines;
}

/** The box of each ghost on each of its lines: {of, line, top, bottom, from, to}. `pieces` as above. */
export function boxesOf(pieces, isGhost) {
  const boxes = new Map();
  let [line, height] = [-1, -Infinity];
  for (const { item, top, bottom, from, to } of pieces) {
    if (top > height + SAME) [line, height] = [line + 1, top];
    for (const of of item.open.filter(isGhost)) {
      const name = `${line} ${of}`;
      const box = boxes.get(name) ?? { of, line, top, bottom, from, to };
      boxes.set(name, {
        ...box,
        top: Math.min(box.top, top),
        bottom: Math.max(box.bottom, bottom),
        from: Math.min(box.from, from),
        to: Math.max(box.to, to),
      });
    }
  }
  return [...boxes.values()];
}

/**
 * The captions of one row of a line, in order: `at` and `until` as above; their words, `long` and `short`.
 * Gives for each {at, words, counts}: no words where there is no room; `counts` are those without room that
 * it stands for as well, by place. `measure` says how wide words are.
 *
 * A caption says its long words where they end before the next one begins, else the short ones. It begins
 * below words of its own; at the end of a line it may begin before them.
 */
export function arranged(captions, width, measure) {
  let last = null; // of those that have words
  return captions.map(({ at, until, long, short }, index) => {
    const low = last ? last.end + GAP : 0;
    const end = Math.min(width, (captions[index + 1]?.at ?? Infinity) - GAP);
    let found = standing(long, at, low, width, measure);
    if (found.end > end) found = standing(short, at, low, width, measure);
    const isRoom = found.at <= Math.max(at, until - GAP) && found.end <= width;
    if (isRoom || !last) {
      last = { ...found, own: at, low, bare: found.words, counts: [] };
      return last;
    }
    last.counts.push(index);
    const words = `${last.bare} +${last.counts.length}`;
    Object.assign(last, standing(words, last.own, last.low, width, measure));
    return { at, words: "", counts: [] };
  });
}

/** Where words stand that belong at a place: not before `low`, and within the line if they can. */
function standing(words, at, low, width, measure) {
  const size = measure(words);
  const from = Math.max(low, Math.min(at, width - size));
  return { words, at: from, end: from + size };
}
