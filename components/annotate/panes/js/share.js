// How much of the room the text has, in percent: what the person chose, as this browser remembers it.

export const LEAST = 15;
export const MOST = 85;
const NAME = "tagwright-text-share";

export function within(share) {
  return Math.round(Math.min(MOST, Math.max(LEAST, share)));
}

/** The share that a key gives, or null where the key is none of the divider's. */
export function sharedBy(key, share) {
  const steps = { ArrowUp: -4, ArrowLeft: -4, ArrowDown: 4, ArrowRight: 4, PageUp: -20, PageDown: 20 };
  if (key === "Home") return LEAST;
  if (key === "End") return MOST;
  return key in steps ? within(share + steps[key]) : null;
}

/** What was remembered, or null: a browser may keep nothing at all. */
export function remembered() {
  try {
    const share = Number(localStorage.getItem(NAME));
    return share ? within(share) : null;
  } catch {
    return null;
  }
}

export function remember(share) {
  try {
    if (share === null) localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, String(share));
  } catch {
    // It holds for this page alone.
  }
}
