// The buttons about what is proposed: beside the ghost that was clicked on, and for all of the document.

import { button, rejectButton, takeButton } from "./buttons.js";
import { LIMITS, above, limitWanted, wantLimit } from "./limits.js";
import { ghostPicked } from "./selection.js";

const GAP = 2; // px between the ghost and its buttons

/** How many are proposed in the document, and the way to take many at once. */
export function showGhosts(editor) {
  const { nodes: { ghosts: bar }, drawn, given } = editor;
  const count = given.readOnly ? 0 : drawn.ghosts.length;
  bar.hidden = count === 0;
  if (!count) return;
  if (!bar.firstChild) fill(editor, bar);
  const [told, all, limit] = bar.children;
  const percent = limitWanted();
  told.textContent = `${count} proposed`;
  const sure = above(drawn.ghosts, percent).length;
  all.textContent = `Take ${sure}`;
  all.ariaDisabled = String(!sure); // not `disabled`: it would lose the focus
  limit.value = String(percent);
}

function fill(editor, bar) {
  const told = Object.assign(document.createElement("span"), { className: "count" });
  const all = button("all", "", "", { do: "takeAll" });
  all.title = "Take all of this document that are at least so sure, in one step (Shift+Enter)";
  const limit = document.createElement("select");
  limit.setAttribute("aria-label", "How sure what is taken at once has to be");
  limit.append(...LIMITS.map((percent) => new Option(`≥ ${percent} %`, String(percent))));
  limit.onchange = () => {
    wantLimit(Number(limit.value));
    showGhosts(editor);
    editor.nodes.box.focus({ preventScroll: true });
  };
  bar.replaceChildren(told, all, limit);
}

/** Bring the buttons to the ghost that was clicked on; they go with its pick. */
export function placeGhostBar(editor) {
  const { nodes: { judge, all, box }, selection, drawn, given } = editor;
  const ghost = selection.byPointer && !given.readOnly ? ghostPicked(editor) : undefined;
  const place = ghost && placeOf(drawn, ghost.key, box);
  if (judge.hidden === Boolean(place)) judge.hidden = !place; // said again, it would be a change
  if (!place) return;
  if (!judge.firstChild) judge.append(takeButton(), rejectButton());
  const frame = all.getBoundingClientRect();
  const right = box.getBoundingClientRect().right - frame.left - judge.offsetWidth - 4;
  judge.style.left = `${Math.max(4, Math.min(place.left - frame.left, right))}px`;
  judge.style.top = `${place.bottom - frame.top + GAP}px`;
}

/** Where its last line stands in the window, and its caption; null out of sight. */
function placeOf(drawn, key, box) {
  const nodes = drawn.paragraphs.flatMap(({ lane }) => [...lane.nodes.values()]);
  const rects = nodes.filter((one) => one.key === key).map(({ node }) => node.getBoundingClientRect());
  if (!rects.length) return null;
  const [left, bottom] = [rects[0].left, Math.max(...rects.map((rect) => rect.bottom))];
  const frame = box.getBoundingClientRect();
  return bottom < frame.top || bottom > frame.bottom ? null : { left, bottom };
}
