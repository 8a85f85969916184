// The title of the window, and the question before it is left. When a page is turned, the next page's call
// comes before the last page's end: so the last call counts, and only its own end puts things back.

import { isAnythingWaiting, mark } from "../../waiting.js";
import { isChoiceTyped, watchCells } from "./cells.js";
import { watchAddresses } from "./completed.js";
import { isAnythingTyped, watch } from "./fields.js";
import { onSaveKey } from "./save_key.js";
import { watchSecondClicks } from "./second_click.js";
import { nameToasts } from "./toasts.js";
import { watchTurns } from "./turning.js";

let current = null;
let before = "";

// For good: it is between two pages that they count.
watchAddresses();
watchCells();
watchSecondClicks();
watchTurns();
nameToasts(); // they outlive the page that told them

/** As a browser gives it back: with other white space it would be set anew without end. */
const asTitle = (words) => words.replace(/[\t\n\f\r ]+/g, " ").replace(/^ | $/g, "");

// Streamlit sets the title itself with every run of the script.
const keeper = new MutationObserver(() => {
  if (document.title === current.title) return;
  before = document.title;
  document.title = current.title;
});

function ask(event) {
  if (!current.warn && !isAnythingWaiting() && !isAnythingTyped() && !isChoiceTyped()) return;
  event.preventDefault();
  event.returnValue = true; // what browsers before 2023 go by
}

function start() {
  before = document.title;
  keeper.observe(document.head, { childList: true, characterData: true, subtree: true });
  window.addEventListener("beforeunload", ask);
  window.addEventListener("keydown", onSaveKey);
  watch(true);
}

function stop() {
  current = null;
  keeper.disconnect();
  window.removeEventListener("beforeunload", ask);
  window.removeEventListener("keydown", onSaveKey);
  watch(false);
  document.title = before;
}

export default function leaving({ data }) {
  if (current === null) start();
  current = { ...data, title: asTitle(data.title) };
  const mine = current;
  document.title = mine.title;
  mark();
  return () => {
    if (current === mine) stop();
  };
}
