// The script of the demo page (src/web/demo): subscribes the browser by the SDK, as the script of any site does, has a push
// sent to it, and shows what is counted.
import type { SdkState } from "../page/api.ts";
import { Slipway } from "../page/module.ts";
import { update, type Kept } from "../worker/store.ts";

/** How often it is asked what became of a push, ms. */
const LOOK_EVERY_MS = 1000;
/** How often at most: half an hour, after which nobody waits any more. */
const MAX_LOOKS = 1800;
/** How long the browser's push service may take until the page says what is waited for, ms: most answer within one second. */
const SLOW_MS = 5000;
/** What keeps browsers from their push service, of which they say little or nothing. */
const KEPT_BACK =
  "A network, a private window or a setting of the browser can keep its push service back; in Brave, it is " +
  "“Use Google services for push messaging”.";
/** Where the last push is noted, so that a page that a click opens knows it. */
const NOTE = "slipway-demo";

/** A push to oneself, and what became of it so far: times in ms after it was asked for, null: not yet. */
interface OwnPush {
  id: string;
  title: string;
  at: number;
  sent: number | null;
  delivered: number | null;
  clicked: number | null;
  failure: string | null;
}
type Became = Pick<OwnPush, "sent" | "delivered" | "clicked" | "failure">;

const page = document.querySelector<HTMLElement>("#demo") as HTMLElement;
const { app = "", key = "" } = page.dataset;
const slipway = await Slipway.init({ app, key, worker: "/demo/sw.js", open: "focus" });

/** What the worker keeps of this browser: its token proves who asks. */
const kept = (): Promise<Kept | undefined> => update(({ apps }) => apps[app]);

let push = noted();
/** Whether the present push is looked at. */
let isLooking = false;

/** The push that was noted; none where the browser keeps nothing for pages, or something else. */
function noted(): OwnPush | null {
  try {
    return JSON.parse(localStorage.getItem(NOTE) ?? "null") as OwnPush | null;
  } catch {
    return null;
  }
}

function note(now: OwnPush | null): void {
  push = now;
  try {
    localStorage.setItem(NOTE, JSON.stringify(now));
  } catch {
    // A page that a click opens begins anew then.
  }
}

/** The page's state, by the names that src/web/demo/states.ts has for them. */
function stateOf({ permission, subscribed, hint }: SdkState): string {
  if (hint) return "iphone";
  if (permission === "denied" || permission === "unsupported") return permission;
  if (!subscribed) return "new";
  if (!push || push.failure !== null) return "subscribed";
  if (push.clicked !== null) return "clicked";
  return push.delivered === null ? "sent" : "delivered";
}

async function render(): Promise<void> {
  const now = await slipway.push.state();
  const endpoint = (await kept().catch(() => null))?.endpoint ?? "";
  // From here on nothing is waited for, so that what is shown fits together.
  const state = stateOf(now);
  page.dataset["state"] = state;
  for (const part of page.querySelectorAll<HTMLElement>("[data-when]")) {
    part.hidden = !part.dataset["when"]?.split(" ").includes(state);
  }
  write("service", `Subscribed, ${URL.parse(endpoint)?.host ?? ""}`);
  const has = (at: number | null | undefined) => (typeof at === "number" ? "1" : "0");
  write("sent", has(push?.sent ?? push?.delivered));
  write(
    "sent-note",
    push ? (push.sent === null ? "on its way" : `in ${duration(push.sent)}`) : "none yet",
  );
  write("delivered", has(push?.delivered));
  write("delivered-note", noteOf(push?.delivered, push ? "waiting" : "none yet"));
  write("clicked", has(push?.clicked));
  write("clicked-note", noteOf(push?.clicked, state === "delivered" ? "yours to do" : "none yet"));
  if (!push) return;
  const { title, at, delivered, clicked } = push;
  write("what", `“${title}”, ${new Date(at).toLocaleTimeString()}`);
  write("arrived", `Delivered, ${duration(delivered ?? 0)} later`);
  write("came-back", `Clicked, ${duration(clicked ?? 0)} later`);
}

