// Whether the app runs for this tab, or was asked to, as Streamlit says on the page.

const RUN = "data-test-script-state";
const PAUSE = 20; // ms

export function isRunning() {
  return document.querySelector(`[${RUN}]`)?.getAttribute(RUN) !== "notRunning";
}

/** Ends when it is so, or after `most` milliseconds. */
export async function until(isSo, most) {
  const end = performance.now() + most;
  while (!isSo() && performance.now() < end) await new Promise((done) => setTimeout(done, PAUSE));
}
