// The keys: which of them are the text's or the page's, each listed once, and what it is for. Pure.

const page = (intent) => ({ where: "page", ...intent });
const text = (intent) => ({ where: "text", ...intent });

/** Keys that move, with or without Ctrl; arrows with Alt alone are the browser's: back and forward. */
const MOVES = {
  ArrowLeft: text({ do: "arrow", way: -1, isSideways: true }),
  ArrowRight: text({ do: "arrow", way: 1, isSideways: true }),
  ArrowUp: text({ do: "arrow", way: -1, isSideways: false }),
  ArrowDown: text({ do: "arrow", way: 1, isSideways: false }),
  Home: text({ do: "edge", way: -1 }),
  End: text({ do: "edge", way: 1 }),
};

/** Keys with Ctrl or Cmd. */
const CHORDS = {
  enter: page({ do: "go", way: 1, isDone: true }),
  s: page({ do: "save" }),
  z: page({ do: "undo" }),
  y: page({ do: "redo" }),
  a: text({ do: "selectAll" }),
  g: page({ do: "walkHits", way: 1 }),
  j: text({ do: "join" }),
  x: text({ do: "split" }),
};

/** Keys with Ctrl or Cmd and Shift, where they differ; null: the browser's. */
const SHIFTED_CHORDS = {
  s: null,
  j: null,
  x: null,
  z: page({ do: "redo" }),
  g: page({ do: "walkHits", way: -1 }),
};

/** Keys alone. */
const PLAIN = {
  ".": page({ do: "go", way: 1 }),
  ",": page({ do: "go", way: -1 }),
  ">": page({ do: "go", way: 1, what: "to-do" }),
  "!": page({ do: "go", way: 1, what: "problem" }),
  "?": page({ do: "help" }),
  "#": page({ do: "note" }),
  "/": page({ do: "search" }),
  Tab: text({ do: "walk" }),
  Escape: text({ do: "escape" }),
  Enter: text({ do: "enter" }),
  " ": text({ do: "repeat" }),
  Delete: text({ do: "removeSegment" }),
  Backspace: text({ do: "removeTag" }),
  "+": text({ do: "addFurther" }),
  "=": text({ do: "everyOccurrence" }),
  "*": page({ do: "whole" }),
  ";": page({ do: "jump" }),
};

/**
 * What a key is for: {do, where, ...}; null where it is the browser's. `where` it works: in the "text", or
 * wherever the focus is on the "page" unless something there takes text. `byKey`: the keys of classes and
 * labels, as [part, name].
 */
export function intentOf(event, byKey) {
  const { key, shiftKey, altKey } = event;
  if (Object.hasOwn(MOVES, key)) return altKey && !shiftKey && key.startsWith("Arrow") ? null : MOVES[key];
  if (altKey) return null;
  if (event.ctrlKey || event.metaKey) {
    const name = key.length > 1 ? key.toLowerCase() : keyName(event);
    const chords = shiftKey ? { ...CHORDS, ...SHIFTED_CHORDS } : CHORDS;
    return (Object.hasOwn(chords, name) && chords[name]) || null;
  }
  if (Object.hasOwn(PLAIN, key)) return PLAIN[key];
  const named = byKey.get(keyName(event));
  return named ? page({ do: "use", part: named[0], name: named[1] }) : null;
}

/** The key as it is named on the chips: by its sign, else by where it is, so that other layouts work too. */
export function keyName({ key, code = "", shiftKey = false }) {
  const sign = key.toLowerCase();
  if (/^[a-z0-9]$/.test(sign)) return sign;
  const [, kind, place] = /^(Digit|Key)([0-9A-Z])$/.exec(code) ?? [];
  if (kind === "Digit" && !shiftKey) return place;
  return kind === "Key" && /^\P{ASCII}/u.test(sign) ? place.toLowerCase() : sign;
}

/** What each key stands for, from the keys of the classes and of the labels; and the other way round. */
export function namesOf({ classes, labels }) {
  const keyOf = [new Map(Object.entries(classes)), new Map(Object.entries(labels))];
  // Where a class and a label have one key, the class has it.
  const byKey = new Map([1, 0].flatMap((part) => [...keyOf[part]].map(([name, key]) => [key, [part, name]])));
  return { keyOf, byKey };
}
