// Fields in which something is typed that the app was not told yet: it would be lost with the page.

const TYPED = "input:is(:not([type]), [type=text], [type=number]):not([role=combobox]), textarea";
const SUBMITS = "[data-testid=stFormSubmitButton] button";
const LEADS_AWAY = "a[href]:not([target=_blank], [download])";

// Each field that had the focus, and what the app knows of it.
const known = new Map();

let telling = 0; // how many fields were left of which the app is just being told

/** Whether anything is typed in a field that is still there and that the app does not know. */
export function isAnythingTyped() {
  forget();
  return [...known.keys()].some(isTyped);
}

/** Whether something is typed in this field that the app does not know. */
export function isTyped(field) {
  return known.has(field) && field.value !== known.get(field);
}

export function watch(on) {
  const turn = on ? "addEventListener" : "removeEventListener";
  document[turn]("focusin", entered, true);
  document[turn]("focusout", left, true);
  document[turn]("keydown", pressed, true);
  document[turn]("click", clicked, true);
  if (on) entered({ target: document.activeElement });
  else known.clear();
}

function entered({ target }) {
  forget();
  if (!(target instanceof Element) || !target.matches(TYPED)) return;
  if (!known.has(target)) known.set(target, target.value);
}

/** Streamlit tells the app what was typed when the field is left; that of a form when the form is sent. */
function left({ target }) {
  if (!known.has(target) || formOf(target)) return;
  if (isTyped(target)) {
    telling += 1;
    afterTelling(() => (telling -= 1));
  }
  known.delete(target);
}

/** Streamlit tells it by a timer, which is set after this one. By then a busy browser may have turned the
 * page, and forgotten what stood on it: so a link waits for that. */
export function afterTelling(then) {
  setTimeout(() => setTimeout(then));
}

function pressed({ target, key, ctrlKey, metaKey }) {
  if (key !== "Enter" || !known.has(target)) return;
  if (target instanceof HTMLTextAreaElement && !ctrlKey && !metaKey) return;
  tell(formOf(target), target);
}

function clicked(event) {
  const { target, ctrlKey, metaKey, shiftKey, altKey } = event;
  if (!(target instanceof Element)) return;
  if (target.closest(SUBMITS)) tell(formOf(target));
  const link = target.closest(LEADS_AWAY);
  const leads = link && !ctrlKey && !metaKey && !shiftKey && !altKey;
  if (leads && hasToTell()) hold(event, () => link.click());
}

/** Whether the app is still to be told of a field, which is left with that. */
export function hasToTell() {
  if (isTyped(document.activeElement)) document.activeElement.blur();
  return telling > 0;
}

function hold(event, again) {
  event.preventDefault();
  event.stopImmediatePropagation();
  afterTelling(again);
}

/** The app is told of all fields of a form, or of this one alone. */
function tell(form, field) {
  for (const each of form ? [...known.keys()].filter((one) => form.contains(one)) : [field]) {
    known.set(each, each.value);
  }
}

function formOf(element) {
  return element.closest("[data-testid=stForm]");
}

function forget() {
  for (const field of known.keys()) if (!field.isConnected) known.delete(field);
}
