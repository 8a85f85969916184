// Finding a class or a label by its name.

import { bringIntoSight } from "../../../shell/scroll.js";
import { use } from "./edits.js";
import { selectNatively } from "./overlay.js";
import { withdraw } from "./palette.js";
import { tell } from "./status.js";

/** Names that fit what was typed: those that begin with it, then those with a word that does, then those that
 * hold it. */
export function found(names, typed) {
  const wanted = typed.trim().toLowerCase();
  const fits = [
    (name) => name.startsWith(wanted),
    (name) => name.split(/[\s_/-]+/).some((word) => word.startsWith(wanted)),
    (name) => name.includes(wanted),
  ];
  const rank = (name) => fits.findIndex((fit) => fit(name.toLowerCase()));
  return names.filter((name) => rank(name) >= 0).sort((a, b) => rank(a) - rank(b));
}

/** Nothing is offered yet. */
export function nothingSearched() {
  return { offered: [], option: 0 };
}

/** Open the field with what was `typed` for it. */
export function openSearch(editor, typed = "") {
  const { given, nodes: { search, input } } = editor;
  if (given.readOnly) {
    tell(editor, given.readOnly);
    return;
  }
  withdraw(editor);
  search.hidden = false;
  input.value = typed;
  filter(editor);
  input.focus();
}

function closeSearch(editor) {
  editor.nodes.search.hidden = true;
  editor.nodes.box.focus({ preventScroll: true });
  // The field had the selection of the page.
  selectNatively(editor);
}

/** Offer what fits what was typed. */
export function filter(editor) {
  const { given, searching, nodes: { input, options, nothing } } = editor;
  const offered = [
    ...found(given.classes, input.value).map((name) => [0, name]),
    ...found(given.labels, input.value).map((name) => [1, name]),
  ].slice(0, 12);
  Object.assign(searching, { offered, option: 0 });
  nothing.hidden = offered.length > 0;
  nothing.textContent = offered.length ? "" : nothingFits(given, input.value.trim());
  options.replaceChildren(
    ...offered.map(([part, name], i) => {
      const li = document.createElement("li");
      const node = Object.assign(li, { id: `option-${i}`, role: "option", textContent: name, dir: "auto" });
      if (given.classes.length && given.labels.length) node.dataset.part = part === 0 ? "class" : "label";
      node.onpointerdown = (event) => {
        event.preventDefault();
        searching.option = i;
        takeOption(editor);
      };
      return node;
    }),
  );
  markOption(editor);
}

/** Said where nothing fits, with what can be done. */
export function nothingFits({ classes, labels, adds }, typed) {
  const kinds = [classes.length && "class", labels.length && "label"].filter(Boolean).join(" or ");
  const isAddable = adds && [adds.classes, adds.labels].some((names) => names === null || names.length);
  const way = isAddable ? "Type less of it, or add it with + behind the names" : "Type less of it";
  return `No ${kinds || "name"} fits “${typed}”. ${way}; Esc leaves.`;
}

function markOption({ searching: { option, offered }, nodes: { options, input } }) {
  [...options.children].forEach((node, i) => node.setAttribute("aria-selected", String(i === option)));
  if (offered.length) input.setAttribute("aria-activedescendant", `option-${option}`);
  else input.removeAttribute("aria-activedescendant");
  if (options.children[option]) bringIntoSight(options, options.children[option]);
}

function takeOption(editor) {
  const chosen = editor.searching.offered[editor.searching.option];
  // Where nothing fits the field stays, with what it says.
  if (!chosen) return;
  closeSearch(editor);
  use(editor, ...chosen);
}

/** A key pressed in the field. */
export function onSearchKey(editor, event) {
  const { key } = event;
  const { searching } = editor;
  if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  if (event.isComposing) return;
  const size = Math.max(1, searching.offered.length);
  if (key === "Escape" || key === "Tab") closeSearch(editor);
  else if (key === "Enter") takeOption(editor);
  else if (key === "ArrowDown" || key === "ArrowUp") {
    searching.option = (searching.option + (key === "ArrowDown" ? 1 : -1) + size) % size;
    markOption(editor);
  } else return;
  event.preventDefault();
}
