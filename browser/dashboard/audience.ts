// The audience builder: its buttons work in place, values are tokens, and the size follows what is chosen. Without this
// script they post the form, and the page comes back (src/web/targeting).
import { sizeAsker } from "./shared/ask-size.ts";
import { tokens } from "./shared/tokens.ts";

/** What templates have where the place of a part goes. */
const HERE = "HERE";
/** Groups in which groups can be, as the server has it. */
const MAX_GROUPS = 3;

const LISTS: Readonly<Record<string, Intl.DisplayNamesType>> = {
  countries: "region",
  languages: "language",
};

/** A list of all countries or languages to choose from, made once. */
function suggestions(root: HTMLElement, field: string): string | null {
  const type = LISTS[field];
  if (type === undefined) return null;
  const id = `names-of-${field}`;
  if (document.getElementById(id)) return id;
  const names = new Intl.DisplayNames(["en"], { type, fallback: "none" });
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const known = codes.map((code) => names.of(type === "region" ? code : code.toLowerCase()));
  const list = document.createElement("datalist");
  list.id = id;
  for (const name of [...new Set(known)].filter((each) => each !== undefined).toSorted()) {
    list.append(new Option(name, name));
  }
  root.append(list);
  return id;
}

function builder(root: HTMLElement, form: HTMLFormElement): void {
  const tree = root.querySelector<HTMLElement>("[data-start=built]");
  const isTyping = (part: Element) => part.contains(document.activeElement);

  const template = (kind: string) => {
    const found = root.querySelector<HTMLTemplateElement>(`template[data-new="${kind}"]`);
    return found?.innerHTML ?? "";
  };
  const made = (kind: string, at: string) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = template(kind).replaceAll(HERE, at);
    return fresh.content;
  };

  const fill = (cond: Element) => {
    const box = cond.querySelector<HTMLElement>(".tokens[data-values]");
    if (box === null) return;
    tokens(box, cond.querySelector("[data-remove] svg"));
    const list = suggestions(root, fieldOf(cond)?.value ?? "");
    const input = box.querySelector<HTMLInputElement>("input:not([type])");
    if (list === null) input?.removeAttribute("list");
    else input?.setAttribute("list", list);
  };

  /** Calls parts by their numbers, in their order on the page. */
  const number = () => {
    const label = (elements: Iterable<Element>, count: number) => {
      for (const each of elements) {
        if (!(each instanceof HTMLElement) || each.dataset["label"] === undefined) continue;
        each.setAttribute("aria-label", each.dataset["label"].replace("#", String(count)));
      }
    };
    root.querySelectorAll("[data-cond]").forEach((cond, index) => {
      label(cond.querySelectorAll("[data-label]"), index + 1);
    });
    root.querySelectorAll("[data-group]").forEach((group, index) => {
      label(group.querySelectorAll(":scope > legend [data-label]"), index + 1);
      for (const says of group.querySelectorAll(":scope > [data-adds] .vh")) {
        says.textContent = ` in group ${index + 1}`;
      }
    });
  };

  /** Takes what is said to be wrong with a part away; of all parts by default. */
  const mended = (part: ParentNode = tree ?? root) => {
    for (const says of part.querySelectorAll(".error")) says.remove();
    for (const field of part.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
  };

  const wrong = (at: string, says: Element) => {
    const cond = root.querySelector(`[data-cond="${CSS.escape(at)}"]`);
    const group = root.querySelector(`[data-group="${CSS.escape(at)}"]`);
    // Nobody is told of what they are typing.
    if (cond !== null && isTyping(cond)) return;
    says.id = `${root.id}-${at.replaceAll(".", "-")}-says`;
    if (cond === null) {
      group?.querySelector(":scope > [data-adds]")?.before(says);
      return;
    }
    cond.after(says);
    const field = cond.querySelector("[data-values] :is(input:not([type=hidden]), select)");
    field?.setAttribute("aria-invalid", "true");
    field?.setAttribute("aria-describedby", says.id);
  };

  const { changed } = sizeAsker(root, form, (answer, isCounted) => {
    for (const kind of ["data-parts", "data-sentence"]) {
      const text = answer.querySelector(`[${kind}]`)?.textContent ?? "";
      for (const each of root.querySelectorAll<HTMLElement>(`[${kind}]`)) {
        each.textContent = text;
        each.hidden = text === "";
      }
    }
    mended();
    if (isCounted) return;
    for (const each of answer.querySelectorAll<HTMLElement>("[data-at]")) {
      wrong(each.dataset["at"] ?? "", each);
    }
  });

  const add = (button: HTMLElement, kind: string) => {
    const group = button.closest<HTMLElement>("[data-group]");
    const adds = button.closest("[data-adds]");
    if (group === null || adds === null) return;
    const at = nextIn(group);
    const fresh = made(kind === "group" ? "group" : "tags", at);
    adds.before(fresh);
    const part = root.querySelector<HTMLElement>(
      `[data-cond="${CSS.escape(at)}"], [data-group="${CSS.escape(at)}"]`,
    );
    if (part === null) return;
    const conditions = part.matches("[data-cond]") ? [part] : part.querySelectorAll("[data-cond]");
    conditions.forEach(fill);
    if (levelOf(part) >= MAX_GROUPS) part.querySelector("[data-add=group]")?.remove();
    number();
    part.querySelector("select")?.focus();
    changed();
  };

  const remove = (button: HTMLElement) => {
    const part = button.closest<HTMLElement>("[data-cond], [data-group]");
    const group = part?.parentElement?.closest("[data-group]");
    if (!part || !group) return;
    const others = [...group.children].filter((each) => each.matches("[data-cond], [data-group]"));
    const at = others.indexOf(part);
    const next = others[at + 1] ?? others[at - 1];
    const says = part.nextElementSibling;
    if (says?.matches(".error")) says.remove();
    part.remove();
    number();
    const add = group.querySelector<HTMLElement>(":scope > [data-adds] button");
    (next?.querySelector<HTMLElement>("select") ?? add)?.focus();
    changed();
  };

  /** A condition on another field is filled in by something else. */
  const refill = (cond: HTMLElement, field: string) => {
    const kind = root.querySelector(`template[data-new="${CSS.escape(field)}"]`) ? field : "text";
    const old = cond.dataset["kind"];
    if (old !== kind) {
      const fresh = made(kind, cond.dataset["cond"] ?? "");
      const is = cond.querySelector<HTMLSelectElement>("[data-is]");
      const wanted = fresh.querySelector<HTMLSelectElement>("[data-is]");
      if (is && wanted) {
        if ([...wanted.options].some(({ value }) => value === is.value)) wanted.value = is.value;
        is.replaceWith(wanted);
      }
      const areWords = (each: string | undefined) => each === "tags" || each === "text";
      const values = fresh.querySelector("[data-values]");
      if (values && !(areWords(old) && areWords(kind))) {
        cond.querySelector("[data-values]")?.replaceWith(values);
        fill(cond);
      }
      cond.dataset["kind"] = kind;
      number();
    }
    const list = suggestions(root, field);
    const input = cond.querySelector(".tokens input:not([type])");
    if (list === null) input?.removeAttribute("list");
    else input?.setAttribute("list", list);
  };

  root.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!(button instanceof HTMLElement) || button.getAttribute("name") !== "do") return;
    const kind = button.dataset["add"];
    const isRemoving = "remove" in button.dataset;
    if (kind === undefined && !isRemoving) return;
    event.preventDefault();
    if (kind === undefined) remove(button);
    else add(button, kind);
  });
  root.addEventListener("input", ({ target }) => {
    const cond = target instanceof Element ? target.closest<HTMLElement>("[data-cond]") : null;
    if (cond && target instanceof HTMLSelectElement && "field" in target.dataset) {
      refill(cond, target.value);
    }
    changed();
  });

  root.querySelectorAll("[data-cond]").forEach(fill);
  for (const button of root.querySelectorAll<HTMLElement>("[data-count]")) button.hidden = true;
  const isSaid = root.querySelector(".error, [data-total]") !== null;
  if (!isSaid) changed();
}

const fieldOf = (cond: Element) => cond.querySelector<HTMLSelectElement>("[data-field]");

/** How deep a group is: the whole is 1. */
function levelOf(group: Element): number {
  let level = 0;
  for (let each: Element | null | undefined = group; each; level++) {
    each = each.parentElement?.closest("[data-group]");
  }
  return level;
}

/** Where the next part of a group stands. */
function nextIn(group: HTMLElement): string {
  const at = group.dataset["group"] ?? "";
  const taken = [...group.children].map((each) => {
    const { cond, group: inner } = each instanceof HTMLElement ? each.dataset : {};
    return Number((cond ?? inner)?.split(".").at(-1) ?? -1);
  });
  const next = Math.max(-1, ...taken) + 1;
  return at === "" ? String(next) : `${at}.${next}`;
}

for (const root of document.querySelectorAll<HTMLElement>("[data-audience]")) {
  const form = root.closest("form");
  if (form) builder(root, form);
}
