// Streamlit keeps the grid's own ways to itself: React knows them. Where it should be told otherwise one day,
// the row is marked all the same, and the table stands where it is.

const TRIES = 20;
const PAUSE = 50; // ms

let last = null;

/** What a grid can be told to do, looked for from its node upward; null where it is not found. */
function gridOf(node) {
  const name = node && Object.keys(node).find((key) => key.startsWith("__reactFiber$"));
  for (let fiber = name ? node[name] : null; fiber; fiber = fiber.return) {
    if (typeof fiber.ref?.current?.scrollTo === "function") return fiber.ref.current;
  }
  return null;
}

function scroll(table, row, tries = TRIES) {
  const place = document.querySelector(`[class*="st-key-${CSS.escape(table)}"]`);
  const grid = gridOf(place?.querySelector(".stDataFrameGlideDataEditor"));
  if (grid) grid.scrollTo(0, row, "vertical");
  else if (tries) setTimeout(() => scroll(table, row, tries - 1), PAUSE);
}

export default function rowInSight({ data }) {
  if (data.row !== null && data.wish !== last) scroll(data.table, data.row);
  last = data.wish;
  return () => { last = null; };
}
