// Buttons that say their keys.

import { look } from "../../../annotate/highlighter/js/looks.js";

/** A button with its key; `parts`: [class, words, number of a colour] of what stands on it. */
export function button(key, parts, more, onclick) {
  const { pressed = null, disabled = false, title = "", shortcut = key } = more;
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
export function put(place, nodes) {
  const active = place.getRootNode().activeElement;
  const at = [...place.children].indexOf(active);
  place.replaceChildren(...nodes);
  if (at >= 0) (place.children[Math.min(at, place.children.length - 1)] ?? place).focus?.();
}
