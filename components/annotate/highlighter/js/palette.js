// The palette: classes and labels beside words that were just selected with the mouse, so that it need not
// travel to the chips and back.

import { lists, lookInList, nameButton, pressed } from "./buttons.js";
import { nodeAt } from "./places.js";
import { spanChosen } from "./selection.js";

const MOST = 9; // names in a row
const GAP = 7; // px between the palette and the lines that are selected
const EDGE = 4; // px left free at the edges of the text's box

/** Offer the names at what was selected just now; `x`: where the pointer let it go, in the window. */
export function offer(editor, x) {
  editor.selection.offering = { chosen: editor.selection.chosen, x };
  placePalette(editor);
}

/** It is not wanted any more; what is selected stays. */
export function withdraw(editor) {
  if (!editor.selection.offering) return;
  editor.selection.offering = null;
  placePalette(editor);
}

/** Whether it stands: only for the very selection that it was offered for. */
export function isOffered({ given, drawn, selection }) {
  const { offering, chosen, picked } = selection;
  if (!offering || offering.chosen !== chosen || picked !== null || given.readOnly) return false;
  return spanChosen(selection, drawn.known) !== null && given.classes.length + given.labels.length > 0;
}

/** Bring it where it belongs now: below the selected lines, else above them, and never over them. */
export function placePalette(editor) {
  const { palette, all, box } = editor.nodes;
  const place = isOffered(editor) ? room(editor) : null;
  if (!place) {
    if (palette.contains(palette.getRootNode().activeElement)) box.focus({ preventScroll: true });
    palette.hidden = true;
    return;
  }
  const frame = all.getBoundingClientRect();
  palette.style.cssText = `left:${place.left - frame.left}px;top:${place.top - frame.top}px`;
}

/** Where it fits, in the window: within the box, else within the window; null where what is selected is out
 * of sight, or leaves no room. */
function room(editor) {
  const { nodes: { palette, box }, selection } = editor;
  const frame = box.getBoundingClientRect();
  const view = { top: Math.max(0, frame.top), bottom: Math.min(innerHeight, frame.bottom) };
  const lines = linesChosen(editor);
  if (lines.bottom <= view.top || lines.top >= view.bottom) return null;
  palette.hidden = false;
  fill(editor, Math.min(frame.width, innerWidth) - 2 * EDGE);
  const { width, height } = palette.getBoundingClientRect();
  const [above, below] = [lines.top - GAP - height, lines.bottom + GAP];
  const tops = [
    [below, below + height <= view.bottom],
    [above, above >= view.top],
    [below, below + height <= innerHeight],
    [above, above >= 0],
  ];
  const found = tops.find(([, fits]) => fits);
  const right = Math.min(frame.right, innerWidth) - EDGE - width;
  const left = Math.max(Math.max(0, frame.left) + EDGE, Math.min(selection.offering.x - width / 3, right));
  return found ? { left, top: found[0] } : null;
}

/** From the top of the first selected line to the bottom of the last, in the window. */
function linesChosen({ drawn, selection }) {
  const span = spanChosen(selection, drawn.known);
  const range = document.createRange();
  range.setStart(...nodeAt(drawn, span[0]));
  range.setEnd(...nodeAt(drawn, span[1], true));
  const rects = [...range.getClientRects()];
  return {
    top: Math.min(...rects.map(({ top }) => top)),
    bottom: Math.max(...rects.map(({ bottom }) => bottom)),
  };
}

/** A row of classes and one of labels, as many of each as there is room for. */
function fill(editor, width) {
  const { given, names, nodes: { palette } } = editor;
  const made = JSON.stringify([lists(editor).map(([, of]) => of), given.classes, given.keys, width]);
  if (palette.made === made) return;
  palette.made = made;
  palette.style.cssText = `max-width:${width}px`;
  const rows = lists(editor).map(([, of], part) => {
    const row = Object.assign(document.createElement("div"), { className: "row", hidden: !of.length });
    const shown = of.slice(0, MOST);
    row.append(...shown.map((name) => nameButton("", names, part, name, lookInList(editor.drawn, part, name))));
    return [row, of.length];
  });
  palette.replaceChildren(...rows.map(([row]) => row));
  rows.forEach(([row, count]) => narrow(row, count));
  palette.querySelectorAll("button").forEach((node, i) => (node.tabIndex = i ? -1 : 0));
  pressed(editor);
}

/** Let a row end in the way to the names that it has no room for. */
function narrow(row, count) {
  const more = Object.assign(document.createElement("button"), {
    type: "button", className: "more", textContent: "more", intent: { do: "search" },
    title: "Find a class or a label by its name (/)",
  });
  const isCut = () => row.scrollWidth > row.clientWidth && row.children.length > 1;
  if (row.children.length < count || isCut()) row.append(more);
  while (isCut() && more.previousSibling) more.previousSibling.remove();
}

/** A key pressed in it: arrows walk its buttons, Tab and Escape lead back to the text. */
export function onPaletteKey(editor, event) {
  const { palette, box } = editor.nodes;
  const buttons = [...palette.querySelectorAll("button")];
  const at = buttons.indexOf(event.target);
  const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (way) buttons.at((at + way) % buttons.length).focus();
  else if (event.key === "Escape") withdraw(editor);
  else if (event.key === "Tab") box.focus({ preventScroll: true });
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Go into it by key, where it stands. */
export function enterPalette(editor) {
  if (!isOffered(editor) || editor.nodes.palette.hidden) return false;
  editor.nodes.palette.querySelector("button").focus();
  return true;
}
