// What several people have of a text, decided place by place. Streamlit calls the default export whenever
// `data` changes. What the person does waits in an outbox until Python keeps it, as on the highlighter.

import { unacknowledged } from "../../../annotate/highlighter/js/acts.js";
import { hues } from "../../../annotate/highlighter/js/looks.js";
import { emptyOutbox, enqueue, fill, flush, settle } from "../../../annotate/highlighter/js/outbox.js";
import { button, put } from "./buttons.js";
import { chosenWords, firstPlace, inOrderOfLanes, isOpen, nextPlace, placesNow } from "./standing.js";
import { drawLanes, drawWords } from "./words.js";

const LATE = 2; // tries after which the person is told that what they did waits

const instances = new WeakMap();

export default function decideText({ data, parentElement, setStateValue }) {
  const self = instances.get(parentElement) ?? mount(parentElement);
  const { outbox } = self;
  outbox.setStateValue = setStateValue;
  self.given = data;
  for (const one of data.documents) self.known.set(one.document, one);
  hear(self);
  follow(self);
  draw(self);
  return () => {
    clearTimeout(outbox.timer);
    self.ending.abort();
    self.sizes.disconnect();
    instances.delete(parentElement);
  };
}

function mount(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const names = ["where", "what", "text", "words", "lanes", "choices", "ways", "alert", "status"];
  const self = {
    nodes: Object.fromEntries(names.map((name) => [name, find(name)])),
    given: null,
    known: new Map(), // documents by their key
    document: "", // the open one
    place: null, // the key of the open place
    asking: false, // which of the proposed ones it is
    typed: null, // keys for the next document, while only Python knows which it is
    outbox: emptyOutbox(),
    ending: new AbortController(),
    sizes: null,
    drawn: "",
  };
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(hues(".decide"));
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const { signal } = self.ending;
  find("decide").addEventListener("keydown", (event) => onKey(self, event), { signal });
  // Nothing else has the keys: so they are this text's.
  document.addEventListener("keydown", (event) => onStrayKey(self, event), { signal });
  self.nodes.lanes.addEventListener("click", (event) => onBar(self, event), { signal });
  self.sizes = new ResizeObserver(() => drawBars(self));
  self.sizes.observe(self.nodes.words);
  instances.set(root, self);
  return self;
}

/** What Python keeps and refused; acts of before a reload are taken up where they were left. */
function hear(self) {
  const { given, outbox, nodes } = self;
  if (outbox.scope !== given.scope) {
    fill(outbox, given.scope);
    Object.assign(self, { document: "", place: null, asking: false, typed: null });
    if (unacknowledged(outbox.acts, given.kept).length) send(self);
  }
  const reasons = settle(outbox, given.kept, given.refused);
  if (reasons.length) nodes.alert.textContent = reasons.map((why) => `Taken back: ${why}.`).join(" ");
  else if (!outbox.acts.length) nodes.alert.textContent = "";
}

/** Go where Python is, unless the person went on meanwhile. */
function follow(self) {
  const { given } = self;
  const isAhead = waitingFor(self).some(({ kind }) => kind === "go" || kind === "done");
  const first = given.documents[0]?.document ?? "";
  if (!isAhead && self.typed) Object.assign(self, { document: first, place: null, asking: false });
  if (!isAhead || !self.known.has(self.document)) {
    if (self.document !== first || !first) {
      Object.assign(self, { document: first, place: null, asking: false });
    }
  }
  const places = placesOf(self);
  if (!places.some(({ key }) => key === self.place)) {
    Object.assign(self, { place: firstPlace(places), asking: false });
  }
  if (isAhead || !self.typed) return;
  const { typed } = self;
  self.typed = null;
  for (const event of typed) onKey(self, event);
}

const waitingFor = ({ outbox, given }) => unacknowledged(outbox.acts, given.applied);

function placesOf(self) {
  const one = self.known.get(self.document);
  return one ? placesNow(one.places, waitingFor(self), self.document) : [];
}

const placeOf = (self) => placesOf(self).find(({ key }) => key === self.place) ?? null;

// What the person does

function send(self) {
  flush(self.outbox, (tries) => {
    if (tries < LATE) return;
    self.nodes.status.textContent = "What you did waits in this page until the app answers.";
  });
}

