// A page is gone to by its bare address, which the app then completes, or by one that names what there is
// not, which it puts right. The address that the app gives takes the place of such a one, so that the button
// back needs no press for what nobody saw.

const ACTS = ["keydown", "pointerdown", "click"]; // a screen reader clicks without a pointer

let hasActed = false; // whether the person did anything since the page was opened, or turned back to

/** Once for a tab. */
export function watchAddresses() {
  const { pushState, replaceState } = history;
  for (const kind of ACTS) window.addEventListener(kind, (event) => (hasActed ||= event.isTrusted), true);
  window.addEventListener("popstate", () => (hasActed = false), true);
  history.pushState = function push(state, unused, url) {
    const to = new URL(url ?? "", location.href);
    const isBare = to.search && !location.search;
    const isCompleted = to.pathname === location.pathname && (isBare || !hasActed);
    return (isCompleted ? replaceState : pushState).call(this, state, unused, url);
  };
}
