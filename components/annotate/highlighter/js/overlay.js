// What lies over the text: the cursor, the handles of the picked segment, and what is selected.

import { placeGhostBar } from "./ghost_bar.js";
import { markHits } from "./hits.js";
import { placePalette } from "./palette.js";
import { nodeAt, rectAt } from "./places.js";
import { isWholeMeant, spanChosen } from "./selection.js";

/** Draw the cursor, the selection and the handles of the picked segment where they belong now, and mark the
 * document where that is the target. */
export function overlay(editor) {
  const { drawn, nodes, selection } = editor;
  const { box, cursor, handles } = nodes;
  const { chosen, picked, drag } = selection;
  const frame = box.getBoundingClientRect();
  const placed = [];
  const put = (node, unit, isEnd = false) => {
    const rect = unit === null ? null : rectAt(drawn, unit, isEnd);
    const style = rect
      ? `left:${rect.left - frame.left - box.clientLeft + box.scrollLeft}px;` +
        `top:${rect.top - frame.top - box.clientTop + box.scrollTop}px;height:${rect.height}px`
      : "";
    placed.push([node, style]);
  };
  put(cursor, isTyping(box) && chosen && picked === null ? chosen.focus : null);
  const span = drawn.spans.find(({ key }) => key === picked);
  const has = Boolean(span) && !span.ghost && !editor.given.readOnly && span.start < span.end;
  for (const side of ["start", "end"]) {
    put(handles[side], has ? (drag?.[side] ?? span[side]) : null, side === "end");
  }
  for (const [node, style] of placed) {
    if (node.hidden !== !style) node.hidden = !style;
    if (node.dataset.style !== style) node.style.cssText = node.dataset.style = style;
  }
  highlightSelection(editor);
  markHits(editor);
  placePalette(editor);
  placeGhostBar(editor);
  const isWhole = String(isWholeMeant(editor));
  if (nodes.whole.getAttribute("aria-pressed") !== isWhole) nodes.whole.setAttribute("aria-pressed", isWhole);
}

function isTyping(box) {
  return box.getRootNode().activeElement === box;
}

/** The words that a key would tag, marked where the browser's own selection does not show them. */
function highlightSelection(editor) {
  const { drawn, nodes, selection } = editor;
  const { drag, picked } = selection;
  const isShown = picked === null && !isTyping(nodes.box);
  const span = drag ? [drag.start, drag.end] : isShown ? spanChosen(selection, drawn.known) : null;
  const registry = CSS.highlights;
  if (!registry) return;
  if (!span) {
    registry.delete("tagwright-chosen");
    return;
  }
  const range = document.createRange();
  range.setStart(...nodeAt(drawn, span[0]));
  range.setEnd(...nodeAt(drawn, span[1], true));
  registry.set("tagwright-chosen", new Highlight(range));
}

/** Give the browser the selection that stands, so that it is spoken, copied and grown by Shift+click. */
export function selectNatively(editor) {
  const { drawn, nodes, selection } = editor;
  if (!isTyping(nodes.box)) return;
  const native = document.getSelection();
  const span = spanChosen(selection, drawn.known);
  if (!native || (!span && native.isCollapsed)) return;
  if (!span) native.removeAllRanges();
  else native.setBaseAndExtent(...nodeAt(drawn, span[0]), ...nodeAt(drawn, span[1], true));
}

