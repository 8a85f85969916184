// The document's text with its segments drawn on it. Streamlit calls the default export whenever `data`
// changes.
//
// An editor is what one component holds, in parts: its `nodes`; what Python said last (`given`, with `names`
// by their keys); the documents `around`; the text as `drawn`; the person's `selection`; the `outbox`; what
// was `said`; the `searching`.

import { unacknowledged } from "./acts.js";
import { adderOf } from "./adders.js";
import { closeAdder, onAdderKey } from "./adding.js";
import { onBar } from "./bar.js";
import { showBrush } from "./brush.js";
import { keepFocus } from "./buttons.js";
import { allStale, extentOf } from "./captions.js";
import { pick } from "./cursor.js";
import { nothingAround, take } from "./documents.js";
import { send } from "./edits.js";
import { perform } from "./intents.js";
import { placeGhostBar } from "./ghost_bar.js";
import { endHits, markHits } from "./hits.js";
import { leaveJump, nowhere } from "./jump.js";
import { catchUp, onCell, onKey, onStrayKey } from "./keyboard.js";
import { namesOf } from "./keys.js";
import { hues } from "./looks.js";
import { emptyOutbox, fill, settle } from "./outbox.js";
import { onPaste } from "./pasted.js";
import { overlay } from "./overlay.js";
import { onPaletteKey, placePalette, withdraw } from "./palette.js";
import { tellPlace } from "./place.js";
import { reveal } from "./places.js";
import {
  onClick,
  onHandle,
  onHover,
  onMouseDown,
  onMoved,
  onPressed,
  onSelected,
  onSelecting,
} from "./pointer.js";
import { nothingDrawn, render, replace } from "./render.js";
import { makeRoom } from "./room.js";
import { filter, nothingSearched, onSearchKey } from "./search.js";
import { isWholeMeant, nothingChosen, wordsWanted } from "./selection.js";
import { nothingSaid, say, sayWaiting, tell, warn } from "./status.js";
import { nothingUsed } from "./uses.js";

const LINGER = 200; // ms after which a component that was ended and not begun again is looked at

const editors = new WeakMap();
let shownLast = 0; // the last of what Python asked for to be shown on this page, by whichever editor

export default function highlighter({ data: said, parentElement, setStateValue }) {
  const data = { ...said, shape: asked(said) };
  const editor = editors.get(parentElement) ?? mount(parentElement, data);
  Object.assign(editor, { given: data, names: namesOf(data.keys) });
  editor.outbox.setStateValue = setStateValue;
  hear(editor);
  const isBlind = Boolean(editor.around.ahead?.blind);
  const isAnother = take(editor, data);
  render(editor);
  showBrush(editor);
  markHits(editor);
  if (isBlind && !editor.around.ahead) catchUp(editor, isAnother);
  follow(editor);
  say(editor);
  letRestCome(editor);
  // Streamlit ends and begins a component anew where it stands, at moments of its own: the person's cursor,
  // pick and keys begun must not end with that. It is over when it has left the page.
  const call = ++editor.calls;
  const isOver = () => editor.calls === call && !editor.nodes.box.isConnected;
  return () => setTimeout(() => isOver() && unmount(parentElement), LINGER);
}

/** The app waits with the rest of the page until this text is there: it is seen in the next frame. What the
 * app cannot hear it does without. */
function letRestCome(editor) {
  const { awaited } = editor.given;
  if (!awaited || editor.awaited === awaited) return;
  editor.awaited = awaited;
  const at = new URL(`text-is-there/${awaited}`, document.baseURI);
  requestAnimationFrame(() => fetch(at, { method: "POST" }).catch(() => {}));
}

/** The shape of a tag, without the part that nothing can be chosen for: it is not asked for. */
function asked({ shape, classes, labels }) {
  return {
    ...shape, classes: shape.classes && classes.length > 0, labels: shape.labels && labels.length > 0,
  };
}

/** What Python keeps of the acts, and what it refused; those of another draft are taken up where they were
 * left. */
