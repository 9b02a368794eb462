// The page as the server has it now takes the place of the one shown, without a reload: what did not change keeps focus and
// place.
import { morph } from "./morph.ts";
import { localTimes } from "./times.ts";

/** Asks for the page and shows it. Throws when there is none. */
export async function swapPage(): Promise<void> {
  const answer = await fetch(location.href);
  if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [old, made] = [document.querySelector("#main"), parsed.querySelector("#main")];
  if (!old || !made) throw new Error("there is no page");
  const focused = document.activeElement;
  localTimes(made);
  morph(old, made);
  swapDialogs(parsed);
  if (focused !== null && !focused.isConnected) focusAgain(old.querySelector("h1"));
}

/** Dialogs stand beside the page: those that it has no more go, and its new ones come. */
function swapDialogs(parsed: Document): void {
  const place = document.querySelector("#toast");
  const wanted = new Map(
    [...parsed.querySelectorAll("body > dialog")].map((each) => [each.id, each]),
  );
  for (const dialog of document.querySelectorAll("body > dialog")) {
    if (!wanted.delete(dialog.id)) dialog.remove();
  }
  for (const dialog of wanted.values()) {
    localTimes(dialog);
    place?.before(dialog);
  }
}

function focusAgain(element: HTMLElement | null): void {
  if (element === null) return;
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
