// Ghosts: tags that are proposed, and no segments before somebody takes them. A ghost is data (key, start,
// end, tag, confidence) and each gesture on it an act; what comes of that is Python's.

import { pick, standBehind } from "./cursor.js";
import { act, isRefused } from "./edits.js";
import { above, certainty, limitWanted } from "./limits.js";
import { caption } from "./looks.js";
import { reveal } from "./places.js";
import { ghostPicked } from "./selection.js";
import { quoted, tell } from "./status.js";
import { countUse } from "./uses.js";

/** Where one goes from a ghost: to the one after it in the text, behind the last to the first. */
export function nextGhost(spans, key) {
  const at = spans.findIndex((span) => span.key === key);
  const others = [...spans.slice(at + 1), ...spans.slice(0, Math.max(at, 0))];
  return others.find(({ ghost }) => ghost)?.key ?? null;
}

/** Take the picked ghost as it is, and go on to the next; whether one is picked. */
export function takePicked(editor) {
  return onPicked(editor, "take", "Took");
}

/** Reject the picked ghost, and go on to the next; whether one is picked. */
export function rejectPicked(editor) {
  return onPicked(editor, "reject", "Rejected");
}

function onPicked(editor, kind, verb) {
  const ghost = ghostPicked(editor);
  if (!ghost) return false;
  if (isRefused(editor)) return true;
  const { drawn } = editor;
  const next = nextGhost(drawn.spans, ghost.key);
  const end = drawn.offsets.units[ghost.end];
  if (!act(editor, { kind, ghosts: [ghost] })) return true;
  if (kind === "take") countUse(editor, ghost.tag);
  if (next) {
    pick(editor, next);
    reveal(drawn, next);
  } else standBehind(editor, end);
  const left = drawn.ghosts.length;
  const rest = left ? `; ${left} more proposed` : "; none is left here";
  tell(editor, `${verb} ${quoted(drawn, ghost)} ${caption([ghost.tag])}${rest}`);
  return true;
}

/** Take all that are at least that sure, as one step. */
export function takeAllAbove(editor) {
  const { drawn } = editor;
  if (!drawn.ghosts.length) return false;
  if (isRefused(editor)) return true;
  const percent = limitWanted();
  const ghosts = above(drawn.ghosts, percent);
  if (!ghosts.length) {
    const most = Math.max(...drawn.ghosts.map(({ confidence }) => confidence ?? 0));
    tell(editor, `None of what is proposed here is ${percent} % sure; the surest is ${certainty(most)}`);
    return true;
  }
  if (!act(editor, { kind: "take", ghosts })) return true;
  const count = `${ghosts.length} proposed ${ghosts.length === 1 ? "tag" : "tags"}`;
  tell(editor, `Took ${count} of ${percent} % and more; Ctrl+Z takes that back`);
  return true;
}
