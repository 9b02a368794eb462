// Asks for the size of an audience: some time after the last change, with the last answer the one that counts. A number is on
// the page only while it is that of what is chosen.

/** How long nobody changes anything before the size is asked for, ms. */
const QUIET_MS = 300;
/** How long to wait where the server does not say, after it was busy and after it failed, ms. */
const BUSY_MS = 1000;
const FAILED_MS = 10_000;

export interface Asker {
  /** Something was changed. */
  changed: () => void;
}

/** Sets up asking for the builder `root` of a form; `shows` gets what came besides the size. */
export function sizeAsker(
  root: HTMLElement,
  form: HTMLFormElement,
  shows: (answer: DocumentFragment) => void,
): Asker {
  const place = root.querySelector<HTMLElement>("[data-counted]");
  const name = root.dataset["audience"] ?? "";
  let timer = 0;
  let asked = new AbortController();

  const say = (...what: (Node | string)[]) => place?.replaceChildren(...what);
  const askIn = (ms: number) => {
    clearTimeout(timer);
    asked.abort();
    timer = setTimeout(() => void ask(), ms);
  };
  const waits = () => {
    // What stands below does not jump.
    if (place) place.style.minHeight = `${place.offsetHeight}px`;
    say("Counting…");
  };

  const ask = async () => {
    asked = new AbortController();
    const { signal } = asked;
    const body = new URLSearchParams();
    for (const [field, value] of new FormData(form)) {
      if (field.startsWith(`${name}.`) && typeof value === "string") body.append(field, value);
    }
    const init = { method: "POST", body, signal, redirect: "manual", cache: "no-store" } as const;
    const answer = await fetch(root.dataset["size"] ?? "", init).catch(() => null);
    if (signal.aborted) return;
    if (answer?.status === 429) {
      const waitS = Number(answer.headers.get("retry-after"));
      return askIn(waitS > 0 ? waitS * 1000 : BUSY_MS);
    }
    const html = answer?.status === 200 ? await answer.text().catch(() => null) : null;
    if (signal.aborted) return;
    // Signed out, or what it was about is gone: what was typed stays on the page.
    if (answer !== null && answer.status !== 200 && answer.status < 500) {
      return say("Not counted: the page has to be loaded again.");
    }
    if (html === null) {
      say("Not counted: no answer came. It is asked again.");
      return askIn(FAILED_MS);
    }
    const template = document.createElement("template");
    template.innerHTML = html;
    const counted = template.content.querySelector("[data-total]");
    say(counted ?? template.content.querySelector("[data-uncounted]") ?? "Not counted.");
    if (place) place.style.minHeight = "";
    shows(template.content);
  };

  return {
    changed: () => {
      waits();
      askIn(QUIET_MS);
    },
  };
}
