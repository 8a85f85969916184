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
let pressed = [];
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
  pressed.splice(0).forEach((button, count) => setTimeout(() => button.click(), count * APART));
}

function keep(event) {
  // What a script presses is no wish of the person's: Streamlit's dialog is closed so.
  const button = owed && event.isTrusted && event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pressed.push(button);
}

function start() {
  app = document.querySelector(`[${STATE}]`);
  listener.observe(app, { attributeFilter: [STATE] });
  outage.start();
  window.addEventListener("click", keep, { capture: true });
}

function stop() {
  current = null;
  listener.disconnect();
  clearTimeout(timer);
  outage.stop();
  window.removeEventListener("click", keep, { capture: true });
  [pressed, owed] = [[], 0];
}

export default function reconnection({ data, setStateValue }) {
  const call = { setStateValue };
  if (current === null) start();
  current = call;
  if (owed && data.run !== drawn) arrived();
  drawn = data.run;
  return () => {
    if (current === call) stop();
  };
}
