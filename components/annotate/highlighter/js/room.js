// Whether the chips of classes and labels have room in the lines that they share: labels in one of them, if
// that takes no line more. Where they have not, classes scroll alone, so that labels stay in sight.

import { showAll } from "./adders.js";

const isOver = (node) => node.scrollHeight > node.clientHeight + 1 || node.scrollWidth > node.clientWidth + 1;

/** Give the chips the room that they need now; what was scrolled stays where it was. */
export function makeRoom({ nodes: { classChips, labelChips, adders } }) {
  const box = classChips.parentElement;
  if (!box.clientWidth) return; // Not seen: measured when it is.
  const scrolled = [box, classChips, labelChips].map((node) => [node, node.scrollTop, node.scrollLeft]);
  box.classList.remove("crowded");
  box.classList.add("together");
  showAll(adders[0], false);
  if (isOver(box)) box.classList.remove("together");
  if (isOver(box)) {
    box.classList.add("crowded");
    showAll(adders[0], isOver(classChips));
  }
  for (const [node, top, left] of scrolled) Object.assign(node, { scrollTop: top, scrollLeft: left });
}
