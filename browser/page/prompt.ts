// The soft prompt: a dialog of the page's own that asks before the browser does. It has its texts from the site's owner, and
// styles that no Content-Security-Policy refuses.
import type { PromptTexts, SdkPush } from "./api.ts";

const STYLES =
  "dialog{max-width:22rem;padding:1.25rem;border:0;border-radius:.75rem;box-shadow:0 .5rem 2rem #0006;" +
  "font:1rem/1.5 system-ui,sans-serif;color-scheme:light dark}" +
  "h2{margin:0;font-size:1.125rem}label{display:block;padding:.25rem 0}" +
  "button{min-height:2.75rem;margin:1rem .5rem 0 0;padding:0 1rem;font:inherit}";

/** Appends an element to `parent`, with text as text. */
function add<Tag extends keyof HTMLElementTagNameMap>(
  parent: Node,
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]>,
): HTMLElementTagNameMap[Tag] {
  return parent.appendChild(Object.assign(document.createElement(tag), properties));
}

/**
 * Shows the prompt. Resolves with the id of the subscriber, or with null where the user declines or closes it.
 * @param had are the tags that this browser has, if it is known to have any: those of categories are chosen
 */
export function showPrompt(
  push: SdkPush,
  texts: PromptTexts,
  had?: string[],
): Promise<{ id: string } | null> {
  const { title, text, accept, decline, categories } = texts;
  return new Promise((resolve) => {
    const host = add(document.body, "div", {});
    // Neither the page's styles nor its scripts meet what is in here.
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    const dialog = add(root, "dialog", {});
    add(dialog, "h2", { id: "title", textContent: title ?? "Get notifications?" });
    dialog.setAttribute("aria-labelledby", "title");
    if (text) {
      add(dialog, "p", { id: "text", textContent: text });
      dialog.setAttribute("aria-describedby", "text");
    }
    const boxes = categories?.map(({ tag, label, checked = false }) => {
      const row = add(dialog, "label", {});
      const isChosen = had ? had.includes(tag) : checked;
      const box = add(row, "input", { type: "checkbox", value: tag, checked: isChosen });
      row.append(" ", label);
      return box;
    });
    const yes = add(dialog, "button", { type: "button", textContent: accept ?? "Yes" });
    const no = add(dialog, "button", { type: "button", textContent: decline ?? "Not now" });
    yes.onclick = () => {
      const others = had?.filter((tag) => !categories?.some((each) => each.tag === tag)) ?? [];
      const chosen = boxes?.filter(({ checked }) => checked).map(({ value }) => value);
      // Here, within the tap: browsers ask in no other case.
      resolve(push.subscribe(chosen && { tags: [...others, ...chosen] }));
      dialog.close();
    };
    no.onclick = () => dialog.close();
    // Also by Escape.
    dialog.onclose = () => {
      host.remove();
      resolve(null);
    };
    dialog.showModal();
  });
}
