// Keys that press the buttons of a part of the page. In a field they are what is typed there; and a control
// that has the focus is what Enter presses.

const FIELDS =
  "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true], " +
  "[role=combobox], [role=listbox], [role=menu]";
const CONTROLS = "a, button, input, canvas, [role=grid], [role=tab], [role=radio], [role=option]";

let now = null; // what is drawn
let hadFocus = false; // whether the part had the focus when it was drawn last

const partOf = (data) => document.querySelector(`.st-key-${CSS.escape(data.part)}`);

/** Whether a key that is pressed there is meant for this part. */
function isFree(target, key) {
  if (!(target instanceof Element) || document.querySelector("[role=dialog]")) return false;
  return !target.closest(FIELDS) && !(key === "Enter" && target.closest(CONTROLS));
}

function pressed(event) {
  if (!now || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const name = now.keys[key];
  if (!name || !isFree(event.composedPath()[0], key)) return;
  const button = partOf(now)?.querySelector(`[class*="st-key-${CSS.escape(name)}-turn-"] button`);
  if (!button || button.disabled) return;
  event.preventDefault();
  event.stopPropagation();
  hadFocus = true;
  button.click();
}

/** Where the person is, as a button is clicked or a key pressed, one of Streamlit's too. */
function noted(event) {
  const at = event.type === "click" ? event.target : document.activeElement;
  hadFocus = (now && partOf(now)?.contains(at)) || false;
}

/** The part itself, which no key of a control answers for. */
function focus(data) {
  const part = partOf(data);
  if (!part) return;
  part.tabIndex = -1;
  part.style.outline = "none";
  part.focus({ preventScroll: true });
}

export default function reviewKeys({ data }) {
  const isNext = now && now.part === data.part && now.turn !== data.turn;
  now = data;
  if (isNext && hadFocus) focus(data);
  if (isNext) hadFocus = false;
  document.addEventListener("keydown", pressed);
  document.addEventListener("keydown", noted, true);
  document.addEventListener("click", noted, true);
  return () => {
    now = null;
    document.removeEventListener("keydown", pressed);
    document.removeEventListener("keydown", noted, true);
    document.removeEventListener("click", noted, true);
  };
}
