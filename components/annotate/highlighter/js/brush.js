// The brush: a tag that is held, which each drag over words gives, until Escape or the page is left.

import { pressed } from "./buttons.js";
import { decide, isRefused } from "./edits.js";
import { caption } from "./looks.js";
import { isWholeMeant, spanChosen } from "./selection.js";
import { tell } from "./status.js";

const MEANT = 4; // px from which a press that moves is a drag, and no click
const ASIDE = { x: 14, y: 18 }; // px between the pointer and the words that follow it

/** Whether a class or a label that is clicked on is to be held: with the mouse, and nothing to be tagged.
 * What a key or a screen reader presses is about the words at the cursor. */
export function isToBeHeld(editor, event) {
  const { drawn, selection } = editor;
  const isByMouse = event?.detail > 0 && event.pointerType !== "touch";
  const isBegun = selection.picked !== null || selection.armed.some((part) => part !== null);
  return isByMouse && !isBegun && !spanChosen(selection, drawn.known) && !isWholeMeant(editor);
}

/** Hold a class (part 0) or a label (1) beside what is held; once more lets it go. */
export function hold(editor, part, name) {
  if (isRefused(editor)) return;
  const brush = [...(editor.selection.brush ?? [null, null])];
  brush[part] = brush[part] === name ? null : name;
  editor.selection.brush = brush.some((one) => one !== null) ? brush : null;
  showBrush(editor);
  if (!editor.selection.brush) tell(editor, "No tag is held any more");
  else if (isComplete(editor)) tell(editor, `Each drag over words tags them ${caption([brush])}`);
  else tell(editor, `${name} is held: now a ${brush[0] === null ? "class" : "label"}`);
}

/** Let go what is held. */
export function letGo(editor) {
  editor.selection.brush = null;
  showBrush(editor);
  tell(editor, "No tag is held any more");
}

/** Whether all is held that a tag needs here. */
export function isComplete({ given: { shape }, selection: { brush } }) {
  return Boolean(brush) && (!shape.classes || brush[0] !== null) && (!shape.labels || brush[1] !== null);
}

/** Tag what was selected just now with what is held; of half a tag the other half is waited for. Whether the
 * tag was whole. */
export function brushOver(editor) {
  if (!editor.selection.brush) return false;
  if (isComplete(editor)) decide(editor, editor.selection.brush);
  else editor.selection.armed = [...editor.selection.brush];
  pressed(editor);
  return isComplete(editor);
}

/** Whether a press that ends there was a drag, the second of a double click, or an extension: a click alone
 * never tags. */
export function isDeliberate({ selection: { pressedFrom, presses } }, { clientX, clientY, shiftKey }) {
  const far = pressedFrom ? Math.hypot(clientX - pressedFrom.x, clientY - pressedFrom.y) : 0;
  return far >= MEANT || presses === 2 || shiftKey;
}

/** Say below the text and on the chips what is held; a name that is gone cannot be. */
export function showBrush(editor) {
  const { given, nodes: { holding, tip }, selection } = editor;
  const [class_, label] = selection.brush ?? [null, null];
  const isGone = (name, of) => name !== null && !of.includes(name);
  if (given.readOnly || isGone(class_, given.classes) || isGone(label, given.labels)) selection.brush = null;
  const { brush } = selection;
  const missing = brush?.[0] === null ? "class" : "label";
  const rest = isComplete(editor) ? "" : `, choose a ${missing}`;
  const words = brush ? caption([brush]) : "";
  const said = brush ? `Held: ${words}${rest} — Esc ends` : "";
  if (holding.textContent !== said) {
    Object.assign(holding, { hidden: !brush, textContent: said });
    Object.assign(tip, { hidden: true, textContent: words });
  }
  pressed(editor);
}

/** What is held goes with the pointer while that is over the text. */
export function followBrush({ nodes: { all, box, tip }, selection: { brush } }, event) {
  if (!brush) return;
  const { left, top, right, bottom } = box.getBoundingClientRect();
  const { clientX: x, clientY: y, pointerType } = event;
  tip.hidden = pointerType === "touch" || x < left || x > right || y < top || y > bottom;
  if (tip.hidden) return;
  const frame = all.getBoundingClientRect();
  const aside = x + ASIDE.x + tip.offsetWidth > right ? -ASIDE.x - tip.offsetWidth : ASIDE.x;
  tip.style.transform = `translate(${x + aside - frame.left}px, ${y + ASIDE.y - frame.top}px)`;
}
