// Streamlit's lists forget what was typed and not confirmed when they are left: so it is confirmed before.

const LIST = ".stMultiSelect";

/** Confirm what is being typed in a list of names, unless `target` belongs to it. */
function confirm(target) {
  const field = document.activeElement;
  const list = field?.closest(LIST);
  if (!list || !field.value?.trim() || list.contains(target)) return;
  if (target?.closest?.('[role="listbox"]')) return;
  const enter = { key: "Enter", code: "Enter", bubbles: true, cancelable: true };
  field.dispatchEvent(new KeyboardEvent("keydown", enter));
}

const pressed = (event) => confirm(event.target);
const typed = (event) => {
  if (event.key === "Tab") confirm(null);
};

export default function takeTypedNames() {
  document.addEventListener("pointerdown", pressed, true);
  document.addEventListener("keydown", typed, true);
  return () => {
    document.removeEventListener("pointerdown", pressed, true);
    document.removeEventListener("keydown", typed, true);
  };
}
