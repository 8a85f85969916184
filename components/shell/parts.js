// Parts of what Python says that seldom change: sent once, then by their hash alone, for as long as this page
// says that it holds them. Other components' scripts of this page share them.

const MOST = 12; // parts that are held: more than one page of the app has

const parts = new Map();

/** The hashes of the parts that are held, for Python to leave them out. */
export function held() {
  return [...parts.keys()];
}

/** What Python said with its `parts` (values by hash, null where left out) in it, and the hashes of those
 * `missing`. */
export function whole({ parts: sent = {}, ...rest }) {
  const missing = [];
  for (const [hash, given] of Object.entries(sent)) {
    const part = given ?? parts.get(hash);
    if (part) keep(hash, part);
    else missing.push(hash);
    Object.assign(rest, part);
  }
  return { data: rest, missing };
}

/** The part used last is forgotten last. */
function keep(hash, part) {
  parts.delete(hash);
  parts.set(hash, part);
  if (parts.size > MOST) parts.delete(parts.keys().next().value);
}
