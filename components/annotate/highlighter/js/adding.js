// A new class or label, typed at the end of its chips.

import { act } from "./edits.js";
import { lookAlike } from "./lookalikes.js";
import { refresh, tell } from "./status.js";

const FIELDS = ["classes", "labels"];
const SINGULAR = ["class", "label"];

/** What ends the chips of classes (part 0) or labels (1): a button, or the field that it opened. */
export function adderOf(part) {
  const node = document.createElement("li");
  const id = `addable-${FIELDS[part]}`;
  const button = Object.assign(document.createElement("button"), {
    type: "button", className: "add", intent: { do: "name", part }, title: `Add a ${SINGULAR[part]}`,
  });
  const input = Object.assign(document.createElement("input"), {
    type: "text", hidden: true, autocomplete: "off", spellcheck: false, placeholder: "Name, then Enter",
    ariaLabel: `Name of a new ${SINGULAR[part]}`,
  });
  input.setAttribute("list", id);
  button.setAttribute("aria-label", `Add a ${SINGULAR[part]}`);
  node.append(button, input, Object.assign(document.createElement("datalist"), { id }));
  return Object.assign(node, { className: "adder", hidden: true });
}

/** Show it where names can be added, in words where there are none yet. */
export function showAdder(adder, part, { adds, readOnly, [FIELDS[part]]: names }) {
  const addable = readOnly || !adds ? [] : adds[FIELDS[part]]; // null: any name
  const [button, input, offered] = adder.children;
  adder.hidden = addable?.length === 0 && input.hidden;
  button.textContent = names.length ? "+" : `+ Add ${SINGULAR[part]}`;
  offered.replaceChildren(...(addable ?? []).map((name) => new Option(name)));
}

/** Open the field of a list. */
export function openAdder(editor, { part }) {
  const [button, input] = editor.nodes.adders[part].children;
  refresh(editor);
  [button.hidden, input.hidden] = [true, false];
  input.focus({ preventScroll: true });
}

/** A key pressed in such a field. What is typed stays until it is added or given up. */
export function onAdderKey(editor, part, event) {
  const { key } = event;
  const input = event.currentTarget;
  if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  if (event.isComposing) return;
  if (key === "Escape") {
    input.value = "";
    closeAdder(editor, part);
    editor.nodes.box.focus({ preventScroll: true });
  } else if (key === "Enter") add(editor, part, input);
  else return;
  event.preventDefault();
}

function add(editor, part, input) {
  const name = input.value.trim();
  if (!name) {
    // One Enter too many leaves standing what the one before did.
    if (editor.said.message === null) tell(editor, `Type the name of a ${SINGULAR[part]} first`);
    return;
  }
  const like = lookAlike(name, editor.given[FIELDS[part]]);
  if (like && input.dataset.warned !== name) {
    input.dataset.warned = name;
    const also = `Enter again adds “${name}” too`;
    tell(editor, `There is “${like}” already, which looks much the same: ${also}`);
    return;
  }
  if (!act(editor, { kind: "name", what: FIELDS[part], name })) return;
  input.value = input.dataset.warned = "";
  tell(editor, `Added the ${SINGULAR[part]} “${name}”`);
}

/** The field is left: it goes if nothing is typed in it. */
export function closeAdder({ nodes, given }, part) {
  const adder = nodes.adders[part];
  const [button, input] = adder.children;
  if (input.value.trim()) return;
  [button.hidden, input.hidden] = [false, true];
  showAdder(adder, part, given);
}
