// How sure what is proposed has to be, to be taken at once.

const LIMIT = "tagwright-take-above";
const FIRST = 80; // percent

export const LIMITS = [95, 90, 80, 70, 60, 50, 25]; // percent

/** From which confidence on, in percent, all are taken at once, as the person last chose. */
export function limitWanted() {
  try {
    return Number(localStorage.getItem(LIMIT)) || FIRST;
  } catch {
    return FIRST; // No storage.
  }
}

export function wantLimit(percent) {
  try {
    localStorage.setItem(LIMIT, String(percent));
  } catch {
    // It is remembered for this page then.
  }
}

/** The ghosts that are that sure, as it is shown. */
export function above(ghosts, percent) {
  return ghosts.filter(({ confidence }) => Math.round((confidence ?? 0) * 100) >= percent);
}

/** "87 %" */
export function certainty(confidence) {
  return `${Math.round(confidence * 100)} %`;
}
