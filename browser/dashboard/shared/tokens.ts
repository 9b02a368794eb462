// Values as tokens: what stands in a line of text, with commas between, each with a button that takes it away. The text stays
// in the form, in a field that nobody sees.
import { textOf, valuesIn } from "./value-text.ts";

/** The tokens of a box with a line of text. What is changed is told by an `input` event on the box. */
class Tokens {
  readonly #box: HTMLElement;
  readonly #cross: Element | null;
  readonly #kept = document.createElement("input");
  #line = document.createElement("input");
  #values: string[] = [];

  constructor(box: HTMLElement, cross: Element | null) {
    this.#box = box;
    this.#cross = cross;
    const line = box.querySelector<HTMLInputElement>("input[name]:not([type])");
    if (line === null) return;
    this.#line = line;
    this.#kept.type = "hidden";
    this.#kept.name = line.name;
    line.removeAttribute("name");
    line.placeholder = "Add";
    box.append(this.#kept);
    const text = line.value;
    line.value = "";
    this.#add(text);
    this.#keep();
    line.addEventListener("keydown", (event) => this.#key(event));
    line.addEventListener("paste", (event) => this.#paste(event));
    line.addEventListener("change", () => this.#addTyped());
    line.addEventListener("input", (event) => {
      // What is picked from a list of suggestions is no typing.
      const isPicked = !("inputType" in event) || event.inputType === "insertReplacementText";
      if (isPicked) this.#addTyped();
      else this.#keep();
    });
  }

  /** What is typed counts as well: its size is that of what would be sent. */
  #keep(): void {
    this.#kept.value = textOf([...this.#values, ...valuesIn(this.#line.value)]);
  }

  #changed(): void {
    this.#keep();
    this.#box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #add(text: string): void {
    const fresh = [...new Set(valuesIn(text))].filter((value) => !this.#values.includes(value));
    this.#values.push(...fresh);
    for (const value of fresh) this.#line.before(this.#tag(value));
  }

  #addTyped(): void {
    const text = this.#line.value;
    if (text.trim() === "") return;
    this.#line.value = "";
    this.#add(text);
    this.#changed();
  }

  #tag(value: string): Element {
    const tag = document.createElement("span");
    const text = document.createElement("span");
    const button = document.createElement("button");
    tag.className = "tag";
    text.textContent = value;
    button.type = "button";
    button.setAttribute("aria-label", `Remove ${value}`);
    button.append(this.#cross?.cloneNode(true) ?? "×");
    button.addEventListener("click", () => this.#take(value, tag));
    tag.append(text, button);
    return tag;
  }

  #take(value: string, tag: Element): void {
    const next = tag.nextElementSibling?.querySelector("button") ?? this.#line;
    this.#values = this.#values.filter((each) => each !== value);
    tag.remove();
    this.#changed();
    next.focus();
  }

  #key(event: KeyboardEvent): void {
    const [last, tag] = [this.#values.at(-1), this.#line.previousElementSibling];
    if (event.key === "Backspace" && this.#line.value === "" && last !== undefined && tag) {
      this.#take(last, tag);
    }
    // A value in quotes may have a comma.
    const ends = event.key === "Enter" || (event.key === "," && !this.#line.value.startsWith('"'));
    if (!ends || event.isComposing) return;
    event.preventDefault();
    this.#addTyped();
  }

  #paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text") ?? "";
    if (!/[,\n]/.test(text) || this.#line.value !== "") return;
    event.preventDefault();
    this.#add(text);
    this.#changed();
  }
}

/** Makes tokens of a box's values; one without a line of text stays as it is. `cross` is the icon of a token's button. */
export function tokens(box: HTMLElement, cross: Element | null): Tokens {
  return new Tokens(box, cross);
}
