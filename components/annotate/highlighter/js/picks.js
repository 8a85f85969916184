// Which segment is picked, told to Python when the person stays on it: its row in the table is marked there.

const STAYS = 250; // ms

export function tellPick({ outbox, selection }) {
  clearTimeout(outbox.staying);
  if (selection.picked === outbox.picked) return;
  outbox.staying = setTimeout(() => {
    outbox.picked = selection.picked;
    outbox.setStateValue("picked", selection.picked);
  }, STAYS);
}
