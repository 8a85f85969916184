// What a key or a button stands for, done.

import { openAdder } from "./adding.js";
import { hold, isToBeHeld, letGo } from "./brush.js";
import { pressed, tools } from "./buttons.js";
import { choose, chooseWhole, moveCursor, pick, standBehind } from "./cursor.js";
import { go, isMarkedNow, mark } from "./documents.js";
import {
  act,
  addFurther,
  decide,
  everyOccurrence,
  moveBorder,
  removeSegment,
  removeTag,
  repeat,
  use,
  writeNote,
} from "./edits.js";
import { rejectPicked, takeAllAbove, takePicked } from "./ghosts.js";
import { cutInTwo, joinNext } from "./joining.js";
import { jump } from "./jump.js";
import { nearest } from "./layout.js";
import { caption } from "./looks.js";
import { PASSED, nextCluster, nextWord, paragraphAt, readsLeft } from "./offsets.js";
import { overlay, selectNatively } from "./overlay.js";
import { enterPalette, withdraw } from "./palette.js";
import { edgeOfLine, lineFrom, rectAt, reveal } from "./places.js";
import { openSearch } from "./search.js";
import {
  ghostPicked,
  isWholeMeant,
  segmentOf,
  spanChosen,
  spanPicked,
  walk,
  wantWords,
} from "./selection.js";
import { refresh, tell } from "./status.js";
import { walkHits } from "./walking.js";

const PATIENCE = 10_000; // ms for which the help is waited for
/** ms after which a cell that was left has been sent: Streamlit collects them for 150. */
export const CELL_SENT = 500;

/** Each gives false where there is nothing for it to do. */
const DOES = {
  arrow,
  edge,
  walk: walkOn,
  escape,
  enter,
  repeat,
  search: (editor) => openSearch(editor),
  name: openAdder,
  help: askForHelp,
  addFurther: (editor) => isSegmentPicked(editor) && addFurther(editor),
  everyOccurrence,
  note: writeNote,
  join: (editor) => isSegmentPicked(editor) && joinNext(editor),
  split: cutInTwo,
  takeGhost: takePicked,
  takeAll: takeAllAbove,
  removeSegment: (editor) => rejectPicked(editor) || (isSegmentPicked(editor) && removeSegment(editor)),
  removeTag: (editor, { at }) => {
    const { picked, tagAt } = editor.selection;
    return rejectPicked(editor) || (picked !== null && removeTag(editor, at ?? tagAt));
  },
  chooseTag: (editor, { at }) => {
    Object.assign(editor.selection, { tagAt: at, adding: false });
    tools(editor);
  },
  use: (editor, { part, name }, event) => (isToBeHeld(editor, event) ? hold : use)(editor, part, name),
  give: (editor, { tag }) => decide(editor, tag),
  letGo,
  go: (editor, { way, isDone, what }) => go(editor, way, { isDone, what }),
  mark: sayDone,
  save: (editor) => afterCells(editor, { kind: "ask", what: "save" }),
  undo: (editor) => afterCells(editor, { kind: "undo" }),
  redo: (editor) => afterCells(editor, { kind: "redo" }),
  whole: chooseWhole,
  jump,
  walkHits,
  selectAll: (editor) => choose(editor, 0, editor.drawn.text.length, true),
  changeWords,
};

/** Do what is meant; whether there was anything to do. */
export function perform(editor, intent, event) {
  return DOES[intent.do](editor, intent, event) !== false;
}

/** An act that is about what came before it: a cell of the table that was just left is to come first. */
function afterCells(editor, meaning) {
  const { held } = editor;
  const wait = editor.cellLeft + CELL_SENT - performance.now();
  if (held.push(meaning) > 1) return;
  const sendThem = () => held.splice(0).forEach((one) => act(editor, one));
  if (wait > 0) setTimeout(sendThem, wait);
  else sendThem();
}

function isSegmentPicked(editor) {
  return editor.selection.picked !== null && !ghostPicked(editor);
}

/** Ask for the help; when it is closed, the focus comes back to the text, and the keys with it. */
function askForHelp(editor) {
  if (!act(editor, { kind: "ask", what: "help" })) return;
  const asked = performance.now();
  let wasOpen = false;
  const observer = new MutationObserver(() => {
    const isOpen = document.querySelector('[role="dialog"]') !== null;
    wasOpen ||= isOpen;
    if (isOpen || (!wasOpen && performance.now() - asked < PATIENCE)) return;
    observer.disconnect();
    if (wasOpen && document.activeElement === document.body) editor.nodes.box.focus({ preventScroll: true });
  });
  observer.observe(document.body, { childList: true, subtree: true });
}

function sayDone(editor) {
  const done = !isMarkedNow(editor, editor.around.base);
  if (mark(editor, done)) tell(editor, done ? "Marked as done" : "No longer done");
}

/** Select characters instead of words, or words again. */
function changeWords(editor) {
  const { selection, nodes } = editor;
  selection.byWords = !selection.byWords;
  wantWords(selection.byWords);
  nodes.switch.setAttribute("aria-pressed", String(!selection.byWords));
  selectNatively(editor);
  overlay(editor);
  refresh(editor);
}

