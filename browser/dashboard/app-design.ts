// The design's preview follows the fields, and the save bar says how much is not saved.

/** The form's luminance in the middle between black and white (WCAG 2.2): the same as src/protocol/color.ts. */
const MIDDLE_LUMINANCE = 0.179;
const HEX = /^#[0-9a-fA-F]{6}$/;

/** Whether dark text reads better than white on this colour, as #rrggbb. */
function isLight(hex: string): boolean {
  const channel = (from: number) => {
    const c = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) > MIDDLE_LUMINANCE;
}

const setFill = (selector: string, color: string) => {
  for (const each of document.querySelectorAll(selector)) each.setAttribute("fill", color);
};

/** Shows a colour wherever it is in the preview. */
function paint(name: string, color: string): void {
  const on = isLight(color) ? "#000" : "#fff";
  setFill(`[data-fill="${name}"]`, color);
  setFill(`[data-on="${name}"]`, on);
  if (name === "background") paintSplash(color);
}

/** The field that a colour's picker belongs to. */
function fieldOf(picker: HTMLInputElement | null): HTMLInputElement | null {
  const field = document.getElementById(picker?.dataset["for"] ?? "");
  return field instanceof HTMLInputElement ? field : null;
}

/** What is in a field of a colour, or holds where it is empty. */
const colorIn = ({ value, dataset }: HTMLInputElement) =>
  value === "" ? (dataset["default"] ?? "") : value;

/** Says what holds where the field of a colour is empty. */
function setDefault(field: HTMLInputElement, color: string): void {
  field.dataset["default"] = color;
  field.placeholder = color;
}

/**
 * Shows what is behind the icon: a colour of its own, else the background, or for a letter the theme's colour or the one that was
 * made from the name.
 */
function paintIcon(): void {
  const field = (name: string) => fieldOf(document.querySelector(`[data-color="${name}"]`));
  const picker = document.querySelector<HTMLInputElement>('[data-color="icon"]');
  const icon = fieldOf(picker);
  const own = icon?.value ?? "";
  const letter = document.querySelector<SVGElement>("[data-drawn]");
  const background = field("background");
  const behindLetter = field("theme")?.value || letter?.dataset["drawn"];
  for (const [shown, other] of [
    ["[data-pictured]", background ? colorIn(background) : ""],
    ["[data-drawn]", behindLetter ?? ""],
  ] as const) {
    const color = own === "" ? other : own;
    if (!HEX.test(color)) continue;
    if (own === "" && icon && picker && document.querySelector(shown)) {
      setDefault(icon, color);
      picker.value = color;
    }
    setFill(`${shown} rect`, color);
    setFill(`${shown} text`, isLight(color) ? "#000" : "#fff");
  }
}

/** The app starts on its background, unless it has a colour for that. */
function paintSplash(background: string): void {
  const field = fieldOf(document.querySelector('[data-color="splash"]'));
  if (field === null) return;
  setDefault(field, background);
  if (field.value === "") field.dispatchEvent(new Event("input"));
}

/** Ties a colour's picker to the field beside it, either way. */
function follow(picker: HTMLInputElement): void {
  const field = fieldOf(picker);
  if (field === null) return;
  const name = picker.dataset["color"] ?? "";
  const show = () => {
    const color = colorIn(field);
    if (!HEX.test(color)) return;
    picker.value = color.toLowerCase();
    paint(name, color);
    paintIcon();
  };
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", show);
  field.form?.addEventListener("reset", () => setTimeout(show));
  show();
}

function followText(field: HTMLInputElement): void {
  const show = () => {
    for (const each of document.querySelectorAll(`[data-text="${field.dataset["bind"]}"]`)) {
      each.textContent = field.value;
    }
  };
  field.addEventListener("input", show);
  field.form?.addEventListener("reset", () => setTimeout(show));
  show();
}

function followSwitch(field: HTMLInputElement): void {
  const show = () => {
    for (const each of document.querySelectorAll(`[data-hidden="${field.dataset["switch"]}"]`)) {
      if (field.checked) each.setAttribute("display", "none");
      else each.removeAttribute("display");
    }
  };
  field.addEventListener("change", show);
  field.form?.addEventListener("reset", () => setTimeout(show));
  show();
}

/** Counts the fields that are not as the server sent them. */
function count(form: HTMLFormElement): void {
  const sentence = form.querySelector("[data-changes]");
  if (!sentence) return;
  const atFirst = sentence.textContent;
  const show = () => {
    const changed = new Set(
      [...form.elements].filter(isChanged).map((each) => (each as HTMLInputElement).name),
    ).size;
    sentence.textContent =
      changed === 0 ? atFirst : `${changed} ${changed === 1 ? "change" : "changes"} not saved`;
  };
  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
}

function isChanged(field: Element): boolean {
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (!(field instanceof HTMLInputElement) || field.name === "") return false;
  return ["checkbox", "radio"].includes(field.type)
    ? field.checked !== field.defaultChecked
    : field.value !== field.defaultValue;
}

document.querySelectorAll<HTMLInputElement>("[data-color]").forEach(follow);
document.querySelectorAll<HTMLInputElement>("[data-bind]").forEach(followText);
document.querySelectorAll<HTMLInputElement>("[data-switch]").forEach(followSwitch);
document.querySelectorAll<HTMLFormElement>("form[data-design]").forEach(count);
