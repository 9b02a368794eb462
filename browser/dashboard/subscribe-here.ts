// Subscribes this browser to the app of the page, as one of the person's own devices: asks for permission, subscribes by the
// app's key with the worker of the browser SDK, and posts what came of it (src/web/own-devices/subscribe-here.tsx).
import { morph } from "./shared/morph.ts";
import { localTimes } from "./shared/times.ts";

/** How long the browser's push service may take until it is said what is waited for, ms. */
const SLOW_MS = 5000;
const KEPT_BACK =
  "A network, a private window or a setting of the browser can keep its push service back.";

/** The SHA-256 of an address in hex, by which the server's list knows this browser. */
async function printOf(endpoint: string): Promise<string> {
  const bytes = new TextEncoder().encode(new URL(endpoint).href);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The registration with exactly this scope: the browser finds those above it too. */
async function registrationOf(scope: string): Promise<ServiceWorkerRegistration | undefined> {
  const found = await navigator.serviceWorker.getRegistration(scope);
  return found?.scope === new URL(scope, location.href).href ? found : undefined;
}

async function registered(worker: string, scope: string): Promise<ServiceWorkerRegistration> {
  const made = await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
  const waited = made.installing ?? made.waiting;
  if (made.active === null && waited !== null) {
    await new Promise<void>((resolve, reject) => {
      waited.addEventListener("statechange", () => {
        if (waited.state === "activated") resolve();
        // It failed to be installed, or another one took its place.
        if (waited.state === "redundant") reject(new Error("The worker did not start. Try again."));
      });
    });
  }
  return made;
}

/** Subscribes by this key: anew, where the present subscription was made with another one. */
async function subscribed(
  { pushManager }: ServiceWorkerRegistration,
  key: string,
): Promise<PushSubscription> {
  const subscribe = () =>
    pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  return subscribe().catch(async (error: Error) => {
    if (error.name !== "InvalidStateError") throw error;
    await (await pushManager.getSubscription())?.unsubscribe();
    return subscribe();
  });
}

/** Marks this browser among the person's own devices. Returns whether it is one. */
async function mark(endpoint: string): Promise<boolean> {
  const print = await printOf(endpoint);
  const own = document.querySelector(`[data-address="${print}"] [data-device-name]`);
  if (own instanceof HTMLElement) {
    own.textContent = `This browser: ${own.dataset["deviceName"]}`;
  }
  return own !== null;
}

/** Has the server register it, and shows the list of devices that it answers with. */
async function post(form: HTMLFormElement, made: PushSubscription): Promise<void> {
  const { endpoint = "", keys = {} } = made.toJSON();
  const data = new URLSearchParams({
    endpoint,
    p256dh: keys["p256dh"] ?? "",
    auth: keys["auth"] ?? "",
    language: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
  if (answer.status === 429) throw new Error("Too many tries. Try again in a minute.");
  if (!answer.ok) throw new Error("Slipway did not take it. Load the page and try again.");
  const list = document.getElementById("own-devices");
  if (list === null) return;
  const wanted = document.createElement("template");
  wanted.innerHTML = await answer.text();
  localTimes(wanted.content);
  const fresh = wanted.content.firstElementChild;
  if (fresh) morph(list, fresh);
}

function setUp(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("[data-subscribe]");
  const status = form.querySelector("[data-subscribe-says]");
  const { key = "", worker = "", scope = "" } = form.dataset;
  if (!button || !status) return;
  const say = (text: string) => {
    if (status.textContent !== text) status.textContent = text;
  };

  /** Shows how things are. */
  async function look(): Promise<void> {
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
      say("This browser takes no pushes here. On an iPhone, only an app on the Home Screen does.");
      return;
    }
    button?.toggleAttribute("disabled", Notification.permission === "denied");
    if (Notification.permission === "denied") {
      say(
        "Notifications are blocked. Allow them beside the address bar, then load the page again.",
      );
      return;
    }
    const present = await (await registrationOf(scope))?.pushManager.getSubscription();
    const isOwn =
      Notification.permission === "granted" && present && (await mark(present.endpoint));
    // On pages without a list of devices, the browser's own word counts.
    const isHere = isOwn || (present && document.getElementById("own-devices") === null);
    say(isHere ? "This browser is subscribed" : "Not subscribed");
    button?.toggleAttribute("hidden", Boolean(isHere));
  }

  async function subscribe(): Promise<void> {
    // Before anything else is waited for: browsers ask in a click alone.
    if ((await Notification.requestPermission()) !== "granted") return look();
    const slow = setTimeout(say, SLOW_MS, `The browser waits for its push service. ${KEPT_BACK}`);
    try {
      const made = await subscribed(await registered(worker, scope), key);
      await post(form, made);
    } finally {
      clearTimeout(slow);
    }
    return look();
  }

  button.addEventListener("click", () => {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    void subscribe()
      .catch((error: Error) => {
        const isBrowsers = error instanceof DOMException;
        say(
          isBrowsers
            ? `This browser did not subscribe: ${error.message}. ${KEPT_BACK}`
            : error.message,
        );
      })
      .finally(() => button.removeAttribute("aria-busy"));
  });
  void look();
}

for (const form of document.querySelectorAll<HTMLFormElement>("[data-subscribe-here]")) setUp(form);
