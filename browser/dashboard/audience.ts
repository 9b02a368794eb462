// The audience builder: its buttons work in place, values are tokens, and the size follows what is chosen. Without this
// script they post the form, and the page comes back (src/web/targeting).
import { sizeAsker, type Asker } from "./shared/ask-size.ts";
import { suggests } from "./shared/suggestions.ts";
import { tokens } from "./shared/tokens.ts";

/** What templates have where the place of a part goes. */
const HERE = "HERE";
/** Groups in which groups can be, as the server has it. */
const MAX_GROUPS = 3;
/** The kinds of conditions whose values are words, and can stay where one becomes the other. */
const OF_WORDS: readonly (string | undefined)[] = ["tags", "text"];

const at = (place: string) =>
  `[data-cond="${CSS.escape(place)}"], [data-group="${CSS.escape(place)}"]`;

class Builder {
  readonly #root: HTMLElement;
  readonly #asker: Asker;

  constructor(root: HTMLElement, form: HTMLFormElement) {
    this.#root = root;
    this.#asker = sizeAsker(root, form, (answer) => this.#show(answer));
    root.addEventListener("click", (event) => {
      if (this.#press(event.target)) event.preventDefault();
    });
    root.addEventListener("input", ({ target }) => {
      const isField = target instanceof HTMLSelectElement && "field" in target.dataset;
      const cond = isField ? target.closest<HTMLElement>("[data-cond]") : null;
      if (cond && isField) this.#refill(cond, target.value);
      this.#asker.changed();
    });
    for (const cond of root.querySelectorAll("[data-cond]")) this.#fill(cond);
    for (const button of root.querySelectorAll<HTMLElement>("[data-count]")) button.hidden = true;
    // What the server said of it stays until something is changed.
    if (root.querySelector(".error, [data-total]") === null) this.#asker.changed();
  }

  /** Does what a button is for; false for the buttons that the server sees to. */
  #press(target: EventTarget | null): boolean {
    const button = target instanceof Element ? target.closest<HTMLElement>("[name=do]") : null;
    if (button?.dataset["add"] !== undefined) this.#add(button, button.dataset["add"]);
    else if (button && "remove" in button.dataset) this.#remove(button);
    else return false;
    this.#number();
    this.#asker.changed();
    return true;
  }

  #add(button: HTMLElement, kind: string): void {
    const group = button.closest<HTMLElement>("[data-group]");
    if (group === null) return;
    const place = nextIn(group);
    button.closest("[data-adds]")?.before(this.#made(kind === "group" ? kind : "tags", place));
    const part = this.#root.querySelector(at(place));
    if (part === null) return;
    const conditions = part.matches("[data-cond]") ? [part] : part.querySelectorAll("[data-cond]");
    for (const cond of conditions) this.#fill(cond);
    if (levelOf(part) >= MAX_GROUPS) part.querySelector("[data-add=group]")?.remove();
    part.querySelector("select")?.focus();
  }

