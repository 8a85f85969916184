// The bar between the text and the table, and in a narrow window the choice of the one pane that is shown.

import { remember, remembered, sharedBy, within } from "./share.js";

const page = document.documentElement;
const started = new WeakMap();

/** How much of the room the text has now, in percent, as it is drawn. */
function drawnShare(bar) {
  const host = bar.getRootNode().host.closest(".st-key-divider");
  const text = host.parentElement.querySelector(".st-key-text-pane")?.getBoundingClientRect();
  const all = host.parentElement.getBoundingClientRect();
  if (!text) return 50; // as it is shared at first
  return within(isBeside() ? (100 * text.width) / all.width : (100 * text.height) / all.height);
}

function isBeside() {
  return matchMedia("(min-width: 1600px)").matches;
}

function share(bar, percent) {
  if (percent === null) page.style.removeProperty("--text-share");
  else page.style.setProperty("--text-share", `${percent}%`);
  describe(bar);
}

function describe(bar) {
  bar.setAttribute("aria-orientation", isBeside() ? "vertical" : "horizontal");
  bar.setAttribute("aria-valuenow", String(drawnShare(bar)));
}

function keep(bar, percent) {
  share(bar, percent);
  remember(percent);
}

function drag(bar, down) {
  const all = bar.getRootNode().host.closest(".st-key-split").getBoundingClientRect();
  const over = new AbortController();
  let at = null;
  const move = (event) => {
    const part = isBeside()
      ? (event.clientX - all.left) / all.width
      : (event.clientY - all.top) / all.height;
    at = within(100 * part);
    share(bar, at);
  };
  const end = () => {
    bar.classList.remove("dragged");
    over.abort();
    if (at !== null) remember(at);
  };
  bar.classList.add("dragged");
  bar.setPointerCapture(down.pointerId);
  const heard = { pointermove: move, pointerup: end, pointercancel: end };
  for (const type in heard) bar.addEventListener(type, heard[type], { signal: over.signal });
}

function startDivider(bar, signal) {
  share(bar, remembered());
  const heard = {
    pointerdown: (event) => {
      if (event.button === 0) drag(bar, event);
    },
    focus: () => describe(bar),
    dblclick: () => keep(bar, null),
    keydown: (event) => {
      const percent = sharedBy(event.key, drawnShare(bar));
      if (percent === null || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      keep(bar, percent);
    },
  };
  for (const type in heard) bar.addEventListener(type, heard[type], { signal });
}

/** The pane that a narrow window shows. */
function startChoice(choice, signal) {
  const show = (pane) => {
    page.dataset.pane = pane;
    for (const button of choice.children) {
      button.setAttribute("aria-pressed", String(button.dataset.pane === pane));
    }
  };
  const chosen = (event) => {
    const pane = event.target.closest("button")?.dataset.pane;
    if (pane) show(pane);
  };
  choice.addEventListener("click", chosen, { signal });
  // A document that is opened in the list is to be seen.
  document.addEventListener("tagwright-opened", () => show("text"), { signal });
  show(page.dataset.pane ?? "text");
}

export default function panes({ parentElement }) {
  if (started.has(parentElement)) return started.get(parentElement);
  const ended = new AbortController();
  startDivider(parentElement.querySelector(".divider"), ended.signal);
  startChoice(parentElement.querySelector(".choice"), ended.signal);
  const end = () => {
    ended.abort();
    started.delete(parentElement);
  };
  started.set(parentElement, end);
  return end;
}
