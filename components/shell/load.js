// Loads what a component is made of: its modules, its style and its markup, all at once.

import { FOLDERS } from "./folders.js";
import { whole } from "./parts.js";

const TRIES = 5;
const PAUSE = 500; // ms

/** What Streamlit calls for the component of a folder, once all of it is there. */
export async function component(folder) {
  const { modules, css, html } = FOLDERS[folder];
  const at = (name) => new URL(`../${name}`, import.meta.url);
  const script = (name) => patiently(() => import(at(`${folder}/js/${name}.js`)));
  const [loaded, style, markup] = await Promise.all([
    Promise.all(modules.map(script)),
    css ? patiently(() => textOf(at(`${folder}/${css}`))) : "",
    html ? patiently(() => textOf(at(`${folder}/${html}`))) : "",
  ]);
  const main = loaded[modules.indexOf("main")].default;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  return (given) => {
    const root = given.parentElement;
    // In a tab that stays open over an upgrade the element stays, and Streamlit does not end what drew it.
    if (root.worn !== sheet) root.end?.();
    dress(root, sheet, markup);
    const { data, missing } = whole(given.data ?? {});
    if (missing.length) given.setStateValue("asks", missing);
    else root.end = main({ ...given, data });
    return root.end;
  };
}

/**
 * Without style nothing would be to be seen as it should, so markup comes with it; an older version's goes.
 */
function dress(root, sheet, markup) {
  if (root.worn === sheet) return;
  root.adoptedStyleSheets = [...root.adoptedStyleSheets.filter((one) => one !== root.worn), sheet];
  root.worn = sheet;
  root.querySelector(".shipped")?.remove();
  const shipped = document.createElement("div");
  shipped.className = "shipped";
  shipped.append(document.createRange().createContextualFragment(markup));
  root.append(shipped);
}

async function textOf(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.text();
}

/** The line may fail for a moment, and what failed would stay so until the page is loaded again. */
async function patiently(load, tries = TRIES) {
  try {
    return await load();
  } catch (error) {
    if (tries === 0) throw error;
    await new Promise((done) => setTimeout(done, PAUSE));
    return patiently(load, tries - 1);
  }
}
