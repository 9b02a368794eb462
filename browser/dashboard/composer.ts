// The composer saves itself: ten seconds after the last change, and when its window is left. Where somebody else saved in the
// meantime it says so and stops, until people choose; and moments are in the viewer's zone.

const SAVE_AFTER_MS = 10_000;
const TELL_EVERY_MS = 5_000;
/** Fields that are not what somebody typed: of the page itself, and of what only a button of it means. */
const NOT_TYPED = ["once", "version", "over", "language"];

const form = document.querySelector<HTMLFormElement>("form[data-compose]");
if (form) compose(form);

function compose(form: HTMLFormElement): void {
  const version = form.elements.namedItem("version") as HTMLInputElement;
  zones(form);
  let saved = typed(form);
  let savedAt: number | null = null;
  let saving: Promise<void> | null = null;
  let isStopped = form.querySelector("[data-conflict]:not([hidden])") !== null;
  let timer = 0;

  const isChanged = () => typed(form) !== saved;

  async function save(keepalive: boolean): Promise<void> {
    const text = typed(form);
    const answer = await post(form, text, version.value, keepalive);
    if (answer.status === 409) return conflict((await answer.json()) as Other);
    if (!answer.ok) return;
    const made = (await answer.json()) as { version: number; path?: string };
    saved = text;
    savedAt = Date.now();
    version.value = String(made.version);
    moveTo(made.path);
    tellSaved(savedAt);
  }

  /** Saves what is not saved, one after the other. */
  function saveSoon(keepalive = false): void {
    clearTimeout(timer);
    if (isStopped || saving || !isChanged()) return;
    saving = save(keepalive)
      .catch(() => undefined)
      .finally(() => {
        saving = null;
        if (isChanged()) later();
      });
  }

  function later(): void {
    clearTimeout(timer);
    timer = setTimeout(saveSoon, SAVE_AFTER_MS);
  }

  function conflict(other: Other): void {
    isStopped = true;
    showConflict(form, other);
  }

  for (const event of ["input", "change", "click"]) {
    form.addEventListener(event, () => {
      if (isChanged()) later();
    });
  }
  window.addEventListener("blur", () => saveSoon());
  window.addEventListener("pagehide", () => saveSoon(true));
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    isStopped = true;
    if (!saving) return;
    // A save that is under way makes a version that the form has to name.
    event.preventDefault();
    const { submitter } = event;
    void saving.finally(() => form.requestSubmit(submitter));
  });
  setInterval(() => tellSaved(savedAt), TELL_EVERY_MS);
  watchEditors((editors) => {
    const other = saving ? null : newsIn(editors, Number(version.value), savedAt);
    if (other) conflict(other);
  });
}

async function post(
  form: HTMLFormElement,
  text: string,
  version: string,
  keepalive: boolean,
): Promise<Response> {
  const body = new URLSearchParams(text);
  body.set("version", version);
  return fetch(form.dataset["compose"] ?? "", { method: "POST", body, keepalive });
}

/** Goes to the draft in which it was saved: another one where this one was sent or deleted by somebody. */
function moveTo(path: string | undefined): void {
  if (path !== undefined) location.assign(path);
  else if (location.search !== "") history.replaceState(null, "", location.pathname);
}

/**
 * Says whether the draft is gone that was seen in this version, and returns what somebody else has saved since. An answer that
 * was asked for before it was saved here says that there is none, and comes after that on a slow network.
 */
function newsIn(editors: HTMLElement, seen: number, savedAt: number | null): Other | null {
  const gone = document.querySelector<HTMLElement>("[data-gone-notice]");
  const isOlder = savedAt !== null && Number(editors.dataset["asked"]) <= savedAt;
  if (gone) gone.hidden = seen === 0 || isOlder || editors.querySelector("[data-gone]") === null;
  const other = otherIn(editors);
  return other && other.version > seen ? other : null;
}

/** Says when it was saved. */
function tellSaved(savedAt: number | null): void {
  const place = document.querySelector("[data-saved]");
  if (place && savedAt !== null) {
    const seconds = Math.round((Date.now() - savedAt) / 1000);
    place.textContent = `Saved as a draft ${agoOf(seconds)}.`;
  }
}

function showConflict(form: HTMLFormElement, { version, by, at }: Other): void {
  const notice = form.querySelector<HTMLElement>("[data-conflict]");
  const who = notice?.querySelector("[data-who]");
  const when = notice?.querySelector("[data-when]");
  const over = notice?.querySelector<HTMLButtonElement>("[data-over]");
  if (!notice || !who || !when || !over) return;
  who.textContent = by;
  const time = new Date(at);
  when.textContent = ` at ${two(time.getHours())}:${two(time.getMinutes())}`;
  over.value = String(version);
  notice.hidden = false;
}

/** Calls back whenever the part changes that says who else has the draft. */
function watchEditors(changed: (editors: HTMLElement) => void): void {
  const editors = document.getElementById("part-editors");
  if (editors) {
    new MutationObserver(() => changed(editors)).observe(editors, {
      childList: true,
      subtree: true,
      attributes: true,
    });
  }
}

/** Somebody else's save. */
interface Other {
  version: number;
  by: string;
  at: string;
}

function otherIn(editors: HTMLElement): Other | null {
  const mark = editors.querySelector<HTMLElement>("[data-saved-version]");
  if (!mark) return null;
  const { savedVersion = "", savedBy = "", savedAt = "" } = mark.dataset;
  return { version: Number(savedVersion), by: savedBy, at: savedAt };
}

/** What is typed, as one text. */
function typed(form: HTMLFormElement): string {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !NOT_TYPED.includes(name)) fields.append(name, value);
  }
  return fields.toString();
}

const two = (part: number) => String(part).padStart(2, "0");

function agoOf(seconds: number): string {
  if (seconds < 5) return "just now";
  return seconds < 120 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}

/** Offers the viewer's zone, and turns a moment that is in UTC into it. */
function zones(form: HTMLFormElement): void {
  const select = form.querySelector<HTMLSelectElement>("select[data-zones]");
  const field = form.elements.namedItem("scheduled_at");
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!select || !(field instanceof HTMLInputElement) || own === "UTC") return;
  if (![...select.options].some(({ value }) => value === own)) {
    select.append(new Option(own.replaceAll("_", " "), own));
  }
  if (select.value !== "UTC") return;
  const at = new Date(`${field.value}Z`);
  if (!Number.isNaN(at.getTime())) {
    const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
    field.value = local.toISOString().slice(0, field.value.length);
  }
  select.value = own;
}
