// Streamlit keeps the grid's own ways to itself: React knows them. Where it should be told otherwise one day,
// nothing is found, and each who asks says what is then.

export const GRID = ".stDataFrameGlideDataEditor";

/** What `look` finds in React's fibers, from a grid's node upward; null where it finds nothing. */
export function inGrid(node, look) {
  const name = node && Object.keys(node).find((key) => key.startsWith("__reactFiber$"));
  for (let fiber = name ? node[name] : null; fiber; fiber = fiber.return) {
    const found = look(fiber.memoizedProps ?? {}, fiber.ref?.current);
    if (found) return found;
  }
  return null;
}
