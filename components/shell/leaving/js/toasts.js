// What is told in the corner has a name, so that it is heard whole: Streamlit names each toast by a title
// that none has. Its own words become that title.

const BOX = "[data-testid=stToastContainer]";
const TOAST = "[data-testid=stToast][aria-labelledby]";
const WORDS = "[data-testid=stToastText]";

const toasts = new MutationObserver(nameAll);
let box = null;

/** Once for a tab. The box of all toasts stands beside the app and comes and goes with them. */
export function nameToasts() {
  new MutationObserver(look).observe(document.body, { childList: true });
  look();
}

function look() {
  const found = document.querySelector(`body > ${BOX}`);
  if (found === box) return;
  toasts.disconnect();
  box = found;
  if (!box) return;
  toasts.observe(box, { childList: true, subtree: true });
  nameAll();
}

function nameAll() {
  for (const toast of box.querySelectorAll(TOAST)) {
    const name = toast.getAttribute("aria-labelledby");
    const words = toast.querySelector(WORDS);
    if (words && !document.getElementById(name)) words.id = name;
  }
}
