// How often classes and labels are used: where there are more of them than are seen, those used most come
// first.

const SEEN = 17; // chips of a list that are seen at once, more or less

/** Nothing is counted yet. */
export function nothingUsed() {
  return { place: null, counts: [] };
}

const storedAs = (scope) => `tagwright-uses-${scope}`;

/** How often the person gave each class and each label in this session, as pairs of name and number. */
function given(scope) {
  try {
    return JSON.parse(localStorage.getItem(storedAs(scope))) ?? [[], []];
  } catch {
    return [[], []]; // No storage: what the documents at hand say.
  }
}

/** Whether the person gave any tag in this session. */
export function isAnyUsed({ given: { scope } }) {
  return given(scope).some((pairs) => pairs.length > 0);
}

/** Count a tag that the person gave. */
export function countUse({ given: { scope } }, tag) {
  const counts = given(scope).map((pairs) => new Map(pairs));
  tag.forEach((name, part) => name !== null && counts[part].set(name, (counts[part].get(name) ?? 0) + 1));
  try {
    localStorage.setItem(storedAs(scope), JSON.stringify(counts.map((one) => [...one])));
  } catch {
    // They are ordered by the documents at hand then.
  }
}

/** How often each name is used: by the person, and in the documents at hand. */
function counted({ given: { scope }, around: { base, next, previous } }) {
  const counts = given(scope).map((pairs) => new Map(pairs));
  for (const tag of [base, ...next, ...previous].flatMap((one) => one.segments.flatMap(({ tags }) => tags))) {
    tag.forEach((name, part) => counts[part].set(name, (counts[part].get(name) ?? 0) + 1));
  }
  return counts;
}

/** The classes (part 0) or labels (1) in the order of their chips. It stays while one works on a document: no
 * chip moves under the hand. */
export function inOrder(editor, part) {
  const { given: { scope, classes, labels }, around: { base }, uses } = editor;
  const names = [classes, labels][part];
  if (!base || names.length <= SEEN) return names;
  const place = `${scope} ${base.document}`;
  if (uses.place !== place) Object.assign(uses, { place, counts: counted(editor) });
  const count = (name) => uses.counts[part].get(name) ?? 0;
  return names.toSorted((a, b) => count(b) - count(a));
}
