// What the person did, before Python has answered: acts, and what they make of the segments. Pure.

import { caption } from "./looks.js";

const sameTag = (a, b) => (a[0] ?? null) === (b[0] ?? null) && (a[1] ?? null) === (b[1] ?? null);

/** The key of the segment that an edit makes; Python gives it the same. */
export function newKey(act, n = null) {
  return `${act.window}-${act.number}${n === null ? "" : `.${n}`}.0`;
}

/** The segments that have the span of another one. */
export function segmentsAt(segments, { start, end }) {
  return segments.filter((one) => one.start === start && one.end === end);
}

/** The tag that a ghost is taken as: the act's, where it names one. */
function asTaken({ tag }, ghost) {
  return tag?.some((part) => part !== null) ? tag : ghost.tag;
}

/** Segments with one more tag at a place, as Python gives it. */
function taken(segments, { start, end }, tag, key, oneTag) {
  const here = segmentsAt(segments, { start, end });
  if (here.some(({ tags }) => tags.some((other) => sameTag(other, tag)))) return segments;
  if (here.length) {
    const [{ tags }] = here;
    return segments.with(segments.indexOf(here[0]), { ...here[0], tags: oneTag ? [tag] : [...tags, tag] });
  }
  const place = segments.filter((one) => one.start <= start).length;
  return segments.toSpliced(place, 0, { key, start, end, tags: [tag], problem: "" });
}

/** Of the ghosts of a document those about which nothing was done that Python has not heard of. */
export function ghostsLeft(ghosts, acts, document) {
  const mine = acts.filter((act) => act.document === document && act.ghosts);
  const done = new Set(mine.flatMap((act) => act.ghosts.map(({ key }) => key)));
  return done.size ? ghosts.filter(({ key }) => !done.has(key)) : ghosts;
}

/**
 * Segments (code points) after the edits of one document that Python has not applied yet. It is what Python
 * makes of them, except for undo and redo, which only Python knows. `oneTag`: a segment has one label.
 */
export function reduce(segments, acts, document, oneTag = false) {
  let now = segments;
  for (const act of acts.filter((act) => act.document === document)) {
    if (act.kind === "add") {
      const key = newKey(act);
      if (now.some((segment) => segment.key === key)) continue;
      const [start, end] = act.span;
      const place = now.filter((segment) => segment.start <= start).length;
      now = now.toSpliced(place, 0, { key, start, end, tags: [act.tag], problem: "" });
      continue;
    }
    if (act.kind === "take") {
      act.ghosts.forEach((ghost, n) => {
        now = taken(now, ghost, asTaken(act, ghost), newKey(act, n), oneTag);
      });
      continue;
    }
    const at = now.findIndex((segment) => segment.key === act.segment);
    if (at < 0) continue;
    const segment = now[at];
    const tags = segment.tags;
    const put = (changes) => (now = now.with(at, { ...segment, ...changes }));
    if (act.kind === "delete") now = now.toSpliced(at, 1);
    else if (act.kind === "join") {
      const other = now.find(({ key }) => key === act.other);
      if (!other || other === segment) continue;
      put({ start: Math.min(segment.start, other.start), end: Math.max(segment.end, other.end) });
      now = now.filter((one) => one !== other);
    } else if (act.kind === "split") {
      const [end, start] = act.span;
      const key = newKey(act);
      if (now.some((one) => one.key === key) || end <= segment.start || start >= segment.end) continue;
      put({ end });
      const place = now.filter((one) => one.start <= start).length;
      now = now.toSpliced(place, 0, { key, start, end: segment.end, tags, problem: "" });
    } else if (act.kind === "move") put({ start: act.span[0], end: act.span[1] });
    else if (act.kind === "tag") {
      if (!tags.some((tag) => sameTag(tag, act.tag))) put({ tags: [...tags, act.tag] });
    } else if (act.kind === "untag" || act.kind === "retag") {
      const of = tags.findIndex((tag) => sameTag(tag, act.was));
      if (of < 0) continue;
      if (act.kind === "retag") put({ tags: tags.with(of, act.tag) });
      else if (tags.length > 1) put({ tags: tags.toSpliced(of, 1) });
      else now = now.toSpliced(at, 1);
    }
  }
  return now;
}

/** What waits in the outbox after Python has said which numbers of each window are done with. */
export function unacknowledged(acts, numbers) {
  return acts.filter((act) => act.number > (numbers[act.window] ?? 0));
}

/**
 * What a class or a label means now. `parts`: [class, label] as far as they were chosen. Gives one of
 *   {arm: [class, label]}   something is missing: wait for it
 *   {act: {...}}            an act without its number
 *   {say: "..."}            nothing to do, and why
 * `held` is what is chosen of the text: {segment, tag} for a pick (`tag`: which of its tags), {span} in code
 * points with the segments `equal` to it, or {whole} for the document. `enough`: one part alone is meant.
 */
export function meant(shape, parts, held, enough = false) {
  const tag = [shape.classes ? parts[0] : null, shape.labels ? parts[1] : null];
  if (held?.segment) {
    const { segment, adding } = held;
    const was = adding ? undefined : segment.tags[held.tag];
    if (was) {
      const to = [tag[0] ?? was[0], tag[1] ?? was[1]];
      if (sameTag(to, was)) return { say: `It is ${caption([to])} already` };
      if (segment.tags.some((other) => sameTag(other, to))) return { say: `It has ${caption([to])} already` };
      return { act: { kind: "retag", segment: segment.key, was, tag: to } };
    }
  }
  const complete = (!shape.classes || tag[0] !== null) && (!shape.labels || tag[1] !== null);
  if (!complete && !(enough && (tag[0] !== null || tag[1] !== null))) return { arm: tag };
  if (held?.segment) return added(shape, held.segment, tag, false);
  if (!held) return { say: "Select words first" };
  if (held.equal) return added(shape, held.equal, tag, held.whole);
  return { act: { kind: "add", span: held.span, tag } };
}

/** One more tag on a segment; where a segment has one label only, that instead of the one it had. */
function added(shape, segment, tag, whole) {
  if (segment.tags.some((other) => sameTag(other, tag))) {
    if (whole) return { act: { kind: "untag", segment: segment.key, was: tag } };
    return { say: `It has ${caption([tag])} already` };
  }
  if (shape.oneTag && segment.tags.length) {
    const [was] = segment.tags;
    return { act: { kind: "retag", segment: segment.key, was, tag } };
  }
  return { act: { kind: "tag", segment: segment.key, tag } };
}

/** Whether a document is done, by what the person said last, which Python may not have heard yet. `waiting`:
 * acts. */
export function isMarked(waiting, { document, done }) {
  const said = waiting.findLast((act) => act.kind === "done" && act.document === document);
  return said ? said.done : done;
}
