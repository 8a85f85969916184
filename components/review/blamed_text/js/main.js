// A text with its tags marked. Who made a tag is told below it, while the pointer is on it or the arrow keys
// have come to it. It is asked of Python once, when somebody first wants to know.

import { hues, look } from "../../../annotate/highlighter/js/looks.js";
import { offsets } from "../../../annotate/highlighter/js/offsets.js";
import { stretches } from "./stretches.js";

const instances = new WeakMap();

export default function blamedText({ data, parentElement, setStateValue }) {
  const self = instances.get(parentElement) ?? mount(parentElement);
  Object.assign(self, { given: data, setStateValue });
  draw(self);
  tell(self);
  return () => {
    self.ending.abort();
    instances.delete(parentElement);
  };
}

function mount(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const self = {
    nodes: { text: find("text"), words: find("words"), told: find("told") },
    given: null,
    at: [], // the tags that are pointed at
    asked: false,
    drawn: "",
    ending: new AbortController(),
  };
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(hues(".blamed"));
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const { signal } = self.ending;
  const { text, words } = self.nodes;
  words.addEventListener("pointerover", (event) => point(self, tagsOf(event.target)), { signal });
  words.addEventListener("pointerleave", () => point(self, []), { signal });
  text.addEventListener("keydown", (event) => onKey(self, event), { signal });
  text.addEventListener("blur", () => point(self, []), { signal });
  instances.set(root, self);
  return self;
}

const tagsOf = (node) => node.closest?.(".tag")?.dataset.tags.split(" ").map(Number) ?? [];

function point(self, tags) {
  if (String(tags) === String(self.at)) return;
  self.at = tags;
  if (tags.length && !self.given.by && !self.asked) {
    self.asked = true;
    self.setStateValue("wanted", true);
  }
  tell(self);
}

/** To the tag before or behind the one that is pointed at; Escape leaves it. */
function onKey(self, event) {
  const { tags } = self.given;
  const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey || !(way || event.key === "Escape")) return;
  const from = self.at.length ? self.at[0] : way > 0 ? -1 : tags.length;
  const to = from + (way ?? 0);
  if (way && !tags[to]) return;
  point(self, way ? [to] : []);
  if (way) self.nodes.words.querySelector(".on")?.scrollIntoView({ block: "nearest" });
  event.preventDefault();
  event.stopPropagation();
}

function draw(self) {
  const { text, tags } = self.given;
  const sign = JSON.stringify([text, tags]);
  if (self.drawn === sign) return;
  self.drawn = sign;
  self.at = [];
  self.asked = false;
  const { units } = offsets(text);
  self.nodes.words.replaceChildren(
    ...stretches(tags, units.length - 1).map(({ start, end, held }) => {
      const words = text.slice(units[start], units[end]);
      if (!held.length) return words;
      const node = document.createElement("span");
      const { hue } = look(tags[held.at(-1)].hue);
      node.className = "tag";
      node.dataset.tags = held.join(" ");
      node.style.cssText = `--ink:var(--line-${hue});--own:var(--tint-${hue})`;
      node.textContent = words;
      return node;
    }),
  );
}

function tell(self) {
  const { at, given, nodes } = self;
  for (const node of nodes.words.querySelectorAll(".tag")) {
    node.classList.toggle("on", tagsOf(node).some((one) => at.includes(one)));
  }
  const said = (one) => `${given.tags[one].words}: ${given.by[one]}`;
  nodes.told.textContent = at.length ? (given.by ? at.map(said).join("\n") : "Reading who made it …") : "";
}
