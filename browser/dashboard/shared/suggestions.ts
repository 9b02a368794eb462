// What a condition's field suggests while somebody types: the names of all countries or languages, or what the page lists of the
// app's tags and events.

const TYPES: Readonly<Record<string, "region" | "language">> = {
  countries: "region",
  languages: "language",
};

/** Has the line of a condition suggest what its field can be; nothing for a field whose values nobody lists. */
export function suggests(root: HTMLElement, cond: Element, field: string): void {
  const line = cond.querySelector(".tokens input:not([type])");
  const type = TYPES[field];
  if (line === null) return;
  const id = `names-of-${field}`;
  if (document.getElementById(id) === null) {
    if (type === undefined) return line.removeAttribute("list");
    root.append(listOf(id, type));
  }
  line.setAttribute("list", id);
}

function listOf(id: string, type: "region" | "language"): HTMLDataListElement {
  const names = new Intl.DisplayNames(["en"], { type, fallback: "none" });
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const all = codes.map((code) => names.of(type === "region" ? code : code.toLowerCase()));
  const list = document.createElement("datalist");
  list.id = id;
  for (const name of [...new Set(all)].filter((each) => each !== undefined).toSorted()) {
    list.append(new Option(name, name));
  }
  return list;
}
