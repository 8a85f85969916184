// A component as Streamlit calls it: dressed in its style and markup, and given whole what Python says.

import { whole } from "./parts.js";

/** What Streamlit calls for the component that `main` draws, each time that Python says anything. */
export function component(main, style, markup) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  return (given) => {
    const root = given.parentElement;
    if (root.worn !== sheet) {
      // In a tab that stays open over an upgrade the element stays, and Streamlit does not end what drew it.
      root.end?.();
      dress(root, sheet, markup);
    }
    const [said] = [given.data ?? {}].flat(); // by itself, or in a list of its own
    const { data, missing } = whole(said);
    if (missing.length) given.setStateValue("asks", missing);
    else root.end = main({ ...given, data });
    return root.end;
  };
}

/** Without style nothing would look as it should, so markup comes with it; an older version's goes. */
function dress(root, sheet, markup) {
  root.adoptedStyleSheets = [...root.adoptedStyleSheets.filter((one) => one !== root.worn), sheet];
  root.worn = sheet;
  root.querySelector(".shipped")?.remove();
  const shipped = document.createElement("div");
  shipped.className = "shipped";
  shipped.append(document.createRange().createContextualFragment(markup));
  root.append(shipped);
}
