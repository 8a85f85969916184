// The outbox: acts that Python has not said it keeps. They are sent again until it has, also after a reload.

import { held } from "../../../shell/parts.js";
import { put, waiting } from "../../../shell/waiting.js";
import { unacknowledged } from "./acts.js";

const WAIT = 1500; // ms until what was not acknowledged is sent again, then twice as long each time
const LONGEST = 15000;

/** An outbox of a window of its own, with nothing in it. `setStateValue` is what reports go by. */
export function emptyOutbox() {
  return {
    window: Math.random().toString(36).slice(2, 12),
    scope: null,
    count: 0, // the number of the last act
    sent: 0,
    acts: [],
    told: new Set(), // the refusals that the person was told of
    timer: 0,
    picked: null, // the segment that Python was told of last as picked
    staying: 0, // the timer until it is told of another
    setStateValue: null,
  };
}

/** Take what waits for a scope, which names whose draft of which session it is. */
export function fill(outbox, scope) {
  Object.assign(outbox, { scope, acts: waiting(scope) });
}

/** An act with its number, which waits from now on. */
export function enqueue(outbox, act) {
  const numbered = { ...act, number: ++outbox.count, window: outbox.window };
  outbox.acts.push(numbered);
  put(outbox.scope, outbox.acts);
  return numbered;
}

/**
 * Forget what Python keeps, by the last number of each window. Gives the reasons of the refusals that are
 * news for this page, or for the one that it was before it was loaded again.
 */
export function settle(outbox, kept, refused) {
  const before = outbox.acts;
  outbox.acts = unacknowledged(before, kept);
  if (outbox.acts.length !== before.length) put(outbox.scope, outbox.acts);
  if (!outbox.acts.length) clearTimeout(outbox.timer);
  const mine = new Set([outbox.window, ...before.map(({ window }) => window)]);
  const name = ({ window, number }) => `${window} ${number}`;
  const news = refused.filter((one) => mine.has(one.window) && !outbox.told.has(name(one)));
  for (const one of news) outbox.told.add(name(one));
  return news.map(({ reason }) => reason);
}

/** Send all that waits, and again later until nothing does; `onTry` hears how often it was tried before. */
export function flush(outbox, onTry, tries = 0) {
  clearTimeout(outbox.timer);
  onTry(tries);
  if (!outbox.acts.length) return;
  const { scope, window, acts } = outbox;
  outbox.setStateValue("report", { scope, window, acts, sent: ++outbox.sent, holds: held() });
  outbox.timer = setTimeout(() => flush(outbox, onTry, tries + 1), Math.min(LONGEST, WAIT * 2 ** tries));
}
