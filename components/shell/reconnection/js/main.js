// After the connection was lost, the whole page is asked for until it has come: that sends what was typed or
// tagged and never arrived. An app that was started anew turns away what is asked of a part of the page
// before it has drawn that part, and knows no button: what is pressed meanwhile waits here, and what was
// typed meanwhile goes with a second run.

import * as outage from "./outage.js";

const STATE = "data-test-connection-state";
const AGAIN = 1500; // ms until a page that has not come is asked for again, then twice as long each time
const APART = 100; // ms between two presses that waited

let current = null;
let app = null;
let drawn = null; // the run that drew the page last
let owed = 0; // runs that are still to come
let asked = 0;
let timer;
const pressed = new Set();
let ending;
let focused = null; // where the person was when the connection was lost: a button is disabled then

function focusedNow() {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

function giveBack() {
  const isLost = document.activeElement === document.body;
  if (isLost) focused?.focus();
  if (!isLost && owed) requestAnimationFrame(giveBack);
  else focused = null;
}

const listener = new MutationObserver(() => {
  clearTimeout(timer);
  const state = app.getAttribute(STATE);
  if (state !== "CONNECTED") {
    focused ??= focusedNow();
    outage.lost(state);
    return;
  }
  outage.back();
  owed = 2;
  ask(AGAIN);
  giveBack();
});

// Streamlit sends what was done within the same moment together, for one part of the page if any of it was
// done there. So it may be that the whole page was not asked for. A run that is under way would begin anew:
// it is waited for.
function ask(wait) {
  clearTimeout(timer);
  const isUnderWay = app.getAttribute("data-test-script-state") === "running";
  if (wait === AGAIN || !isUnderWay) current.setStateValue("asked", ++asked);
  timer = setTimeout(ask, wait, 2 * wait);
}

function arrived() {
  owed -= 1;
  if (owed) return ask(AGAIN);
  clearTimeout(timer);
  outage.drawnAgain();
  pressAll();
}

function pressAll() {
  owed = 0;
  [...pressed].forEach((button, count) => setTimeout(press, count * APART, button));
  pressed.clear();
}

function press(button) {
  if (button.isConnected) return button.click();
  const name = button.querySelector("p") ?? button;
  outage.addWords(`Not done: “${name.textContent.trim()}”. That button is no longer there.`);
}

// What a script presses is no wish of the person's: Streamlit's dialog is closed so. Who presses a button
// again because nothing has happened yet, be it Undo or Next, wants that once: to press it once more when the
// page is there costs less than to find out what went too far.
function keep(event) {
  const button = owed && event.isTrusted && event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pressed.add(button);
}

function start() {
  app = document.querySelector(`[${STATE}]`);
  listener.observe(app, { attributeFilter: [STATE] });
  ending = new AbortController();
  outage.start(ending.signal);
  window.addEventListener("click", keep, { capture: true, signal: ending.signal });
  if (owed) ask(AGAIN);
}

// Another version of this script may go on from here, which knows of no presses.
function stop() {
  current = null;
  listener.disconnect();
  ending.abort();
  clearTimeout(timer);
  timer = setTimeout(pressAll, APART);
}

export default function reconnection({ data, setStateValue }) {
  const call = { setStateValue };
  const isFirst = current === null;
  current = call;
  if (isFirst) start();
  if (owed && data.run !== drawn) arrived();
  drawn = data.run;
  return () => {
    if (current === call) stop();
  };
}
