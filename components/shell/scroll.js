// Scrolling one box alone: `scrollIntoView` would scroll everything around it as well, the page first of all.

/** Scroll a box as little as needed for a node in it to be in sight. */
export function bringIntoSight(box, node) {
  const top = box.getBoundingClientRect().top + box.clientTop;
  const place = node.getBoundingClientRect();
  if (place.top < top) box.scrollTop -= top - place.top;
  else box.scrollTop += Math.max(0, place.bottom - top - box.clientHeight);
}
