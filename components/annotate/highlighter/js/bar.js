// The buttons of the bar above the text that lead to another document: they do at once what their keys do,
// as a document at hand need not be asked for.

import { mayHoldCell, pressKey } from "./keyboard.js";

const KEYS = {
  previous: { key: "," },
  next: { key: "." },
  "next-to-do": { key: ">" },
  "done-and-next": { key: "Enter", ctrlKey: true },
};

/** A click on one of them; the second of a double click marks nothing as done, as nobody has seen it yet.
 * What a cell of the table may still hold is heard first: then the button goes the long way, with it. */
export function onBar(editor, event) {
  const pressed = event.target instanceof Element && event.target.closest("button:enabled");
  const name = pressed && Object.keys(KEYS).find((key) => pressed.closest(`.st-key-${key}`));
  if (!name || !editor.nodes.box.isConnected) return;
  const isSecond = name === "done-and-next" && event.detail > 1;
  if (!isSecond && mayHoldCell(editor)) return;
  event.preventDefault();
  event.stopPropagation();
  if (!isSecond) pressKey(editor, KEYS[name]);
}
