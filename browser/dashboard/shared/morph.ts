// Makes what is in an element like other HTML, and changes no more than differs: whatever has the focus keeps it, what was
// scrolled stays so, and what was opened stays open.

/** Attributes that people change by using the page: the server does not know of them. */
const THEIRS: ReadonlySet<string> = new Set(["open"]);

/** Makes the children of `old` like those of `wanted`, which is used up. Children with an id are known by it. */
export function morph(old: Element, wanted: ParentNode & Node): void {
  // What goes for good goes first: an element that is moved past it would lose the focus.
  const ids = new Set([...wanted.children].map(({ id }) => id));
  for (const child of Array.from(old.children)) {
    if (child.id !== "" && !ids.has(child.id)) child.remove();
  }
  let place = old.firstChild;
  // A copy, since the lists change as their nodes move.
  for (const child of Array.from(wanted.childNodes)) {
    const same = counterpart(old, place, child);
    if (same === null) {
      old.insertBefore(child, place);
      continue;
    }
    if (same === place) place = place.nextSibling;
    else old.insertBefore(same, place);
    become(same, child);
  }
  while (place !== null) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/** The node that becomes `child`: the one with its id, or the one in its place if that is of its kind. */
function counterpart(old: Element, place: ChildNode | null, child: ChildNode): ChildNode | null {
  const id = child instanceof Element ? child.id : "";
  if (id !== "") return [...old.children].find((each) => each.id === id) ?? null;
  const isAlike =
    place?.nodeName === child.nodeName && !(place instanceof Element && place.id !== "");
  return isAlike ? place : null;
}

function become(old: ChildNode, wanted: ChildNode): void {
  if (!(old instanceof Element) || !(wanted instanceof Element)) {
    if (old.nodeValue !== wanted.nodeValue) old.nodeValue = wanted.nodeValue;
    return;
  }
  for (const { name, value } of wanted.attributes) {
    if (!THEIRS.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of Array.from(old.attributes)) {
    if (!THEIRS.has(name) && !wanted.hasAttribute(name)) old.removeAttribute(name);
  }
  morph(old, wanted);
}
