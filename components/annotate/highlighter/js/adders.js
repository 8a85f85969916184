// What ends the chips of classes and of labels: a button, and the field for a new one that it opens.

export const SINGULAR = ["class", "label"];

const FIELDS = ["classes", "labels"];

/** What ends the chips of classes (part 0) or labels (1): a button, or the field that it opened. */
export function adderOf(part) {
  const node = document.createElement("li");
  const id = `addable-${FIELDS[part]}`;
  const button = Object.assign(document.createElement("button"), {
    type: "button", className: "add", intent: { do: "name", part }, title: `Add a ${SINGULAR[part]}`,
  });
  const input = Object.assign(document.createElement("input"), {
    type: "text", hidden: true, autocomplete: "off", spellcheck: false, placeholder: "Name, then Enter",
    ariaLabel: `Name of a new ${SINGULAR[part]}`,
  });
  input.setAttribute("list", id);
  button.setAttribute("aria-label", `Add a ${SINGULAR[part]}`);
  const all = Object.assign(document.createElement("button"), {
    type: "button", className: "all", intent: { do: "search" }, hidden: true,
    title: "Find one of them by its name (/); what has no room here stands below",
  });
  node.append(button, input, Object.assign(document.createElement("datalist"), { id }), all);
  return Object.assign(node, { className: "adder", hidden: true });
}

/** Show it where names can be added, in words where there are none yet. The way to all of the names is shown
 * where they have no room (room.js). */
export function showAdder(adder, part, { adds, readOnly, [FIELDS[part]]: names }) {
  const addable = readOnly || !adds ? [] : adds[FIELDS[part]]; // null: any name
  const [button, input, offered, all] = adder.children;
  all.textContent = `All ${names.length}`;
  button.hidden = addable?.length === 0 || !input.hidden;
  showAll(adder, !all.hidden);
  button.textContent = names.length ? "+" : `+ Add ${SINGULAR[part]}`;
  offered.replaceChildren(...(addable ?? []).map((name) => new Option(name)));
}

/** Show the way to all of the names, or not; what ends the chips is there if anything of it is. */
export function showAll(adder, isShown) {
  const [button, input, , all] = adder.children;
  all.hidden = !isShown;
  adder.hidden = button.hidden && input.hidden && all.hidden;
}