function act(self, kind, more = {}) {
  const { document, position } = self.known.get(self.document) ?? { document: "", position: 0 };
  enqueue(self.outbox, { kind, document, position, ...more });
  send(self);
}

function choose(self, choice) {
  const place = placeOf(self);
  if (!place || self.given.readOnly) return;
  const said = `${place.quote}: ${chosenWords(place, choice)}`;
  act(self, "decide", { place: place.key, choice });
  self.asking = false;
  self.place = nextPlace(placesOf(self), place.key) ?? firstOpen(self) ?? place.key;
  draw(self);
  say(self, placesOf(self).some(isOpen) ? said : `${said}. Nothing is open here any more.`);
}

const firstOpen = (self) => placesOf(self).find(isOpen)?.key ?? null;

function propose(self) {
  const place = placeOf(self);
  if (!place) return;
  if (place.options.length > 1) {
    self.asking = true;
    draw(self);
    const said = inOrderOfLanes(place).map((n, at) => `${at + 1} ${place.options[n]}`);
    say(self, `Which one? ${said.join(", ")}`);
  } else choose(self, place.options.length ? "a0" : "a");
}

/** The next open place, of the next document where there is none here. */
function goOn(self) {
  const to = nextPlace(placesOf(self), self.place) ?? firstOpen(self);
  if (to && to !== self.place) {
    Object.assign(self, { place: to, asking: false });
    draw(self);
  } else if (to) say(self, "This is the last open place of the document: decide it, or go on to the next.");
  else leave(self, "go");
}

/** To the next document, which Python finds as well. */
function leave(self, kind, way = 1) {
  const { documents } = self.given;
  act(self, kind, { way });
  const at = documents.findIndex(({ document }) => document === self.document);
  const next = way > 0 ? documents[at + 1] : null;
  if (next) {
    Object.assign(self, { document: next.document, place: null, asking: false });
    self.place = firstPlace(placesOf(self));
    draw(self);
  } else self.typed = [];
}

function walk(self, way) {
  const places = placesOf(self);
  const at = places.findIndex(({ key }) => key === self.place) + way;
  if (!places[at]) return;
  Object.assign(self, { place: places[at].key, asking: false });
  draw(self);
}

function undo(self) {
  act(self, "undo");
  say(self, "");
}

function ask(self, what) {
  if (self.place) act(self, "ask", { place: self.place, what });
}

const WAYS = {
  enter: goOn,
  "ctrl+enter": (self) => leave(self, "done"),
  a: propose,
  0: (self) => choose(self, "0"),
  k: (self) => placeOf(self)?.state === "overtaken" && choose(self, "k"),
  e: (self) => ask(self, "edit"),
  n: (self) => ask(self, "note"),
  "ctrl+z": undo,
  "ctrl+shift+z": (self) => act(self, "redo"),
  "ctrl+y": (self) => act(self, "redo"),
  "ctrl+s": (self) => act(self, "ask", { what: "save" }),
  arrowright: (self) => walk(self, 1),
  arrowleft: (self) => walk(self, -1),
  escape: (self) => {
    self.asking = false;
    draw(self);
  },
};
const READING = new Set(["enter", "arrowright", "arrowleft", "escape"]);

