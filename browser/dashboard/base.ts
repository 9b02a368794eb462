// The script of every page of the dashboard. Nothing here is needed to read a page or to send a form.
import { dialogs } from "./shared/dialogs.ts";
import { jump } from "./shared/jump.ts";
import { say } from "./shared/toast.ts";
import { localTimes } from "./shared/times.ts";

/** Copies what a button with `data-copy` names: a text, or `#id` for what stands in that element. */
function copying(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
    if (!(button instanceof HTMLElement)) return;
    const what = button.dataset["copy"] ?? "";
    const element = what.startsWith("#") ? document.getElementById(what.slice(1)) : null;
    const text = element instanceof HTMLElement ? element.innerText.trim() : what;
    navigator.clipboard.writeText(text).then(
      () => say("Copied"),
      () => say("Your browser doesn't allow copying here"),
    );
  });
}

/** Switches the theme at once; the server keeps it for the next page. */
function theme(): void {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    const form = button.closest("form");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      const root = document.documentElement;
      const isDark = root.dataset["theme"]
        ? root.dataset["theme"] === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset["theme"] = isDark ? "light" : "dark";
      const body = new URLSearchParams({ theme: root.dataset["theme"] });
      // The theme holds on this page whatever comes of it.
      fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => undefined);
    });
  }
}

/** How long a form that was sent takes no second press, ms: if its page is still there then, it got a file. */
const SENT_MS = 4_000;

/** Sends a form once: a second press while the first is on its way does nothing. */
function once(): void {
  const sent = new WeakSet<HTMLFormElement>();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
    // One whose answer is a file leaves the page as it is, and can be sent again.
    if (form.method !== "post" || form.dataset["answer"] === "file") return;
    if (sent.has(form)) return event.preventDefault();
    const button = event.submitter;
    sent.add(form);
    button?.setAttribute("aria-busy", "true");
    setTimeout(() => {
      sent.delete(form);
      button?.removeAttribute("aria-busy");
    }, SENT_MS);
  });
  // A page that the browser kept, and shows again on the way back.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

localTimes(document);
dialogs();
jump();
copying();
theme();
once();
const says = document.getElementById("toast")?.dataset["says"];
if (says) say(says);
