// The buttons around the text: a chip for each class and label, the tags of the picked segment, the mark of
// the document. They draw and say what they stand for (`intent`); what it does is another's.

import { showAdder } from "./adders.js";
import { caption, line } from "./looks.js";
import { makeRoom } from "./room.js";
import { ghostPicked, segmentOf } from "./selection.js";
import { inOrder } from "./uses.js";

/** The selection and the focus stay in the text. */
export function keepFocus(event) {
  event.preventDefault();
}

/** A button that stands for an intent: whoever hears a click on it does that. */
export function button(className, words, label, intent) {
  const node = Object.assign(document.createElement("button"), { type: "button", className, intent });
  node.textContent = words;
  if (label) node.setAttribute("aria-label", label);
  node.onpointerdown = keepFocus;
  return node;
}

/** The chips of classes (part 0) and labels (1), with the names that they stand for. */
export function lists(editor) {
  const { classChips, labelChips } = editor.nodes;
  return [classChips, labelChips].map((list, part) => [list, inOrder(editor, part)]);
}

/** The classes and the labels with their keys and counts. */
export function chips(editor) {
  const { given, nodes, drawn, names } = editor;
  const order = lists(editor).map(([, of]) => of);
  const { classes, labels, keys, looks, adds, readOnly } = given;
  const shown = JSON.stringify([order, classes, labels, keys, looks, adds, readOnly]);
  const isAnew = drawn.chipsShown !== shown;
  if (isAnew) {
    drawn.chipsShown = shown;
    lists(editor).forEach(([list, of], part) => {
      const adder = nodes.adders[part];
      showAdder(adder, part, given);
      // Names are typed there meanwhile: it is left where it is.
      if (adder.parentNode !== list) list.append(adder);
      while (list.firstChild !== adder) list.firstChild.remove();
      adder.before(...of.map((name) => chip(names, part, name, lookInList(editor, part, name))));
    });
    pressed(editor);
  }
  const counts = countTags(drawn.view);
  let isWider = isAnew;
  lists(editor).forEach(([list, of], part) => of.forEach((name, i) => {
    const node = list.children[i].querySelector(".count");
    const words = String(counts[part].get(name) ?? 0);
    isWider ||= node.textContent.length !== words.length;
    if (node.textContent !== words) node.textContent = words;
  }));
  if (isWider) makeRoom(editor);
}

/** The look of a class or a label; null where colour means the other part of a tag. */
export function lookInList({ drawn: { colours } }, part, name) {
  return part === colours.part ? colours.lookOf.get(name) : null;
}

/** A class or a label as a button with its key, its sign and how often it is used. */
function chip(names, part, name, its) {
  const node = nameButton("chip", names, part, name, its);
  node.append(Object.assign(document.createElement("span"), { className: "count" }));
  node.tabIndex = -1;
  const item = document.createElement("li");
  item.append(node);
  return item;
}

/** A button that stands for a class or a label, with its key and its sign. */
export function nameButton(className, { keyOf }, part, name, its) {
  const key = keyOf[part].get(name);
  const node = button(className, "", "", { do: "use", part, name });
  node.title = name;
  const make = (className) => Object.assign(document.createElement("span"), { className });
  node.append(swatchOf(its), Object.assign(make("name"), { textContent: name, dir: "auto" }));
  if (key) {
    const hint = document.createElement("kbd");
    hint.textContent = key;
    node.prepend(hint);
    node.setAttribute("aria-keyshortcuts", key);
  }
  node.setAttribute("aria-pressed", "false");
  return node;
}

/** The sign of a look; of none a ring. */
export function swatchOf(its) {
  const className = its ? "swatch" : "swatch plain";
  const swatch = Object.assign(document.createElement("span"), { className });
  if (!its) return swatch;
  const { image, size } = line(its, 0);
  swatch.style.cssText =
    `background-color:var(--tint-${its.hue});background-image:${image};` +
    `background-position:0 100%;background-size:${size}`;
  return swatch;
}

/** Show which class or label waits for its other half, or is held. */
export function pressed({ nodes, selection }) {
  for (const node of nodes.all.querySelectorAll(".chips [aria-pressed], .palette [aria-pressed]")) {
    const { part, name } = node.intent;
    const is = String(selection.armed[part] === name || selection.brush?.[part] === name);
    if (node.getAttribute("aria-pressed") !== is) node.setAttribute("aria-pressed", is);
  }
}

/** The tags of the picked segment, to be chosen and removed, and what else can be done with it. */
export function tools(editor) {
  const { given, nodes: { tools: bar }, drawn, selection } = editor;
  const { picked, tagAt, adding } = selection;
  const segment = picked === null || given.readOnly ? undefined : segmentOf(drawn, picked);
  const ghost = given.readOnly ? undefined : ghostPicked(editor);
  const signature = JSON.stringify([segment?.key, segment?.tags, tagAt, adding, ghost]);
  if (drawn.toolsShown === signature) return;
  drawn.toolsShown = signature;
  if (ghost) {
    bar.replaceChildren(takeButton(), rejectButton());
    return;
  }
  if (!segment) {
    bar.replaceChildren();
    return;
  }
  const nodes = segment.tags.map((tag, at) => {
    const group = document.createElement("span");
    group.className = "own";
    const name = caption([tag], null, 24);
    const chooser = button("", name, `Tag ${at + 1}: ${name}`, { do: "chooseTag", at });
    chooser.setAttribute("aria-pressed", String(!adding && at === tagAt));
    group.append(chooser, button("remove", "×", `Remove the tag ${name}`, { do: "removeTag", at }));
    return group;
  });
  if (!given.shape.oneTag && segment.tags.length) {
    const more = button("", "+ Tag", "Add a further tag (+)", { do: "addFurther" });
    more.setAttribute("aria-pressed", String(adding));
    nodes.push(more);
  }
  const every = "Tag every occurrence of these words (=)";
  nodes.push(
    button("", "Join", "Join with the next segment of the same tags (Ctrl+J)", { do: "join" }),
    button("", "Split", "Split at the word that was clicked on (Ctrl+X)", { do: "split" }),
    button("", "Every occurrence", every, { do: "everyOccurrence" }),
    button("", "Delete", "Delete the segment (Delete)", { do: "removeSegment" }),
  );
  bar.replaceChildren(...nodes);
}

/** "Take", for the picked ghost. */
export function takeButton() {
  return button("take", "✓ Take", "Take the proposed tag (Enter)", { do: "takeGhost" });
}

/** "Reject", likewise. */
export function rejectButton() {
  return button("reject", "✗ Reject", "Reject the proposed tag (Delete)", { do: "removeSegment" });
}

/** How often each class, and each label, is used. */
function countTags(segments) {
  const counts = [new Map(), new Map()];
  for (const tag of segments.flatMap(({ tags }) => tags)) {
    tag.forEach((name, part) => counts[part].set(name, (counts[part].get(name) ?? 0) + 1));
  }
  return counts;
}

/** The document as a target, in `words`, where the session's type has whole documents tagged. */
export function showWhole({ whole }, { shape }, words) {
  whole.hidden = !shape.whole;
  if (whole.textContent !== words) whole.textContent = words;
}

/** Show whether the document is done. */
export function showMark({ done }, isDone, readOnly) {
  const checked = String(isDone);
  if (done.getAttribute("aria-checked") !== checked) done.setAttribute("aria-checked", checked);
  if (done.disabled !== Boolean(readOnly)) done.disabled = Boolean(readOnly);
}
