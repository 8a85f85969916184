// What this tab alone holds until Python keeps it: acts, by the scope that names whose draft of which session
// they are for. They outlive the page in the browser's storage; where that fails, full or forbidden, they
// are in the memory of the page, and nothing else is lost.

const STORED = "tagwright-outbox:";
const OLD_NAMES = { op: "kind", n: "number", from: "was" };

// Where the words stand that say how many edits the page holds (shell/style.css). On the root of the page
// they would have all of it styled anew, at each edit.
const SAID_BY = ".st-key-all-saved, .st-key-not-all-saved";

const unstored = new Map();
let saying = null; // the style that gives them the words

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

/** Have the page know how many edits are in it only: what it says of the work follows (shell/style.css). */
export function mark() {
  const root = globalThis.document?.documentElement;
  if (!root) return;
  const count = scopes().reduce((sum, scope) => sum + editsIn(waiting(scope)), 0);
  root.toggleAttribute("data-acts-waiting", count > 0);
  if (!saying) document.adoptedStyleSheets.push((saying = new CSSStyleSheet()));
  saying.replaceSync(`${SAID_BY} { --kept-here: "${count.toLocaleString("en")} kept in this page"; }`);
  if (!count) markLate(false);
}

/** The same of whether what waits was sent in vain. */
export function markLate(isLate) {
  globalThis.document?.documentElement.toggleAttribute("data-acts-late", isLate);
}

/** How many of the acts change anything: the others lead elsewhere or ask for something. */
export function editsIn(acts) {
  return acts.filter(({ kind }) => kind !== "go" && kind !== "ask").length;
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
  return scopes().length > 0;
}

/** The scopes for which anything waits. */
function scopes() {
  const found = [...unstored.keys()].filter((scope) => unstored.get(scope).length);
  try {
    const names = Object.keys(sessionStorage).filter((name) => name.startsWith(STORED));
    return [...new Set([...found, ...names.map((name) => name.slice(STORED.length))])];
  } catch {
    return found;
  }
}

function renamed(act) {
  return Object.fromEntries(Object.entries(act).map(([name, value]) => [OLD_NAMES[name] ?? name, value]));
}
