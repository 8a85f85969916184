// A page is gone to by its bare address, which the app then completes, or by one that names what there is
// not, which it puts right. The address that the app gives takes the place of such a one, so that the button
// back needs no press for what nobody saw. A busy browser puts what the next page says of its address behind
// the path of the page that is left, and that page's own after it: both are one step.

const ACTS = ["keydown", "pointerdown", "click"]; // a screen reader clicks without a pointer

let hasActed = false; // whether the person did anything since the page was opened, or turned back to
let said = null; // what the app put behind the path since the person did something

/** Once for a tab. */
export function watchAddresses() {
  const { pushState, replaceState } = history;
  for (const kind of ACTS) window.addEventListener(kind, acted, true);
  window.addEventListener("popstate", () => ([hasActed, said] = [false, null]), true);
  history.pushState = function push(state, unused, url) {
    const to = new URL(url ?? "", location.href);
    const isBare = to.search && !location.search;
    const isSamePath = to.pathname === location.pathname;
    const isCompleted = isSamePath ? isBare || !hasActed : to.search !== "" && to.search === said;
    said = isSamePath ? to.search : null;
    return (isCompleted ? replaceState : pushState).call(this, state, unused, url);
  };
}

function acted({ isTrusted }) {
  if (isTrusted) [hasActed, said] = [true, null];
}