function write(name: string, text: string): void {
  const part = page.querySelector(`[data-text="${name}"]`);
  // What says the same again is not read out again.
  if (part && part.textContent !== text) part.textContent = text;
}

const noteOf = (at: number | null | undefined, otherwise: string) =>
  typeof at === "number" ? `after ${duration(at)}` : otherwise;

function duration(ms: number): string {
  if (ms < 100) return `${ms} ms`;
  return ms < 10_000 ? `${(ms / 1000).toFixed(2)} s` : `${Math.round(ms / 1000)} s`;
}

/** Says what went wrong; nothing for "". */
function complain(text: string): void {
  write("trouble", text);
  (page.querySelector("#trouble") as HTMLElement).hidden = text === "";
}

/** Does what a button is for, of which a second press meanwhile does nothing. */
async function doing(button: Element | null, work: () => Promise<void>): Promise<void> {
  if (button?.getAttribute("aria-busy") === "true") return;
  button?.setAttribute("aria-busy", "true");
  complain("");
  try {
    await work();
  } catch (error) {
    if ((error as { code?: string }).code !== "denied") complain((error as Error).message);
  }
  button?.removeAttribute("aria-busy");
  await render();
}

/** Subscribes, and says why that takes long, or can't be. */
async function subscribe(): Promise<void> {
  const slow = setInterval(() => {
    // Until then the person has not answered yet.
    if (Notification.permission !== "granted") return;
    complain(`This browser waits for its push service. ${KEPT_BACK}`);
  }, SLOW_MS);
  try {
    await slipway.push.subscribe();
    complain("");
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    // The browser's own words; "no answer" is the SDK's, where our server or the worker gave none.
    const isItsOwn = (code === "offline" || code === "unsupported") && message !== "no answer";
    if (!isItsOwn) throw error;
    throw new Error(`This browser did not subscribe: ${message}. ${KEPT_BACK}`, { cause: error });
  } finally {
    clearInterval(slow);
  }
}

/** Asks our server as this browser. */
async function ask(path: string, body?: object): Promise<Response> {
  const token = (await kept())?.token ?? "";
  return fetch(`/demo/pushes${path}`, {
    method: body ? "POST" : "GET",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
}

async function send(title: string): Promise<void> {
  const answer = await ask("", { title });
  if (answer.status === 429) {
    throw new Error(`Five a minute: the next one in ${answer.headers.get("retry-after")} s.`);
  }
  const { id, message } = (await answer.json()) as { id: string; message?: string };
  if (!answer.ok) throw new Error(message);
  const nothing: Became = { sent: null, delivered: null, clicked: null, failure: null };
  note({ id, title, at: Date.now(), ...nothing });
  void look();
}

/** Looks again and again what became of the push, until it was clicked. */
async function look(): Promise<void> {
  if (isLooking) return;
  isLooking = true;
  for (let looks = 0; looks < MAX_LOOKS && push && push.clicked === null; looks += 1) {
    const { id } = push;
    const answer = await ask(`/${id}`).catch(() => null);
    // Another may have been sent meanwhile.
    if (answer?.ok && push.id === id) note({ ...push, ...((await answer.json()) as Became) });
    if (answer?.status === 404 && push.id === id) note(null);
    if (push?.failure) {
      complain(`It could not be sent: ${push.failure}`);
      break;
    }
    await render();
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  isLooking = false;
  await render();
}

const on = (selector: string, work: () => Promise<void>) => {
  for (const button of page.querySelectorAll(selector)) {
    button.addEventListener("click", () => void doing(button, work));
  }
};
on("#subscribe", subscribe);
on("#again", async () => {});
on("[data-again]", async () => note(null));
on("#unsubscribe", async () => {
  await slipway.push.unsubscribe();
  note(null);
});
const form = page.querySelector<HTMLFormElement>("#send") as HTMLFormElement;
const input = page.querySelector<HTMLInputElement>("#title") as HTMLInputElement;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void doing(form.querySelector("button"), () => send(input.value));
});
input.addEventListener("input", () => write("title", input.value));
slipway.push.on("change", () => void render());
// A click comes back to this page, or to one that it opened, before the server is asked again.
slipway.push.on("click", () => void look());
await render();
void look();
