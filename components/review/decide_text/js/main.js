// What several people have of a text, decided place by place. Streamlit calls the default export whenever
// `data` changes. What the person does waits in an outbox until Python keeps it, as on the highlighter.

import { unacknowledged } from "../../../annotate/highlighter/js/acts.js";
import { hues, look } from "../../../annotate/highlighter/js/looks.js";
import { offsets } from "../../../annotate/highlighter/js/offsets.js";
import { emptyOutbox, enqueue, fill, flush, settle } from "../../../annotate/highlighter/js/outbox.js";
import { barsOf, piecesOf } from "./lanes.js";
import { chosenWords, firstPlace, isOpen, nextPlace, placesNow } from "./standing.js";

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
  sheet.replaceSync(hues().replace(".highlighter", ".decide"));
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const { signal } = self.ending;
  find("decide").addEventListener("keydown", (event) => onKey(self, event), { signal });
  // Nothing else has the keys: so they are this text's.
  document.addEventListener("keydown", (event) => onStrayKey(self, event), { signal });
  self.nodes.lanes.addEventListener("click", (event) => onBar(self, event), { signal });
  self.sizes = new ResizeObserver(() => drawLanes(self));
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
    say(self, `Which one? ${place.options.map((words, n) => `${n + 1} ${words}`).join(", ")}`);
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
  "ctrl+z": (self) => act(self, "undo"),
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
    choose(self, self.asking ? `a${Number(name) - 1}` : name);
  } else if (WAYS[name] && (!self.given.readOnly || READING.has(name))) WAYS[name](self);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function onStrayKey(self, event) {
  const { body } = document;
  if (event.target === body && self.nodes.text.isConnected && !event.defaultPrevented) onKey(self, event);
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
  drawLanes(self);
  drawChoices(self, place);
  drawWays(self, place);
  nodes.text.setAttribute("aria-label", `Text to decide, document ${one.position + 1}`);
  if (given.readOnly) say(self, given.readOnly);
}

function drawWords(self, one, place) {
  const { words } = self.nodes;
  const sign = JSON.stringify([one.text, place && [place.start, place.end], one.people]);
  if (self.drawn === sign) return;
  self.drawn = sign;
  self.units = offsets(one.text);
  words.style.setProperty("--people", one.people);
  const [start, end] = place ? [place.start, place.end].map((point) => self.units.units[point]) : [0, 0];
  const open = Object.assign(document.createElement("span"), { className: "open" });
  open.textContent = one.text.slice(start, end);
  words.replaceChildren(one.text.slice(0, start), ...(place ? [open] : []), one.text.slice(end));
  if (place) open.scrollIntoView({ block: "nearest" });
}

/** The rectangles of a span of the words (code points), from the corner of the text. */
function rectsOf({ nodes: { text, words }, units }, start, end) {
  const frame = text.getBoundingClientRect();
  const x = frame.left + text.clientLeft - text.scrollLeft;
  const y = frame.top + text.clientTop - text.scrollTop;
  const range = document.createRange();
  const left = units.units[start];
  const right = units.units[end];
  let at = 0;
  let isBegun = false;
  for (const node of words.childNodes) {
    const inner = node.nodeType === Node.TEXT_NODE ? node : node.firstChild;
    const size = inner?.length ?? 0;
    if (!isBegun && left <= at + size && (left < at + size || right === left)) {
      range.setStart(inner, left - at);
      isBegun = true;
    }
    if (isBegun && right <= at + size) {
      range.setEnd(inner, Math.max(0, right - at));
      break;
    }
    at += size;
  }
  return [...range.getClientRects()].map((rect) => {
    return { left: rect.left - x, right: rect.right - x, top: rect.top - y, bottom: rect.bottom - y };
  });
}