function hear(editor) {
  const { given, nodes, outbox, around, selection } = editor;
  if (outbox.scope !== given.scope) {
    fill(outbox, given.scope);
    Object.assign(around, { ahead: null, base: null, typed: [] });
    Object.assign(selection, { repeated: null, recent: [], brush: null });
    if (unacknowledged(outbox.acts, given.kept).length) send(editor);
  }
  const reasons = settle(outbox, given.kept, given.refused);
  if (!outbox.acts.length) sayWaiting(nodes, [], 0);
  const words = reasons.map((reason) => `Taken back: ${reason.replace(/\.$/, "")}.`).join(" ");
  if (words) warn(editor, words);
}

/** Say and show what Python asks for, once each. */
function follow(editor) {
  const { given, drawn, said } = editor;
  const { show: wanted, said: words } = given;
  if (words && words.count !== said.saidCount) {
    said.saidCount = words.count;
    tell(editor, words.words);
  }
  if (wanted && wanted.count !== said.shownCount) {
    said.shownCount = shownLast = wanted.count;
    if (drawn.spans.some((span) => span.key === wanted.segment)) {
      pick(editor, wanted.segment);
      reveal(drawn, wanted.segment);
    }
  }
}

/** An editor on the nodes of a component, which listens from now on. */
function mount(parentElement, data) {
  const nodes = nodesIn(parentElement);
  const editor = {
    nodes,
    given: data,
    names: null,
    around: nothingAround(),
    drawn: nothingDrawn(nodes.box),
    selection: { ...nothingChosen(), jumping: nowhere(), byWords: wordsWanted() },
    outbox: emptyOutbox(),
    // What was said, or to be shown, before this page was opened is over; but for what its link names.
    said: { ...nothingSaid(), saidCount: data.said?.count ?? 0, shownCount: shownBefore(data) },
    searching: nothingSearched(),
    uses: nothingUsed(),
    calls: 0,
    awaited: "", // the name under which the rest of the page waited last
    cellLeft: -Infinity, // when a cell of a table may have been left
    leaving: null, // the field of a cell that the last key has closed
    held: [], // acts that wait until it is sent
    ending: new AbortController(),
  };
  editor.drawn.sheet.replaceSync(hues(".highlighter"));
  parentElement.adoptedStyleSheets = [...parentElement.adoptedStyleSheets, editor.drawn.sheet];
  nodes.switch.setAttribute("aria-pressed", String(!editor.selection.byWords));
  listenToText(editor);
  listenToButtons(editor);
  listenToPage(editor);
  editors.set(parentElement, editor);
  return editor;
}

function shownBefore({ show, linked }) {
  return linked ? shownLast : (show?.count ?? 0);
}

/** The parts of highlighter.html, and what is drawn over the text. */
function nodesIn(parentElement) {
  const find = (selector) => parentElement.querySelector(selector);
  const make = (name) => Object.assign(document.createElement("i"), { className: name, hidden: true });
  return {
    all: find(".highlighter"),
    box: find(".text"),
    classChips: find(".classes"),
    labelChips: find(".labels"),
    adders: [0, 1].map(adderOf),
    status: find(".status"),
    alert: find(".alert"),
    waiting: find(".waiting"),
    tools: find(".tools"),
    search: find(".search"),
    input: find(".search input"),
    options: find(".search ul"),
    nothing: find(".search .nothing"),
    find: find(".find"),
    help: find(".help"),
    switch: find(".switch"),
    whole: find(".whole"),
    done: find(".done"),
    palette: find(".palette"),
    judge: find(".judge"),
    ghosts: find(".ghosts"),
    holding: find(".holding"),
    tip: find(".tip"),
    cursor: make("cursor"),
    handles: { start: make("handle start"), end: make("handle end") },
  };
}

function listenToText(editor) {
  const { nodes: { box, handles }, selection } = editor;
  box.onkeydown = (event) => onKey(editor, event);
  box.onclick = (event) => onClick(editor, event);
  box.onmousemove = (event) => onHover(editor, event);
  box.onmouseleave = (event) => onHover(editor, event);
  box.onfocus = () => {
    selection.entering = true;
    const isAnything = selection.picked !== null || isWholeMeant(editor);
    selection.chosen ??= isAnything ? null : { anchor: 0, focus: 0, exact: false };
    overlay(editor);
  };
  box.onblur = () => {
    leaveJump(editor);
    overlay(editor);
  };
  box.addEventListener("contentvisibilityautostatechange", (event) => onSeen(editor, event));
  box.onscroll = () => {
    placePalette(editor);
    placeGhostBar(editor);
  };
  box.onpointerdown = (event) => onPressed(editor, event);
  box.onmousedown = (event) => onMouseDown(editor, event);
  box.ondragstart = (event) => event.preventDefault();
  for (const side of ["start", "end"]) handles[side].onpointerdown = (event) => onHandle(editor, side, event);
}