function onKey(self, event) {
  if (event.altKey || event.isComposing) return;
  const isControl = event.ctrlKey || event.metaKey;
  const isButton = event.target.closest?.("button");
  if (isButton && !isControl && (event.key === "Enter" || event.key === " ")) return;
  const key = event.key.toLowerCase();
  const name = `${isControl ? "ctrl+" : ""}${event.shiftKey && isControl ? "shift+" : ""}${key}`;
  const place = placeOf(self);
  if (self.typed) {
    // What follows is for a document that is not here yet.
    if (!/^[1-9]$/.test(name) && !WAYS[name]) return;
    const { ctrlKey, metaKey, shiftKey, altKey, target } = event;
    const done = { preventDefault() {}, stopPropagation() {} };
    self.typed.push({ key: event.key, ctrlKey, metaKey, shiftKey, altKey, target, ...done });
  } else if (/^[1-9]$/.test(name)) {
    const count = self.asking ? place?.options.length : place?.votes.length;
    if (!place || Number(name) > count) return;
    choose(self, self.asking ? `a${inOrderOfLanes(place)[Number(name) - 1]}` : name);
  } else if (WAYS[name] && (!self.given.readOnly || READING.has(name))) WAYS[name](self);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function onStrayKey(self, event) {
  if (!isStray(event) || !self.nodes.text.isConnected || event.defaultPrevented) return;
  onKey(self, event);
}

/** Whether a key went to nothing of its own: the page's ground has the focus once it is clicked, and the tab
 * by which one came here knows no letters. */
function isStray({ target, key }) {
  if (target === document.body || target.matches?.("[data-testid=stMain]")) return true;
  return key.length === 1 && key !== " " && Boolean(target.closest?.("[role=tab]"));
}

function onBar(self, event) {
  const key = event.target.closest?.(".bar")?.dataset.place;
  if (!key) return;
  Object.assign(self, { place: key, asking: false });
  draw(self);
}

function say(self, words) {
  self.nodes.status.textContent = words;
}

// What is drawn

function draw(self) {
  const { nodes, given } = self;
  const one = self.known.get(self.document);
  const places = placesOf(self);
  const place = placeOf(self);
  nodes.text.closest(".decide").hidden = !one;
  if (!one) return;
  const at = places.findIndex(({ key }) => key === self.place);
  nodes.where.textContent = `Document ${one.position + 1}`;
  nodes.what.textContent = place
    ? `Place ${at + 1} of ${places.length} · ${place.what}${place.ahead ? " · decided" : ""}`
    : "Nobody has tagged anything here";
  drawWords(self, one, place);
  drawBars(self);
  drawChoices(self, place);
  drawWays(self, place);
  nodes.text.setAttribute("aria-label", `Text to decide, document ${one.position + 1}`);
  if (given.readOnly) say(self, given.readOnly);
}

const drawBars = (self) => drawLanes(self, self.known.get(self.document), placesOf(self));

function drawChoices(self, place) {
  const { choices } = self.nodes;
  const disabled = Boolean(self.given.readOnly);
  if (!place) return choices.replaceChildren();
  if (self.asking) {
    const asked = inOrderOfLanes(place).map((n, at) => {
      return button(String(at + 1), [["tag", place.options[n]]], {}, () => choose(self, `a${n}`));
    });
    return put(choices, [...asked, button("0", [["", "Nothing here"]], {}, () => choose(self, "0"))]);
  }
  const of = (words) => place.state === "decided" && place.decided === words;
  const nodes = place.votes.map((words, n) => {
    const tagged = () => [["tag", words, place.hues[n]], ["more", place.quotes[n]]];
    const said = place.spans[n] ? tagged() : [["more", words]];
    return button(String(n + 1), said, { pressed: of(words), disabled }, () => choose(self, String(n + 1)));
  });
  const title = "What most of them have, each part by itself";
  nodes.push(
    button("A", [["", "Proposal"], ["tag", place.proposed]], { disabled, title }, () => propose(self)),
    button("0", [["", "Nothing here"]], { pressed: of("nothing"), disabled }, () => choose(self, "0")),
  );
  if (place.state === "overtaken") {
    const keep = "Keep what was decided, whatever they have now";
    nodes.push(button("K", [["", "Keep"], ["tag", place.decided]], { disabled, title: keep }, () => {
      choose(self, "k");
    }));
  }
  put(choices, nodes);
}

function drawWays(self, place) {
  const disabled = Boolean(self.given.readOnly);
  const none = disabled || !place;
  const is = (words, more = {}) => [[["", words]], more];
  put(self.nodes.ways, [
    button("↵", ...is("Next open place", { shortcut: "Enter" }), () => goOn(self)),
    button("Ctrl+↵", ...is("Document decided, next", { disabled, shortcut: "Control+Enter" }), () => {
      leave(self, "done");
    }),
    button("E", ...is("Edit", { disabled: none }), () => ask(self, "edit")),
    button("N", ...is("Note", { disabled: none }), () => ask(self, "note")),
    button("Ctrl+Z", ...is("Undo", { disabled, shortcut: "Control+Z" }), () => undo(self)),
  ]);
}
