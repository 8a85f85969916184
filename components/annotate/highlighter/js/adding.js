// A new class or label, typed at the end of its chips.

import { SINGULAR, showAdder } from "./adders.js";
import { act } from "./edits.js";
import { lookAlike } from "./lookalikes.js";
import { makeRoom } from "./room.js";
import { refresh, tell } from "./status.js";

const FIELDS = ["classes", "labels"];

/** Open the field of a list. */
export function openAdder(editor, { part }) {
  const [button, input] = editor.nodes.adders[part].children;
  refresh(editor);
  [button.hidden, input.hidden] = [true, false];
  makeRoom(editor);
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
export function closeAdder(editor, part) {
  const { nodes, given } = editor;
  const adder = nodes.adders[part];
  const [button, input] = adder.children;
  if (input.value.trim()) return;
  [button.hidden, input.hidden] = [false, true];
  showAdder(adder, part, given);
  makeRoom(editor);
}