/** A paragraph comes into sight, or goes; many do at once. */
function onSeen(editor, { target, skipped }) {
  const { drawn } = editor;
  const paragraph = drawn.paragraphs.find(({ node }) => node === target);
  if (!paragraph) return;
  paragraph.isOutOfSight = skipped;
  if (skipped || !paragraph.isStale || drawn.awaits) return;
  drawn.awaits = true;
  requestAnimationFrame(() => {
    drawn.awaits = false;
    replace(editor);
  });
}

function listenToButtons(editor) {
  const { nodes } = editor;
  Object.assign(nodes.switch, { intent: { do: "changeWords" }, onpointerdown: keepFocus });
  Object.assign(nodes.done, { intent: { do: "mark" }, onpointerdown: keepFocus });
  Object.assign(nodes.whole, { intent: { do: "whole" }, onpointerdown: keepFocus });
  Object.assign(nodes.holding, { intent: { do: "letGo" }, onpointerdown: keepFocus });
  nodes.find.intent = { do: "search" };
  nodes.help.intent = { do: "help" };
  nodes.all.onclick = (event) => {
    const { intent } = event.target.closest("button") ?? {};
    if (intent) perform(editor, intent, event);
  };
  nodes.palette.onkeydown = (event) => onPaletteKey(editor, event);
  nodes.input.onkeydown = (event) => onSearchKey(editor, event);
  nodes.input.oninput = () => filter(editor);
  nodes.input.onblur = () => (nodes.search.hidden = true);
  nodes.adders.forEach((adder, part) => {
    const input = adder.querySelector("input");
    input.onkeydown = (event) => onAdderKey(editor, part, event);
    input.onblur = () => closeAdder(editor, part);
  });
}

function listenToPage(editor) {
  const { nodes, drawn, selection, ending: { signal } } = editor;
  const resized = new ResizeObserver(() => {
    if (drawn.extent !== extentOf(nodes.box)) {
      allStale(drawn);
      makeRoom(editor);
    }
    replace(editor);
  });
  resized.observe(nodes.box);
  signal.onabort = () => resized.disconnect();
  const onFonts = () => {
    allStale(drawn);
    makeRoom(editor);
    replace(editor);
  };
  document.fonts.addEventListener("loadingdone", onFonts, { signal });
  const lifted = (event) => {
    if (selection.pressedAt !== null) onSelected(editor, event);
    selection.pressedAt = null;
  };
  window.addEventListener("pointermove", (event) => onMoved(editor, event), { signal });
  window.addEventListener("pointerup", lifted, { signal });
  const pressedElsewhere = (event) => event.composedPath().includes(nodes.palette) || withdraw(editor);
  document.addEventListener("pointerdown", pressedElsewhere, { signal, capture: true });
  document.addEventListener("selectionchange", () => onSelecting(editor), { signal });
  document.addEventListener("keydown", (event) => onStrayKey(editor, event), { signal });
  document.addEventListener("click", (event) => onBar(editor, event), { signal, capture: true });
  // Heard before anybody: a table lets no key go further.
  document.addEventListener("paste", (event) => onPaste(editor, event), { signal, capture: true });
  for (const type of ["keydown", "pointerdown", "paste", "cut"]) {
    document.addEventListener(type, (event) => onCell(editor, event), { signal, capture: true });
  }
}

function unmount(parentElement) {
  const editor = editors.get(parentElement);
  if (!editor) return;
  const { nodes, drawn, outbox, ending } = editor;
  clearTimeout(outbox.timer);
  clearTimeout(outbox.staying);
  ending.abort();
  CSS.highlights?.delete("tagwright-chosen");
  endHits(drawn);
  tellPlace(nothingAround());
  parentElement.adoptedStyleSheets = parentElement.adoptedStyleSheets.filter((one) => one !== drawn.sheet);
  editors.delete(parentElement);
}
