// A page is gone to by its bare address, and the app then gives that what it names: the one takes the place of the
// other, so that the button back needs no press for something that nobody saw.

/** Once for a tab. */
export function watchAddresses() {
  const { pushState, replaceState } = history;
  history.pushState = function push(state, unused, url) {
    const to = new URL(url ?? "", location.href);
    const isCompleted = to.pathname === location.pathname && to.search && !location.search;
    return (isCompleted ? replaceState : pushState).call(this, state, unused, url);
  };
}
