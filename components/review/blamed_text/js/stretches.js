// A text cut where a tag begins or ends. Pure.

/**
 * Every stretch of a text of `count` code points from one border to the next, with the numbers of the tags
 * that cover it (`held`), the longest first.
 */
export function stretches(tags, count) {
  const borders = [...new Set([0, count, ...tags.flatMap(({ start, end }) => [start, end])])];
  borders.sort((one, other) => one - other);
  const size = (one) => tags[one].end - tags[one].start;
  return borders.slice(0, -1).map((start, at) => {
    const covers = (one) => tags[one].start <= start && start < tags[one].end;
    const held = [...tags.keys()].filter(covers).sort((one, other) => size(other) - size(one));
    return { start, end: borders[at + 1], held };
  });
}
