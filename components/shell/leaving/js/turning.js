// The browser's own buttons turn a page without leaving what is typed on it. Streamlit asks for the other
// page at once, and forgets what it is told after that has come; and a run that began before the turn asks
// for its own page once more when it is drawn. So the turn waits until all is told and drawn, where the
// browser says beforehand that it turns.

import { hasCellToTell } from "./cells.js";
import { afterTelling, hasToTell } from "./fields.js";
import { isRunning, until } from "./running.js";

const SENT_AFTER = 500; // ms, on a busy machine; nothing is told of a cell that stayed as it was
const DRAWN_AFTER = 500; // ms; a longer run has said by then which page it draws

let isTurning = false;

/** Once for a tab. */
export function watchTurns() {
  if (globalThis.navigation) navigation.addEventListener("navigate", turning);
  else window.addEventListener("popstate", isAnythingToTell, true);
}

/** Whether the app is still to be told of a field or a cell, which are left with that. */
function isAnythingToTell() {
  return [hasToTell(), hasCellToTell()].includes(true);
}

function turning(event) {
  const { navigationType, destination, cancelable } = event;
  if (isTurning || navigationType !== "traverse" || !destination.sameDocument) return;
  if (!isAnythingToTell() || !cancelable) return;
  event.preventDefault();
  // What was chosen in a cell's list is entered with the next frame.
  requestAnimationFrame(() => afterTelling(() => traverse(destination.key)));
}

async function traverse(key) {
  await until(isRunning, SENT_AFTER);
  await until(() => !isRunning(), DRAWN_AFTER);
  isTurning = true;
  await navigation.traverseTo(key).committed.catch(() => {});
  isTurning = false;
}
