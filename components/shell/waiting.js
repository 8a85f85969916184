// What this tab alone holds until Python keeps it: acts, by the scope that names whose draft of which session
// they are for. They outlive the page in the browser's storage; where that fails, full or forbidden, they
// are in the memory of the page, and nothing else is lost.

const STORED = "tagwright-outbox:";
const OLD_NAMES = { op: "kind", n: "number", from: "was" };

const unstored = new Map();

export function put(scope, acts) {
  unstored.delete(scope);
  try {
    if (acts.length) sessionStorage.setItem(STORED + scope, JSON.stringify(acts));
    else sessionStorage.removeItem(STORED + scope);
  } catch {
    unstored.set(scope, acts);
  }
  mark();
}

/** Have the page know whether anything waits: then it does not say that all is saved (shell/style.css). */
export function mark() {
  globalThis.document?.documentElement.toggleAttribute("data-acts-waiting", isAnythingWaiting());
}

/** What waits for a scope, by the names of now: a tab may have waited since a version that had others. */
export function waiting(scope) {
  if (unstored.has(scope)) return unstored.get(scope);
  try {
    const found = JSON.parse(sessionStorage.getItem(STORED + scope) ?? "[]");
    return Array.isArray(found) ? found.map(renamed) : [];
  } catch {
    return [];
  }
}

/** Whether anything waits, of whichever scope. */
export function isAnythingWaiting() {
  if ([...unstored.values()].some((acts) => acts.length)) return true;
  try {
    return Object.keys(sessionStorage).some((name) => name.startsWith(STORED));
  } catch {
    return false;
  }
}

function renamed(act) {
  return Object.fromEntries(Object.entries(act).map(([name, value]) => [OLD_NAMES[name] ?? name, value]));
}
