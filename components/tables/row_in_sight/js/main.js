// The row of what is picked comes into sight. Where the grid cannot be asked to, the row is marked all the
// same, and the table stands where it is.

import { GRID, inGrid } from "../../../shell/grid.js";

const TRIES = 20;
const PAUSE = 50; // ms

let last = null;

function scroll(table, row, tries = TRIES) {
  const place = document.querySelector(`[class*="st-key-${CSS.escape(table)}"]`);
  const canScroll = (props, held) => typeof held?.scrollTo === "function" && held;
  const grid = inGrid(place?.querySelector(GRID), canScroll);
  if (grid) grid.scrollTo(0, row, "vertical");
  else if (tries) setTimeout(() => scroll(table, row, tries - 1), PAUSE);
}

export default function rowInSight({ data }) {
  if (data.row !== null && data.wish !== last) scroll(data.table, data.row);
  last = data.wish;
  return () => { last = null; };
}
