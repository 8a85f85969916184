// Where the person is, while Python speaks of the document before still, be it for a moment or until the app
// can be reached again: the heading and the list of documents say the same as the text, and the table, which
// cannot, steps back.

const HEADING = ".st-key-document-bar h3";
const PATIENCE = "0.5s"; // until the table of another document steps back

export const MOVED = "tagwright-moved"; // told to the document when that changes

let ahead = null;
let sheet = null; // what puts the words in the place of Python's

/** The place in the session (from 0) of the document that the person went to and Python has not; or null. */
export function placeAhead() {
  return ahead;
}

/** Have the page say where the person is now; `base`: the document that is shown. */
export function tellPlace({ ahead: going, base }) {
  const place = going && !going.blind ? base.position : null;
  if (place === ahead) return;
  ahead = place;
  if (!sheet) document.adoptedStyleSheets.push((sheet = new CSSStyleSheet()));
  sheet.replaceSync(place === null ? "" : instead(place));
  document.dispatchEvent(new Event(MOVED));
}

function instead(place) {
  const words = document.querySelector(HEADING)?.textContent ?? "";
  const now = words.replace(/\d+/, String(place + 1));
  return `
    ${HEADING} > * { display: none; }
    ${HEADING}::after { content: ${JSON.stringify(now)}; }
    .st-key-shown { opacity: 0.3; transition: opacity 0s ${PATIENCE}; }
  `;
}
