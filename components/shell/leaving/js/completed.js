// A page is gone to by its bare address, which the app then completes. The whole address takes the place of
// the bare one, so that the button back needs no press for what nobody saw.

/** Once for a tab. */
export function watchAddresses() {
  const { pushState, replaceState } = history;
  history.pushState = function push(state, unused, url) {
    const to = new URL(url ?? "", location.href);
    const isCompleted = to.pathname === location.pathname && to.search && !location.search;
    return (isCompleted ? replaceState : pushState).call(this, state, unused, url);
  };
}
