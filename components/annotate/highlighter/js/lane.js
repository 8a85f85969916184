// The lane between the lines of the text: which caption stands where in it, and in which words. Pure. Places
// are px from where a line begins, in the direction that it is read.

const GAP = 6; // px between two captions
const SAME = 3; // px by which pieces of one line may differ in height

/**
 * The lines of a paragraph, from `pieces` in order: {item, top, bottom, from, to}, a rectangle of what a mark or
 * a caret covers on a line. Gives for each line {bottom, starts}: the lower edge of what is drawn there, and what
 * begins there, in order: {of, at, until}, a span and the stretch that it covers on that line.
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

/**
 * The captions of one row of a line, in order: `at` and `until` as above, and their words, `long` and `short`.
 * Gives for each {at, words, counts}: no words where there is no room; `counts` are those that the one before
 * them stands for then, by their places in the row.
 *
 * A caption says its long words where they end before the next one begins, else the short ones. It begins below
 * words of its own, at the end of a line also before them.
 */
export function arranged(captions, width, measure) {
  let free = 0; // where the next one may begin
  let last = null; // the last one that has words
  const put = (caption, words) => {
    const size = measure(words);
    caption.words = words;
    caption.at = Math.max(caption.low, Math.min(caption.own, width - size));
    return caption.at + size;
  };
  return captions.map(({ at, until, long, short }, index) => {
    const caption = { own: Math.max(at, free), low: free, at, words: "", counts: [] };
    let end = put(caption, long);
    if (end > Math.min(width, (captions[index + 1]?.at ?? Infinity) - GAP)) end = put(caption, short);
    const isRoom = caption.at <= Math.max(at, until - GAP) && end <= width;
    if (last && !isRoom) {
      Object.assign(caption, { at, words: "" });
      last.counts.push(index);
      free = put(last, `${last.bare} +${last.counts.length}`) + GAP;
      return caption;
    }
    last = Object.assign(caption, { bare: caption.words });
    free = end + GAP;
    return caption;
  });
}
