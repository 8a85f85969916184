// The second click of a double click that led to another page, or settled what was drawn (`ShownTurn`): it is
// meant for what stood there before. So are the presses of a key that is held down on a button.

const DOUBLE = 500; // milliseconds, by the clock of the pointer, however long the page takes

const NEAR = 8; // pixels between the two clicks of one

const KINDS = ["pointerdown", "mousedown", "pointerup", "mouseup", "click"];

const SETTLES = "[class*='-turn-'][class*='st-key-'] button";

let last = null;
let isMeantForBefore = false;

function look(event) {
  if (event.type === "pointerdown") {
    const now = { path: location.pathname, time: event.timeStamp, x: event.clientX, y: event.clientY };
    isMeantForBefore = last !== null && isSecond(last, now) && (last.path !== now.path || isOfTurn(event));
    last = now;
  }
  const isByKey = event.type === "click" && event.detail === 0;
  if (!isMeantForBefore || isByKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

const isOfTurn = (event) => event.target instanceof Element && event.target.closest(SETTLES) !== null;

function isSecond(first, then) {
  const far = Math.max(Math.abs(then.x - first.x), Math.abs(then.y - first.y));
  return then.time - first.time < DOUBLE && far < NEAR;
}

function lookAtKey(event) {
  if (!event.repeat || event.key !== "Enter") return;
  const [pressed] = event.composedPath();
  if (pressed instanceof Element && pressed.closest("button")) event.preventDefault();
}

/** Once for a tab. */
export function watchSecondClicks() {
  window.addEventListener("keydown", lookAtKey, true);
  for (const kind of KINDS) window.addEventListener(kind, look, true);
}
