// The places of a document as they stand for the person: what Python says, and what waits to be heard there.
// Pure.

/** What a choice decides at a place, in words; nothing where it decides nothing. */
export function chosenWords(place, choice) {
  if (choice === "0") return "nothing";
  if (choice === "k") return place.decided ?? "";
  if (choice.startsWith("a")) return place.options[Number(choice.slice(1))] ?? "nothing";
  return place.votes[Number(choice) - 1] ?? "nothing";
}

/** The places with what is done to them and not yet said by Python. `acts`: those that it has not applied. */
export function placesNow(places, acts, key) {
  const mine = acts.filter(({ kind, document }) => kind === "decide" && document === key);
  return places.map((place) => {
    const act = mine.findLast((one) => one.place === place.key);
    if (!act) return place;
    const words = chosenWords(place, act.choice);
    return { ...place, state: "decided", decided: words, how: "", ahead: act.choice };
  });
}

/** Whether somebody has to look at a place that is listed. */
export const isOpen = ({ state, listed }) => listed && (state === "open" || state === "overtaken");

/** The next place from one on for which `fits` holds: its key; none where there is none behind it. */
export function nextPlace(places, from, fits = isOpen) {
  const at = places.findIndex(({ key }) => key === from);
  return places.slice(at + 1).find(fits)?.key ?? null;
}

/** The place to begin with: the first open one, else the first that is listed. */
export function firstPlace(places) {
  return (places.find(isOpen) ?? places.find(({ listed }) => listed) ?? places[0])?.key ?? null;
}

/** The numbers of the proposed ones, in the order of the lanes that have them; those of no lane come last. */
export function inOrderOfLanes({ options, votes }) {
  const lane = (n) => votes.indexOf(options[n]) + 1 || votes.length + 1;
  return [...options.keys()].sort((one, other) => lane(one) - lane(other));
}
