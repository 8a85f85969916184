// Where the tags of each person stand below the lines of the text, and those of the final version above them.
// Pure. Places are px from the corner of the text.

const SAME = 4; // px by which pieces of one line may differ in height
const GAP = 6; // px between two captions

/** The pieces of a span, one a line: {left, right, top, bottom} of its rectangles. */
export function piecesOf(rects) {
  const pieces = [];
  for (const { left, right, top, bottom } of rects) {
    if (right <= left) continue;
    const piece = pieces.at(-1);
    if (piece && Math.abs(piece.top - top) < SAME) {
      piece.left = Math.min(piece.left, left);
      piece.right = Math.max(piece.right, right);
    } else pieces.push({ left, right, top, bottom });
  }
  return pieces;
}

/**
 * The bars to be drawn. `tags`: {lane, words, pieces, ...}, lane -1 for the final version. What begins at one
 * point of a lane is one bar with the words of all. Gives {left, top, width, words, tag, lane}: the words at
 * the first piece, which may go on until the next bar of that lane.
 */
export function barsOf(tags, { row, above }, width) {
  const bars = [];
  for (const tag of tags) {
    tag.pieces.forEach(({ left, right, top, bottom }, at) => {
      const y = tag.lane < 0 ? top - above + 1 : bottom + 1 + tag.lane * row;
      const isHere = (bar) => bar.lane === tag.lane && bar.top === y && bar.left === left;
      const known = at ? null : bars.find(isHere);
      if (known) {
        known.words += `, ${tag.words}`;
        known.end = Math.max(known.end, right);
        known.isOpen ||= tag.isOpen;
        return;
      }
      const words = at ? "" : tag.words;
      bars.push({ tag, lane: tag.lane, isOpen: tag.isOpen, left, end: right, top: y, words });
    });
  }
  for (const bar of bars) {
    const isBehind = ({ lane, top, left }) => lane === bar.lane && top === bar.top && left > bar.left;
    const behind = bars.filter(isBehind);
    const room = Math.min(width, ...behind.map(({ left }) => left - GAP)) - bar.left;
    bar.width = bar.end - bar.left;
    bar.room = Math.max(bar.words ? Math.min(room, 400) : 0, bar.width);
    if (behind.some(({ left }) => left < bar.end)) bar.room = Math.max(room, 8);
  }
  return bars;
}