function drawLanes(self) {
  const { nodes, given } = self;
  const one = self.known.get(self.document);
  if (!one || !nodes.words.clientWidth) return;
  const style = getComputedStyle(nodes.text);
  const sizeOf = (name) => [name, parseFloat(style.getPropertyValue(`--${name}`))];
  const sizes = Object.fromEntries(["row", "above"].map(sizeOf));
  const places = placesOf(self);
  const tags = places.flatMap((place) => {
    const isMine = place.key === self.place;
    const votes = place.spans.flatMap((span, lane) => {
      if (!span) return [];
      const words = `${lane + 1} ${place.votes[lane]}`;
      return [{ lane, words, span, hue: place.hues[lane], isOpen: isMine, place: place.key, title: words }];
    });
    return votes;
  });
  for (const { start, end, words, hue, title, place } of finalNow(one, places)) {
    const isMine = place === self.place;
    tags.push({ lane: -1, words, span: [start, end], hue, isOpen: isMine, place, title });
  }
  for (const tag of tags) tag.pieces = piecesOf(rectsOf(self, ...tag.span));
  const bars = barsOf(tags, sizes, nodes.words.clientWidth);
  nodes.lanes.replaceChildren(...bars.map((bar) => barNode(bar, sizes, given)));
}

/** The tags of the final version: what Python says of them, without those of places decided since. */
function finalNow(one, places) {
  const ahead = new Map(places.filter((place) => place.ahead).map((place) => [place.key, place]));
  const said = one.final.filter(({ place }) => !ahead.has(place));
  const made = [...ahead.values()].flatMap((place) => {
    if (place.decided === "nothing" || place.ahead === "k") return [];
    const lane = place.votes.indexOf(place.decided);
    const [start, end] = (lane >= 0 && place.spans[lane]) || [place.start, place.end];
    const title = "Not kept yet";
    return [{ start, end, words: place.decided, hue: place.hues[lane] ?? -1, title, place: place.key }];
  });
  return [...said, ...made];
}

function barNode({ tag, lane, left, top, room, width, words, isOpen: isMine }) {
  const node = document.createElement("div");
  node.className = `bar${lane < 0 ? " final" : ""}${isMine ? " open" : ""}`;
  const { hue } = look(tag.hue);
  node.style.cssText =
    `left:${left}px;top:${top}px;width:${room}px;--ink:var(--line-${hue});--own:var(--word-${hue});` +
    `border-image:linear-gradient(90deg,var(--line-${hue}) ${width}px,transparent ${width}px) 1`;
  Object.assign(node.dataset, { words, place: tag.place ?? "" });
  node.title = tag.title;
  return node;
}

function button(key, parts, { pressed = null, disabled = false, title = "", shortcut = key } = {}, onclick) {
  const node = document.createElement("button");
  node.type = "button";
  node.append(Object.assign(document.createElement("kbd"), { textContent: key }));
  for (const [className, textContent, hue] of parts) {
    const part = Object.assign(document.createElement("span"), { className, textContent });
    if (hue !== undefined) part.style.setProperty("--own", `var(--word-${look(hue).hue})`);
    node.append(part);
  }
  node.setAttribute("aria-keyshortcuts", shortcut);
  if (pressed !== null) node.setAttribute("aria-pressed", String(pressed));
  Object.assign(node, { disabled, title, onclick });
  return node;
}

/** Draw buttons; the one that has the focus keeps it. */
function put(place, nodes) {
  const active = place.getRootNode().activeElement;
  const at = [...place.children].indexOf(active);
  place.replaceChildren(...nodes);
  if (at >= 0) (place.children[Math.min(at, place.children.length - 1)] ?? place).focus?.();
}

function drawChoices(self, place) {
  const { choices } = self.nodes;
  const disabled = Boolean(self.given.readOnly);
  if (!place) return choices.replaceChildren();
  if (self.asking) {
    return put(choices, place.options.map((words, n) => {
      return button(String(n + 1), [["tag", words]], {}, () => choose(self, `a${n}`));
    }));
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
    button("Ctrl+Z", ...is("Undo", { disabled, shortcut: "Control+Z" }), () => act(self, "undo")),
  ]);
}
