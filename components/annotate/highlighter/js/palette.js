// The palette: classes and labels beside words that were just selected with the mouse, so that it need not
// travel to the chips and back.

import { button, lists, lookInList, nameButton, pressed, swatchOf } from "./buttons.js";
import { caption, lookOf } from "./looks.js";
import { nodeAt } from "./places.js";
import { recentTags } from "./recent.js";
import { spanChosen } from "./selection.js";

const MOST = 9; // names of a list
const GAP = 2; // px between the palette and the lines that are selected
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
    if (!palette.hidden) palette.hidden = true;
    return;
  }
  const frame = all.getBoundingClientRect();
  palette.style.left = `${place.left - frame.left}px`;
  palette.style.top = `${place.top - frame.top}px`;
  // What is given most often stands next to the words.
  palette.classList.toggle("above", place.isAbove);
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
  const wanted = selection.offering.x - width / 2;
  const left = Math.max(Math.max(0, frame.left) + EDGE, Math.min(wanted, right));
  return found ? { left, top: found[0], isAbove: found[0] === above } : null;
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

/** The tags given lately, then some classes and labels, and the way to the others. */
function fill(editor, width) {
  const { given, names, nodes: { palette } } = editor;
  const recent = recentTags(editor);
  const { classes, keys, looks } = given;
  const made = JSON.stringify([lists(editor).map(([, of]) => of), classes, keys, looks, width, recent]);
  if (palette.made === made) return;
  palette.made = made;
  palette.style.maxWidth = `min(34rem, ${width}px)`;
  const rows = lists(editor).map(([, of], part) => {
    const shown = of.slice(0, MOST);
    const buttons = shown.map((name) => nameButton("", names, part, name, lookInList(editor, part, name)));
    return of.length > MOST ? [...buttons, moreButton()] : buttons;
  });
  palette.replaceChildren(...[recent.map((tag) => tagButton(editor, tag)), ...rows].map(rowOf));
  palette.querySelectorAll("button").forEach((node, i) => (node.tabIndex = i ? -1 : 0));
  pressed(editor);
}

function rowOf(buttons) {
  const row = Object.assign(document.createElement("div"), { className: "row", hidden: !buttons.length });
  row.append(...buttons);
  return row;
}

/** A button that gives a whole tag. */
function tagButton({ drawn }, tag) {
  const node = button("tag", "", `Tag with ${caption([tag])}`, { do: "give", tag });
  const name = Object.assign(document.createElement("span"), { className: "name", dir: "auto" });
  name.textContent = caption([tag]);
  node.append(swatchOf(lookOf([tag], drawn.colours)), name);
  return node;
}

function moreButton() {
  const node = button("more", "more", "", { do: "search" });
  return Object.assign(node, { title: "Find a class or a label by its name (/)" });
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
