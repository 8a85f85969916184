// Jumping: a key and two letters select the next word that begins with them, however far it is.

import { choose } from "./cursor.js";
import { snapped } from "./offsets.js";
import { rectAt, scrollTo } from "./places.js";
import { spanPicked } from "./selection.js";
import { refresh, tell } from "./status.js";

const LETTERS = 2;
const MODIFIERS = ["Shift", "CapsLock", "Dead", "AltGraph"]; // what letters are typed with

/** Nobody jumps. */
export function nowhere() {
  return {
    isWaiting: false, // for letters
    typed: "",
    last: "", // the letters that were jumped to
    hit: null, // what was chosen by that
  };
}

/** A text as letters are looked for in it: without case and accents. */
export function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The first word from a unit on that begins with these letters, beyond the end from the start; null where
 * there is none. */
export function wordWith({ words }, letters, from) {
  const wanted = folded(letters);
  let first = null;
  for (const { index, segment, isWordLike } of words) {
    if (!isWordLike || !folded(segment).startsWith(wanted)) continue;
    const found = [index, index + segment.length];
    if (index >= from) return found;
    first ??= found;
  }
  return first;
}

/** Wait for the letters; on a word that was jumped to, and while they are waited for, take those of last
 * time. */
export function jump(editor) {
  const { jumping, chosen } = editor.selection;
  const isOn = jumping.hit !== null && jumping.hit === chosen;
  if (jumping.last && (isOn || jumping.isWaiting)) jumpTo(editor, jumping.last);
  else {
    Object.assign(jumping, { isWaiting: true, typed: "" });
    tell(editor, "Jump to a word: type its first two letters");
  }
}

function jumpTo(editor, letters) {
  const { drawn, selection } = editor;
  const { jumping, chosen } = selection;
  const from = chosen ? Math.max(chosen.anchor, chosen.focus) : (spanPicked(editor)?.end ?? 0);
  const found = wordWith(drawn.known, letters, from);
  Object.assign(jumping, { isWaiting: false, typed: "", last: letters });
  if (!found) {
    tell(editor, `No word begins with “${letters}”`);
    return;
  }
  const span = snapped(drawn.known, ...found, true) ?? found;
  choose(editor, ...span);
  jumping.hit = selection.chosen;
  scrollTo(drawn, rectAt(drawn, span[0]));
}

/** A key pressed while letters are waited for; whether it was meant for that. */
export function onJumpKey(editor, { key, ctrlKey, metaKey, altKey }) {
  const { jumping } = editor.selection;
  if (!jumping.isWaiting || MODIFIERS.includes(key) || key === ";") return false;
  const isLetter = !ctrlKey && !metaKey && !altKey && /^[\p{L}\p{N}]\p{M}*$/u.test(key);
  if (!isLetter) {
    leaveJump(editor);
    return key === "Escape";
  }
  jumping.typed += key;
  if ([...jumping.typed].length >= LETTERS) jumpTo(editor, jumping.typed);
  else tell(editor, `Jump to a word: ${jumping.typed}…`);
  return true;
}

/** Letters are no longer waited for. */
export function leaveJump(editor) {
  const { jumping } = editor.selection;
  if (!jumping.isWaiting) return;
  Object.assign(jumping, { isWaiting: false, typed: "" });
  refresh(editor);
}
