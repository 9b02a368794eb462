// Values as tokens: what stands in a line of text, with commas between, each with a button that takes it away. The text stays
// in the form, in a field that nobody sees.
import { textOf, valuesIn } from "./value-text.ts";

/** Makes tokens of the text in `box`. What is changed is told by an `input` event on the box. `cross` is a button's icon. */
export function tokens(box: HTMLElement, cross: Element | null): void {
  const field = box.querySelector<HTMLInputElement>("input[name]:not([type])");
  if (field === null) return;
  const kept = document.createElement("input");
  kept.type = "hidden";
  kept.name = field.name;
  field.removeAttribute("name");
  field.placeholder = "Add";
  box.append(kept);
  let values: string[] = [];

  const keep = () => {
    kept.value = textOf([...values, ...valuesIn(field.value)]);
  };
  const changed = () => {
    keep();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const take = (value: string, tag: Element) => {
    const next = tag.nextElementSibling?.querySelector("button") ?? field;
    values = values.filter((each) => each !== value);
    tag.remove();
    changed();
    next.focus();
  };
  const show = (value: string) => {
    const tag = document.createElement("span");
    const button = document.createElement("button");
    const text = document.createElement("span");
    tag.className = "tag";
    text.textContent = value;
    button.type = "button";
    button.setAttribute("aria-label", `Remove ${value}`);
    button.append(cross?.cloneNode(true) ?? "×");
    button.addEventListener("click", () => take(value, tag));
    tag.append(text, button);
    field.before(tag);
  };
  const add = (text: string) => {
    const fresh = [...new Set(valuesIn(text))].filter((value) => !values.includes(value));
    values.push(...fresh);
    fresh.forEach(show);
  };
  const addTyped = () => {
    const text = field.value;
    field.value = "";
    add(text);
    changed();
  };

  field.addEventListener("keydown", (event) => {
    const last = values.at(-1);
    if (event.key === "Backspace" && field.value === "" && last !== undefined) {
      const tag = field.previousElementSibling;
      if (tag) take(last, tag);
    }
    // A value in quotes may have a comma.
    const ends = event.key === "Enter" || (event.key === "," && !field.value.startsWith('"'));
    if (!ends || event.isComposing) return;
    event.preventDefault();
    if (field.value.trim() !== "") addTyped();
  });
  field.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    if (!/[,\n]/.test(text) || field.value !== "") return;
    event.preventDefault();
    add(text);
    changed();
  });
  field.addEventListener("input", (event) => {
    // What is picked from a list of suggestions is no typing.
    const isPicked = !("inputType" in event) || event.inputType === "insertReplacementText";
    if (isPicked && field.value.trim() !== "") addTyped();
    else keep();
  });
  field.addEventListener("change", () => {
    if (field.value.trim() !== "") addTyped();
  });

  const text = field.value;
  field.value = "";
  add(text);
  keep();
}