/** Sideways over a cluster or a word, up or down a line; with Shift it selects, or moves a border of the
 * pick. */
function arrow(editor, { way, isSideways }, event) {
  const { drawn, selection } = editor;
  const { shiftKey, altKey } = event;
  const mod = event.ctrlKey || event.metaKey;
  const span = spanPicked(editor);
  const from = selection.chosen?.focus ?? (span ? (way > 0 ? span.end : span.start) : 0);
  if (!isSideways) {
    if (span && !shiftKey && walkTags(editor, way)) return;
    moveCursor(editor, mod ? from : lineFrom(drawn, from, way, columnAt(editor, from)), shiftKey, altKey);
    return;
  }
  // In a document that was just opened nothing is chosen yet: what is selected begins where the cursor is.
  if (shiftKey && !span) selection.chosen ??= { anchor: from, focus: from, exact: false };
  const { start, content } = paragraphAt(drawn.paragraphs, from);
  const onwards = readsLeft(drawn.text.slice(start, content)) ? -way : way;
  if (span?.ghost && shiftKey) {
    tell(editor, "It is only proposed: take it first (Enter), then move its end");
    return;
  }
  if (span && shiftKey) {
    moveBorder(editor, mod ? "start" : "end", onwards, selection.byWords && !altKey);
    return;
  }
  selection.column = null;
  if (mod && shiftKey && onwards > 0) passMarks(editor);
  moveCursor(editor, (mod ? nextWord : nextCluster)(drawn.known, from, onwards), shiftKey, altKey);
  if (mod && onwards > 0) selection.chosen.word = PASSED;
}

/** Words that are selected from a cursor on do not begin with the marks that close what is before it. */
function passMarks({ drawn, selection: { chosen } }) {
  if (!chosen || chosen.anchor !== chosen.focus) return;
  const [marks] = drawn.text.slice(chosen.focus).match(/^[\s\p{Pe}\p{Pf}\p{Term}…]*/u);
  if (chosen.focus + marks.length < drawn.text.length) chosen.anchor += marks.length;
}

/** Where the cursor wants to be in the lines above and below. */
function columnAt({ drawn, selection }, unit) {
  return (selection.column ??= rectAt(drawn, unit).left);
}

/** To another tag of the picked segment; whether it has another. */
function walkTags(editor, way) {
  const { drawn, selection } = editor;
  const tags = segmentOf(drawn, selection.picked)?.tags ?? [];
  if (tags.length < 2) return false;
  selection.tagAt = (selection.tagAt + way + tags.length) % tags.length;
  tools(editor);
  tell(editor, `Tag ${selection.tagAt + 1} of ${tags.length}: ${caption([tags[selection.tagAt]])}`);
  return true;
}

/** To the edge of the line, with Ctrl of the text. */
function edge(editor, { way }, event) {
  const { drawn, selection } = editor;
  selection.column = null;
  const far = way > 0 ? drawn.text.length : 0;
  const isFar = event.ctrlKey || event.metaKey;
  moveCursor(editor, isFar ? far : edgeOfLine(drawn, selection.chosen?.focus ?? 0, way), event.shiftKey);
}

/** Into the palette where that stands, else pick the next segment; with Shift the one before. */
function walkOn(editor, _, event) {
  const { drawn, selection } = editor;
  if (!event.shiftKey && enterPalette(editor)) return true;
  const { picked, chosen, entering } = selection;
  const way = event.shiftKey ? -1 : 1;
  // In a document that was just opened nothing is chosen: the walk begins at its start.
  const from = chosen?.focus ?? (isWholeMeant(editor) || way > 0 ? 0 : null);
  const near = picked === null && from !== null ? nearest(drawn.spans, from, way) : null;
  const key = walk(drawn.spans.map((span) => span.key), picked, way, entering, near);
  selection.entering = false;
  if (key === null) return false;
  pick(editor, key);
  reveal(drawn, key);
  return true;
}

/** Drop what was chosen last; when nothing is, leave the text. */
function escape(editor) {
  const { drawn, nodes, selection } = editor;
  withdraw(editor);
  if (selection.brush) {
    letGo(editor);
    return;
  }
  if (selection.armed.some((part) => part !== null)) selection.armed = [null, null];
  else if (selection.adding) selection.adding = false;
  else if (spanChosen(selection, drawn.known)) choose(editor, selection.chosen.focus, selection.chosen.focus);
  else if (selection.picked !== null) standBehind(editor, spanPicked(editor).end);
  else if (isWholeMeant(editor)) choose(editor, 0, 0);
  else {
    nodes.box.blur();
    return;
  }
  pressed(editor);
  tools(editor);
  overlay(editor);
  refresh(editor);
}

/** Take what is proposed, with Shift all that is sure enough; else the one half of a tag that was chosen, or
 * the whole document as it is. */
function enter(editor, _, event) {
  const { armed } = editor.selection;
  if (event?.shiftKey && takeAllAbove(editor)) return true;
  if (armed.every((part) => part === null) && takePicked(editor)) return true;
  if (armed.some((part) => part !== null)) decide(editor, armed, true);
  else if (editor.given.shape.whole) go(editor, 1, { isDone: true });
  else return false;
  return true;
}
