// The list of documents. Streamlit calls the default export whenever `data` changes.

import { bringIntoSight } from "../../../shell/scroll.js";
import { MOVED, placeAhead } from "../../highlighter/js/place.js";

const SETTLING = 100; // ms in which Python's own word comes, where it has caught up with the person

const instances = new WeakMap();

/** The documents of the list, of what Python says of them by their number in it. */
export function itemsOf({ documents, tags, done, changed }) {
  const [areDone, areChanged] = [new Set(done), new Set(changed)];
  return documents.map(([position, words], at) => {
    return { position, words, tags: tags[at], done: areDone.has(at), changed: areChanged.has(at) };
  });
}

/** What a screen reader hears of a document. */
export function spoken({ position, words, tags, done, changed }) {
  const marks = [done ? "done" : "", changed ? "unsaved changes" : ""].filter(Boolean);
  return [`Document ${position + 1}`, ...marks, tags === 1 ? "1 tag" : `${tags} tags`, words].join(", ");
}

function option(item) {
  const node = document.createElement("div");
  const heard = spoken(item);
  Object.assign(node, { id: `document-${item.position}`, role: "option", ariaLabel: heard, title: heard });
  const cell = (className, textContent) => {
    const part = Object.assign(document.createElement("span"), { className, textContent });
    node.append(part);
    return part;
  };
  cell("number", item.position + 1);
  cell("marks", (item.done ? "✓" : "") + (item.changed ? "●" : ""));
  cell("words", item.words).dir = "auto";
  cell("tags", item.tags);
  return node;
}

/** Draw only what is another now: to empty the list would cost its scroll, and the browser a layout. */
function draw(instance, items) {
  const { list } = instance;
  const pictures = items.map((item) => JSON.stringify(item));
  items.forEach((item, at) => {
    if (instance.pictures[at] === pictures[at]) return;
    if (at < list.children.length) list.children[at].replaceWith(option(item));
    else list.append(option(item));
  });
  while (list.children.length > items.length) list.lastChild.remove();
  Object.assign(instance, { items, pictures });
}

/** Outline the open document, and the one that the arrows are on. */
function mark({ list, current, active }) {
  for (const node of list.children) {
    const place = Number(node.id.slice("document-".length));
    node.setAttribute("aria-selected", String(place === current));
    node.classList.toggle("active", place === active);
  }
  if (active === null) list.removeAttribute("aria-activedescendant");
  else list.setAttribute("aria-activedescendant", `document-${active}`);
}

function reveal({ list }, place) {
  const node = list.querySelector(`#document-${place}`);
  if (node) bringIntoSight(list, node);
}

function open(instance, place) {
  instance.active = place;
  // Where the app cannot be reached, the document before stays open until it can.
  if (!document.documentElement.hasAttribute("data-offline")) instance.current = place;
  mark(instance);
  document.dispatchEvent(new Event("tagwright-opened"));
  instance.setStateValue("opened", { position: place, count: ++instance.count, of: instance.client });
}

function onKey(instance, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const places = instance.items.map(({ position }) => position);
  const at = places.indexOf(instance.active ?? instance.current);
  const isOpening = event.key === "Enter" || event.key === " ";
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: places.length - 1 }[event.key];
  if (to !== undefined) {
    instance.active = places[Math.min(Math.max(to, 0), places.length - 1)] ?? null;
    mark(instance);
    reveal(instance, instance.active);
  } else if (isOpening && instance.active !== null) open(instance, instance.active);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function onClick(instance, event) {
  const node = event.target instanceof Element ? event.target.closest("[role=option]") : null;
  if (node) open(instance, Number(node.id.slice("document-".length)));
}

/** Mark the document that is open, where the person is ahead of Python by what the text knows. */
function follow(instance) {
  const current = placeAhead() ?? instance.said;
  if (instance.current === current) return;
  Object.assign(instance, { current, active: current });
  mark(instance);
  reveal(instance, current);
}

export default function documentList({ data, parentElement, setStateValue }) {
  let instance = instances.get(parentElement);
  if (!instance) {
    const client = Math.random().toString(36).slice(2, 10);
    const list = parentElement.querySelector(".list");
    const seen = { items: [], pictures: [], said: null, current: null, active: null };
    instance = { list, client, count: 0, ...seen, ending: new AbortController() };
    instances.set(parentElement, instance);
    instance.list.onkeydown = (event) => onKey(instance, event);
    instance.list.onclick = (event) => onClick(instance, event);
    const moved = () => setTimeout(follow, placeAhead() === null ? SETTLING : 0, instance);
    document.addEventListener(MOVED, moved, { signal: instance.ending.signal });
  }
  instance.setStateValue = setStateValue;
  draw(instance, itemsOf(data));
  instance.said = data.current;
  mark(instance);
  follow(instance);
  return () => {
    instance.ending.abort();
    instances.delete(parentElement);
  };
}
