// From one hit of the documents' search to the next.

import { choose } from "./cursor.js";
import { rectAt, scrollTo } from "./places.js";
import { spanPicked } from "./selection.js";
import { tell } from "./status.js";

/** What is selected or picked, or where the cursor stands. */
function here(editor) {
  const { chosen } = editor.selection;
  if (!chosen) return spanPicked(editor) ?? { start: 0, end: 0 };
  return { start: Math.min(chosen.anchor, chosen.focus), end: Math.max(chosen.anchor, chosen.focus) };
}

/** Select the next hit, or the one before; beyond the last the first. Whether there is any. */
export function walkHits(editor, { way }) {
  const { drawn, nodes } = editor;
  const { hits } = drawn;
  if (!hits?.length) return false;
  const { start, end } = here(editor);
  const isBeyond = ([from, to]) => (way > 0 ? from >= end : to <= start);
  const beyond = way > 0 ? hits.findIndex(isBeyond) : hits.findLastIndex(isBeyond);
  const at = beyond >= 0 ? beyond : way > 0 ? 0 : hits.length - 1;
  nodes.box.focus({ preventScroll: true });
  choose(editor, ...hits[at], true);
  scrollTo(drawn, rectAt(drawn, hits[at][0]));
  tell(editor, `“${drawn.text.slice(...hits[at])}”: hit ${at + 1} of ${hits.length}`);
  return true;
}
