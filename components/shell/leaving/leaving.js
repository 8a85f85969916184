// The title of the window, the question before it is left, and the way back after the server was gone. When a page is
// turned, the next page's call comes before the last page's end: so the last call counts, and only its own end puts
// things back.

let current = null;
let before = "";

// Streamlit sets the title itself with every run of the script.
const keeper = new MutationObserver(() => {
  if (document.title === current.title) return;
  before = document.title;
  document.title = current.title;
});

// Streamlit shows the old page when it is connected again. A run sends what was typed last and never arrived.
const listener = new MutationObserver((changes) => {
  const name = changes[0].attributeName;
  const was = changes.some((change) => change.oldValue !== "CONNECTED");
  if (was && changes[0].target.getAttribute(name) === "CONNECTED") current.setStateValue("connected", Date.now());
});

function ask(event) {
  event.preventDefault();
  event.returnValue = true; // what browsers before 2023 go by
}

function start() {
  before = document.title;
  keeper.observe(document.head, { childList: true, characterData: true, subtree: true });
  const app = document.querySelector("[data-test-connection-state]");
  if (app) listener.observe(app, { attributeFilter: ["data-test-connection-state"], attributeOldValue: true });
}

function stop() {
  current = null;
  keeper.disconnect();
  listener.disconnect();
  window.removeEventListener("beforeunload", ask);
  document.title = before;
}

export default function leaving({ data, setStateValue }) {
  const call = { title: data.title, setStateValue };
  if (current === null) start();
  current = call;
  document.title = call.title;
  if (data.warn) window.addEventListener("beforeunload", ask);
  else window.removeEventListener("beforeunload", ask);
  return () => {
    if (current === call) stop();
  };
}
