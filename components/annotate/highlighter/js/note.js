// From the text to the field of a note, which the app draws when a note is asked for.

const FIELD = "[class*='st-key-note-words'] input"; // another one after each note
const LOOK = 30; // ms between two looks for the field
const PATIENCE = 10_000; // ms for which it is waited for

/** The focus goes to the field once it is there. What is typed till then is the note's, not an edit. */
export function writeThere(box) {
  const waiting = document.createElement("input");
  Object.assign(waiting, { ariaLabel: "What you want to say", autocomplete: "off" });
  waiting.style.cssText = "position: fixed; top: 0; width: 1px; opacity: 0; pointer-events: none;";
  waiting.onkeydown = ({ key }) => {
    if (key === "Escape") box.focus({ preventScroll: true });
  };
  document.body.append(waiting);
  waiting.focus({ preventScroll: true });
  const asked = performance.now();
  const timer = setInterval(() => {
    const field = document.querySelector(FIELD);
    const isWaiting = document.activeElement === waiting;
    if (isWaiting && !field && performance.now() - asked < PATIENCE) return;
    clearInterval(timer);
    if (isWaiting) (field ?? box).focus({ preventScroll: !field });
    if (isWaiting && field && waiting.value) put(field, waiting.value);
    waiting.remove();
  }, LOOK);
}

/** As if it was typed there. */
function put(field, words) {
  field.setRangeText(words, field.value.length, field.value.length, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
