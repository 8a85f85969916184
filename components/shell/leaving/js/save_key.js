// Ctrl+S, or Cmd+S, on pages with a Save and without the text, which has this key itself: the browser would
// offer to store the page.

import { isTyped } from "./fields.js";
import { isRunning, until } from "./running.js";

const TEXT = ".st-key-text";
const SAVE = ".st-key-save button";
const BEGINS = 5000; // ms within which the app begins to take in what was typed, also on a busy machine
const ENDS = 15000;

export async function onSaveKey(event) {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (key.toLowerCase() !== "s" || !(ctrlKey || metaKey) || altKey || shiftKey) return;
  if (event.defaultPrevented || document.querySelector(TEXT) || !document.querySelector(SAVE)) return;
  event.preventDefault();
  if (event.repeat) return;
  await told(document.activeElement);
  document.querySelector(SAVE)?.click();
}

/** What is typed in the field that has the focus is told to the app, which has drawn the page with it. */
async function told(field) {
  if (!isTyped(field) || field.closest("[data-testid=stForm]")) return; // a form is sent by its button
  const couldSave = canSave();
  field.blur();
  await until(() => isRunning() || canSave() !== couldSave, BEGINS);
  await until(() => !isRunning(), ENDS);
  if (field.isConnected) field.focus({ preventScroll: true });
}

function canSave() {
  return document.querySelector(SAVE)?.disabled === false;
}
