// The preview of a notification follows the fields of the form beside it, in the language whose fields are being typed into,
// and counters say how much of what devices show is used (src/web/preview/preview.tsx).
import { cut } from "./shared/cut.ts";
import { shownOn, type Content, type Shown, type Words } from "./shared/preview-content.ts";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const section = document.querySelector<HTMLElement>("[data-previews]");
/** Whose words are shown; "": the notification's own. */
let language = section?.dataset["previews"] ?? "";

/** What stands where nothing is typed yet, as the server has it. */
const NOTHING: Record<string, string> = { title: "Title", body: "Text" };

const languageOf = (field: Element) =>
  field.closest<HTMLElement>("[data-preview-lang]")?.dataset["previewLang"] ?? "";

/** Reads the form. */
function read(): Content {
  const content: Content = { actions: [], platform_overrides: {}, translations: {} };
  for (const field of document.querySelectorAll<Field>("[data-preview]")) {
    const [name = "", first = "", second = ""] = (field.dataset["preview"] ?? "").split(".");
    const { value } = field;
    if (name === "actions") content.actions[Number(first)] = { title: value };
    else if (name === "overrides") override(content, first, second, value);
    else wordsOf(content, languageOf(field))[name as keyof Words] = value;
  }
  return content;
}

const wordsOf = (content: Content, of: string): Words =>
  of === "" ? content : (content.translations[of] ??= {});

/** Notes a field of a platform's overrides, or all of them as JSON, which may be half typed. */
function override(content: Content, platform: string, name: string, value: string): void {
  const of = (content.platform_overrides[platform] ??= {});
  if (name !== "") of[name] = value;
  else {
    try {
      Object.assign(of, JSON.parse(value || "{}"));
    } catch {
      // The server says what is wrong with it.
    }
  }
}

function render(): void {
  const content = read();
  for (const article of document.querySelectorAll<HTMLElement>("[data-look]")) {
    const shown = shownOn(article.dataset["look"] ?? "", content, language);
    for (const part of article.querySelectorAll<HTMLElement>("[data-part]")) fill(part, shown);
  }
  for (const counter of document.querySelectorAll<HTMLOutputElement>("output[data-most]")) {
    const field = document.getElementById(counter.htmlFor.value) as Field | null;
    if (field) count(counter, [...field.value.trim()].length);
  }
}

function fill(part: HTMLElement, shown: Shown): void {
  const name = part.dataset["part"];
  const most = Number(part.dataset["cut"]);
  if (name === "title" || name === "body") {
    write(part, cut(shown[name], most) || (NOTHING[name] ?? ""));
  } else if (name === "actions") {
    const titles = shown.actions.slice(0, most);
    part.hidden = titles.length === 0;
    part.replaceChildren(
      ...titles.map((title) =>
        Object.assign(document.createElement("span"), { textContent: title }),
      ),
    );
  } else if (name === "image") {
    part.toggleAttribute("hidden", shown.image === "");
  } else write(part, cut(URL.parse(shown.image)?.host ?? "", most));
}

/** Says how many characters of those that devices show are used; the same words as the server's. */
function count(counter: HTMLOutputElement, characters: number): void {
  const most = Number(counter.dataset["most"]);
  write(counter, `${characters} of ${most}`);
  counter.classList.toggle("bad", characters > most);
}

function write(part: Element, text: string): void {
  if (part.textContent !== text) part.textContent = text;
}

let isDue = false;
/** Shows it once before the next picture, however much was typed. */
function soon(): void {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    render();
  });
}

/** Shows the words of a language, once somebody turns to it. */
function turnTo(of: string): void {
  language = of;
  soon();
}

if (section) {
  for (const event of ["input", "change", "click"]) document.addEventListener(event, soon);
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element && target.matches("[data-preview]")) turnTo(languageOf(target));
  });
  document.addEventListener("click", ({ target }) => {
    const tab = target instanceof Element ? target.closest<HTMLElement>("[data-lang]") : null;
    if (tab) turnTo(tab.dataset["lang"] ?? "");
  });
  render();
}
