// The tags that were given lately: each is offered as a whole, in one click.

const MOST = 5;

/** The tags after one more was given. Each keeps its place as long as it is among them: the one that was not
 * given for longest makes room. As {tag, at}: when it was given last, by a count. */
export function withRecent(recent, tag) {
  const at = Math.max(0, ...recent.map((one) => one.at)) + 1;
  const same = recent.findIndex((one) => one.tag[0] === tag[0] && one.tag[1] === tag[1]);
  if (same >= 0) return recent.with(same, { tag, at });
  if (recent.length < MOST) return [...recent, { tag, at }];
  const oldest = recent.reduce((least, one, i) => (one.at < recent[least].at ? i : least), 0);
  return recent.with(oldest, { tag, at });
}

/** Those that can still be given, where a tag is a class with a label: else one click is enough as it is. */
export function recentTags({ given: { classes, labels, shape }, selection: { recent } }) {
  if (!shape.classes || !shape.labels) return [];
  return recent.map(({ tag }) => tag).filter(([one, other]) => classes.includes(one) && labels.includes(other));
}
