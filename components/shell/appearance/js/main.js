// Light, dark, or as the system has it. Streamlit keeps such a choice for each address apart, and looks at it
// when a page is loaded: so it is kept here for all of them, and the page is loaded again.

const OWN = "tagwright-appearance";
const PAGES = '[data-testid="stTopNavLink"]';

export default function appearance({ parentElement }) {
  const select = parentElement.querySelector("select");
  select.value = chosen();
  if (select.value !== "System") keep(select.value);
  select.onchange = () => {
    keep(select.value);
    location.reload();
  };
}

/** What was chosen in this browser, be it at a page of a version that left it to Streamlit. */
function chosen() {
  const found = localStorage.getItem(OWN) ?? localStorage.getItem(keyOf(location.pathname));
  return found?.match(/Light|Dark/)?.[0] ?? "System";
}

function keep(choice) {
  const pages = [...document.querySelectorAll(PAGES)].map(({ pathname }) => pathname);
  localStorage.setItem(OWN, choice);
  for (const path of [location.pathname, ...pages]) localStorage.setItem(keyOf(path), JSON.stringify(choice));
}

/** The name that Streamlit 1.67 keeps the choice under. */
function keyOf(path) {
  return `stActiveTheme-${path}-v2`;
}
