// What the person has chosen: a picked segment and one of its tags, or a stretch of the text, or the place of
// the cursor.

import { snapped, wordAt } from "./offsets.js";

/** Nothing is chosen of a document. Places are in UTF-16 units. */
export function nothingPicked() {
  return {
    picked: null, // the key of a segment
    tagAt: 0, // which of its tags is meant
    adding: false, // a further tag is
    armed: [null, null], // the class and the label chosen so far
    // {anchor, focus, exact, word}: the cursor stands at `focus`; `exact`: characters, not words; `word`:
    // where its word is looked for.
    chosen: null,
    offering: null, // {chosen, x}: the selection that the palette stands at, and where it was let go
    column: null, // px: where the cursor wants to be in lines above and below
    hovered: null,
    byPointer: false, // whether the pick was made with the mouse or a finger
    clicked: null,
  };
}

/** Nothing is chosen yet, of any document. */
export function nothingChosen() {
  return {
    ...nothingPicked(),
    repeated: null, // the tag given last
    recent: [], // the tags given lately, with when
    brush: null, // [class, label]: what is held, to be given by each drag
    // The whole document is the target, and that of the next one, until something of the text is chosen.
    whole: false,
    drag: null, // where the borders of the picked segment are while one of them is held
    dragged: false, // whether the one held last was moved
    pressedAt: null,
    pressedFrom: null, // {x, y}: the same in the window
    presses: 0, // how many on one place came one after the other
    anew: false, // a drag that began on what was selected is drawn here
    isTouch: false,
    entering: false,
    byWords: true,
  };
}

/** What a click on a mark picks: its innermost segment, and with each further click on it the next one
 * outwards. */
export function pickAt(keys, picked, again) {
  return again ? keys[(keys.indexOf(picked) + 1) % keys.length] : keys[0];
}

/**
 * What Tab (+1) or Shift+Tab (-1) picks; null when the walk is over and the focus should leave. With nothing
 * picked the walk goes on from the cursor, by way of `near`. `entering`: the focus has just come in, or was
 * set by a click, so a pick or a cursor at the far end does not end the walk at once.
 */
export function walk(keys, picked, step, entering, near = null) {
  const at = keys.indexOf(picked);
  const next = at < 0 ? near : keys[at + step];
  return next ?? ((entering && step > 0 && keys[0]) || null);
}

/** The span in units that a key would tag now, null where nothing is selected. */
export function spanChosen({ chosen, byWords }, known) {
  if (!chosen || chosen.anchor === chosen.focus) return null;
  return snapped(known, chosen.anchor, chosen.focus, byWords && !chosen.exact);
}

/** The segment of a key as it is now, in code points. */
export function segmentOf({ view }, key) {
  return view.find((segment) => segment.key === key);
}

/** The picked ghost, in code points; undefined where none is. */
export function ghostPicked({ drawn, selection }) {
  return selection.picked === null ? undefined : drawn.ghosts.find(({ key }) => key === selection.picked);
}

/** The picked segment as it is drawn, in units. */
export function spanPicked({ drawn, selection }) {
  return drawn.spans.find(({ key }) => key === selection.picked);
}

/** Whether the whole document is the target, which it is in sessions of some types alone. */
export function isWholeMeant({ given, selection }) {
  return selection.whole && given.shape.whole;
}

/** Whether there is anything that Escape drops. */
export function isBegun(editor) {
  const { drawn, selection } = editor;
  const { armed, adding, picked, brush } = selection;
  if (adding || picked !== null || brush || armed.some((part) => part !== null)) return true;
  return isWholeMeant(editor) || spanChosen(selection, drawn.known) !== null;
}

/** The segment that holds all of the text, undefined where none does. */
export function segmentOfWhole({ view, offsets }) {
  return view.find(({ start, end }) => start === 0 && end === offsets.count && end > 0);
}

/**
 * What a class or a label would be put on: the pick, the selection, the word at the cursor; the document
 * where the person made that the target.
 */
export function held(editor) {
  const { drawn, selection } = editor;
  const { picked, chosen, tagAt, adding } = selection;
  const ghost = ghostPicked(editor);
  if (ghost) {
    const span = [ghost.start, ghost.end];
    return { span, equal: drawn.view.find(({ start, end }) => start === span[0] && end === span[1]) };
  }
  if (picked !== null) return { segment: segmentOf(drawn, picked), tag: tagAt, adding };
  const whole = isWholeMeant(editor);
  const span = whole ? [0, drawn.text.length] : spanChosen(selection, drawn.known);
  const units = span ?? (chosen && wordAt(drawn.known, chosen.focus, chosen.word));
  if (!units || units[0] === units[1]) return null;
  const { points } = drawn.offsets;
  const [start, end] = [points[units[0]], points[units[1]]];
  const equal = drawn.view.find((segment) => segment.start === start && segment.end === end);
  return { span: [start, end], equal, whole };
}

/** The segment at whose end the cursor stands, as it does behind what was just tagged; not the whole
 * document. */
export function segmentBefore({ view, offsets }, { chosen }) {
  if (!chosen) return undefined;
  const at = offsets.points[chosen.focus];
  return view.findLast(({ start, end }) => end === at && (start > 0 || end < offsets.count));
}

const CHARACTERS = "tagwright-characters";

/** Whether whole words are selected, as the person last said. */
export function wordsWanted() {
  try {
    return !localStorage.getItem(CHARACTERS);
  } catch {
    return true; // No storage: words.
  }
}

export function wantWords(byWords) {
  try {
    localStorage.setItem(CHARACTERS, byWords ? "" : "1");
  } catch {
    // It is remembered for this page then.
  }
}
