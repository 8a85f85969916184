// Names that look much the same: they differ in case, accents, spaces, or letters of another alphabet. Pure.

// Letters of Greek and Cyrillic in lower case, and the Latin ones that they look like, many as capitals.
const OTHERS = "аеорсухкмтвніјѕԁһԛԝαεορυχκτνιβγη";
const LATIN = "aeopcyxkmtbhijsdhqwaeopyxktvibyn";
const LIKE = new Map([...OTHERS].map((letter, i) => [letter, [...LATIN][i]]));

/** What is left of a name when nothing is looked at closely. */
function skeleton(name) {
  const plain = name.normalize("NFKD").replace(/[\p{M}\p{Cf}\s]/gu, "").toLowerCase();
  return [...plain].map((letter) => LIKE.get(letter) ?? letter).join("");
}

/** The name of a list that looks much like this one and is another; undefined where there is none. */
export function lookAlike(name, names) {
  if (names.includes(name)) return undefined;
  return names.find((other) => skeleton(other) === skeleton(name));
}
