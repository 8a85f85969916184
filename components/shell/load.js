// Loads what a component is made of, all at once: its modules, its style and its markup.

const TRIES = 5;
const PAUSE = 500; // ms

/** What Streamlit calls for the component of a folder, once all of it is there. */
export async function component(folder) {
  const every = JSON.parse(await textOf("shell/files.json"));
  const names = every.filter((name) => name.startsWith(`${folder}/`) || /^shell\/\w+\.js$/.test(name));
  const texts = await Promise.all(names.map((name) => textOf(name)));
  await Promise.all(names.filter((name) => name.endsWith(".js")).map((name) => import(at(name))));
  const { default: main } = await import(at(`${folder}/js/main.js`));
  const { whole } = await import(at("shell/parts.js"));
  const all = (ending) => texts.filter((_, n) => names[n].endsWith(ending)).join("");
  const markup = all(".html");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(all(".css"));
  return (given) => {
    const root = given.parentElement;
    if (root.worn !== sheet) {
      // In a tab that stays open over an upgrade the element stays, and Streamlit does not end what drew it.
      root.end?.();
      dress(root, sheet, markup);
    }
    const { data, missing } = whole(given.data ?? {});
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

function at(name) {
  return new URL(`../${name}`, import.meta.url);
}

/**
 * The line may fail for a moment, and a module that `import` could not load stays so until the page is loaded
 * again: modules are fetched first as well, until they have come.
 */
async function textOf(name, tries = TRIES) {
  try {
    const answer = await fetch(at(name));
    if (!answer.ok) throw new Error(`${name} answers ${answer.status}`);
    return await answer.text();
  } catch (error) {
    if (tries === 0) throw error;
    await new Promise((done) => setTimeout(done, PAUSE));
    return textOf(name, tries - 1);
  }
}