  #remove(button: HTMLElement): void {
    const part = button.closest<HTMLElement>("[data-cond], [data-group]");
    const group = part?.parentElement?.closest("[data-group]");
    if (!part || !group) return;
    const others = [...group.children].filter((each) => each.matches("[data-cond], [data-group]"));
    const place = others.indexOf(part);
    const next = others[place + 1] ?? others[place - 1];
    if (part.nextElementSibling?.matches(".error")) part.nextElementSibling.remove();
    part.remove();
    const add = group.querySelector<HTMLElement>(":scope > [data-adds] button");
    (next?.querySelector<HTMLElement>("select") ?? add)?.focus();
  }

  /** A copy of a template, for a part that stands at `place`. */
  #made(kind: string, place: string): DocumentFragment {
    const found = this.#root.querySelector<HTMLTemplateElement>(`template[data-new="${kind}"]`);
    const fresh = document.createElement("template");
    fresh.innerHTML = found?.innerHTML.replaceAll(HERE, place) ?? "";
    return fresh.content;
  }

  /** Makes tokens of a condition's values. */
  #fill(cond: Element): void {
    const box = cond.querySelector<HTMLElement>(".tokens[data-values]");
    const field = cond.querySelector<HTMLSelectElement>("[data-field]");
    if (box) tokens(box, cond.querySelector("[data-remove] svg"));
    suggests(this.#root, cond, field?.value ?? "");
  }

  /** A condition on another field is filled in by something else. */
  #refill(cond: HTMLElement, field: string): void {
    const isKind = this.#root.querySelector(`template[data-new="${CSS.escape(field)}"]`) !== null;
    const [old, kind] = [cond.dataset["kind"], isKind ? field : "text"];
    suggests(this.#root, cond, field);
    if (old === kind) return;
    const fresh = this.#made(kind, cond.dataset["cond"] ?? "");
    const is = cond.querySelector<HTMLSelectElement>("[data-is]");
    const wanted = fresh.querySelector<HTMLSelectElement>("[data-is]");
    if (is && wanted) {
      if ([...wanted.options].some(({ value }) => value === is.value)) wanted.value = is.value;
      is.replaceWith(wanted);
    }
    const values = fresh.querySelector("[data-values]");
    if (values && !(OF_WORDS.includes(old) && OF_WORDS.includes(kind))) {
      cond.querySelector("[data-values]")?.replaceWith(values);
      this.#fill(cond);
    }
    cond.dataset["kind"] = kind;
    this.#number();
  }

  /** Calls parts by their numbers, in their order on the page. */
  #number(): void {
    const call = (parts: Iterable<HTMLElement>, number: number) => {
      for (const each of parts) {
        each.setAttribute("aria-label", each.dataset["label"]?.replace("#", `${number}`) ?? "");
      }
    };
    for (const [index, cond] of this.#root.querySelectorAll("[data-cond]").entries()) {
      call(cond.querySelectorAll<HTMLElement>("[data-label]"), index + 1);
    }
    for (const [index, group] of this.#root.querySelectorAll("[data-group]").entries()) {
      call(group.querySelectorAll<HTMLElement>(":scope > legend [data-label]"), index + 1);
      for (const says of group.querySelectorAll(":scope > [data-adds] .vh")) {
        says.textContent = ` in group ${index + 1}`;
      }
    }
  }

  /** Shows what the server says of the audience, and what is wrong with its parts. */
  #show(answer: DocumentFragment): void {
    for (const kind of ["data-parts", "data-sentence"]) {
      const text = answer.querySelector(`[${kind}]`)?.textContent ?? "";
      for (const each of this.#root.querySelectorAll<HTMLElement>(`[${kind}]`)) {
        each.textContent = text;
        each.hidden = text === "";
      }
    }
    for (const says of this.#root.querySelectorAll(".error")) says.remove();
    for (const field of this.#root.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
    for (const says of answer.querySelectorAll<HTMLElement>("[data-at]")) this.#tell(says);
  }

  #tell(says: HTMLElement): void {
    const place = says.dataset["at"] ?? "";
    const part = this.#root.querySelector(at(place));
    // Nobody is told of what they are typing.
    if (part === null || (part.matches("[data-cond]") && part.contains(document.activeElement))) {
      return;
    }
    says.id = `${this.#root.id}-${place.replaceAll(".", "-")}-says`;
    if (part.matches("[data-group]")) {
      part.querySelector(":scope > [data-adds]")?.before(says);
      return;
    }
    part.after(says);
    const field = part.querySelector("[data-values] :is(input:not([type=hidden]), select)");
    field?.setAttribute("aria-invalid", "true");
    field?.setAttribute("aria-describedby", says.id);
  }
}

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
  const place = group.dataset["group"] ?? "";
  const taken = [...group.children].map((each) => {
    const { cond, group: inner } = each instanceof HTMLElement ? each.dataset : {};
    return Number((cond ?? inner)?.split(".").at(-1) ?? -1);
  });
  const next = Math.max(-1, ...taken) + 1;
  return place === "" ? `${next}` : `${place}.${next}`;
}

function builder(root: HTMLElement, form: HTMLFormElement): Builder {
  return new Builder(root, form);
}

for (const root of document.querySelectorAll<HTMLElement>("[data-audience]")) {
  const form = root.closest("form");
  if (form) builder(root, form);
}
