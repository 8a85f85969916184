// The buttons around the text: a chip for each class and label, the tags of the picked segment, the mark of
// the document. They draw and say what they stand for (`intent`); what it does is another's.

import { caption, line, look } from "./looks.js";
import { segmentOf } from "./selection.js";

/** The selection and the focus stay in the text. */
export function keepFocus(event) {
  event.preventDefault();
}

/** A button that stands for an intent: whoever hears a click on it does that. */
function button(className, words, label, intent) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = className;
  node.textContent = words;
  if (label) node.setAttribute("aria-label", label);
  node.onpointerdown = keepFocus;
  node.intent = intent;
  return node;
}

/** The classes and the labels with their keys and counts. */
export function chips(editor) {
  const { given, nodes, drawn, names } = editor;
  const { classes, labels } = given;
  const shown = JSON.stringify([classes, labels, given.keys]);
  if (drawn.chipsShown !== shown) {
    drawn.chipsShown = shown;
    // Where there are classes, colour means the class alone, and labels have a plain sign.
    const plain = classes.length > 0;
    const top = nodes.classChips.scrollTop;
    nodes.classChips.replaceChildren(...classes.map((name, i) => chip(names, 0, name, look(i))));
    const labelChips = labels.map((name, i) => chip(names, 1, name, plain ? null : look(i)));
    nodes.labelChips.replaceChildren(...labelChips);
    nodes.classChips.scrollTop = top;
    pressed(editor);
  }
  const counts = countTags(drawn.view);
  const count = (list, name, i, of) => {
    const node = list.children[i].querySelector(".count");
    const words = String(of.get(name) ?? 0);
    if (node.textContent !== words) node.textContent = words;
  };
  classes.forEach((name, i) => count(nodes.classChips, name, i, counts.classes));
  labels.forEach((name, i) => count(nodes.labelChips, name, i, counts.labels));
}

/** A class or a label as a button with its key, its sign and how often it is used. */
function chip({ keyOf }, part, name, its) {
  const key = keyOf[part].get(name);
  const node = button("chip", "", "", { do: "use", part, name });
  node.tabIndex = -1;
  node.title = name;
  const parts = ["swatch", "name", "count"].map((part) => {
    const piece = document.createElement("span");
    piece.className = part;
    return piece;
  });
  const [swatch, label] = parts;
  if (its) {
    const { image, size } = line(its, 0);
    swatch.style.cssText =
      `background-color:var(--tint-${its.hue});background-image:${image};` +
      `background-position:0 100%;background-size:${size}`;
  } else swatch.classList.add("plain");
  label.textContent = name;
  label.dir = "auto";
  node.append(...parts);
  if (key) {
    const hint = document.createElement("kbd");
    hint.textContent = key;
    node.prepend(hint);
    node.setAttribute("aria-keyshortcuts", key);
  }
  node.setAttribute("aria-pressed", "false");
  const item = document.createElement("li");
  item.append(node);
  return item;
}

/** Show which class or label waits for its other half. */
export function pressed({ given, nodes, selection: { armed } }) {
  const lists = [[nodes.classChips, given.classes, 0], [nodes.labelChips, given.labels, 1]];
  for (const [list, names, part] of lists) {
    names.forEach((name, i) => {
      const chip = list.children[i]?.firstChild;
      const is = String(armed[part] === name);
      if (chip && chip.getAttribute("aria-pressed") !== is) chip.setAttribute("aria-pressed", is);
    });
  }
}

/** The tags of the picked segment, to be chosen and removed, and what else can be done with it. */
export function tools(editor) {
  const { given, nodes: { tools: bar }, drawn, selection } = editor;
  const { picked, tagAt, adding } = selection;
  const segment = picked === null || given.readOnly ? undefined : segmentOf(drawn, picked);
  const signature = JSON.stringify([segment?.key, segment?.tags, tagAt, adding]);
  if (drawn.toolsShown === signature) return;
  drawn.toolsShown = signature;
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
  nodes.push(button("", "Every occurrence", every, { do: "everyOccurrence" }));
  nodes.push(button("", "Delete", "Delete the segment (Delete)", { do: "removeSegment" }));
  bar.replaceChildren(...nodes);
}

/** How often each class and each label is used. */
export function countTags(segments) {
  const classes = new Map();
  const labels = new Map();
  for (const { tags } of segments) {
    for (const [class_, label] of tags) {
      if (class_) classes.set(class_, (classes.get(class_) ?? 0) + 1);
      if (label) labels.set(label, (labels.get(label) ?? 0) + 1);
    }
  }
  return { classes, labels };
}

/** Show whether the document is done. */
export function showMark({ done }, isDone, readOnly) {
  const checked = String(isDone);
  if (done.getAttribute("aria-checked") !== checked) done.setAttribute("aria-checked", checked);
  if (done.disabled !== Boolean(readOnly)) done.disabled = Boolean(readOnly);
}
