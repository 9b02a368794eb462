// What a page in a browser has: push by the browser's own push service (W3C Push API), which the worker deals with.
import type { NotificationPermission } from "../api.ts";
import { refusal, type Seen, type Told } from "../shared/port.ts";
import type { InitOptions, PushState, SdkPush, Slipway } from "./api.ts";
import { channelsOf, type AskOwn } from "./channels.ts";
import type { Extra } from "./extra.ts";
import { makeEvents } from "./events.ts";
import { makeWorker } from "./worker.ts";

/** An address without its fragment, which names a place in the same document. */
const documentOf = (url: string) => url.split("#")[0];

/** Without push where a browser has none, or not here, as in private windows: then one or the other is missing. */
function permission(): NotificationPermission {
  const { PushManager, Notification } = window;
  return navigator.serviceWorker && PushManager && Notification
    ? Notification.permission
    : "unsupported";
}

export function inBrowser(
  options: InitOptions & { api: string },
  extra: () => Promise<Extra>,
): Slipway {
  const { app } = options;
  const events = makeEvents();
  const worker = makeWorker(options);
  let user: { user_token?: string | null } = {};
  let last: string | undefined;
  let isLeaving = false;

  const see = (take: boolean): Promise<Seen> =>
    worker.call<Seen>({ call: "look", take }).catch(() => ({ id: null, clicks: [] }));

  /** Looks how things are, and tells the listeners what is new. */
  async function look(): Promise<PushState> {
    const now = permission();
    // A click is for the page that it brought to the screen.
    const { id, clicks } = await see(!document.hidden && !isLeaving);
    for (const click of clicks) events.emit("click", click);
    // WebKit on iOS alone says whether it shows a page from the Home Screen, and has push there alone.
    const { standalone } = navigator as { standalone?: boolean };
    const hint = now === "unsupported" && standalone === false ? "add-to-home-screen" : null;
    const state: PushState = { permission: now, subscribed: !!id, id, hint };
    const text = JSON.stringify(state);
    if (last && last !== text) events.emit("change", state);
    last = text;
    return state;
  }

  const own: AskOwn = (method, path, body) => worker.call({ call: "own", method, path, body });
  const change = <Data>(body: object) => own<Data>("PATCH", "subscribers/{id}", body);

  const push: SdkPush = {
    permission: async () => permission(),
    async subscribe({ tags } = {}) {
      const now = permission();
      if (now === "unsupported") throw refusal(now, "no push here");
      // Before anything else is waited for: browsers ask in a tap alone.
      if (now !== "granted" && (await Notification.requestPermission()) !== "granted") {
        throw refusal("denied", "the user refused");
      }
      const more = { ...user, ...(tags && { tags }) };
      return worker.settle(true, more) as Promise<{ id: string }>;
    },
    // What the API can't be told now, it is told with the next load.
    unsubscribe: async () => void (await worker.settle(false).catch(() => null)),
    setTags: async (tags) => (await change<{ tags: string[] }>({ tags })).tags,
    async identify(token) {
      user = { user_token: token };
      await change(user).catch((error) => {
        // It is said with the subscription.
        if (error.code !== "not_subscribed") throw error;
      });
    },
    on: events.on,
    state: look,
    async prompt(texts) {
      if (!/^d.f|^g/.test(permission())) return null;
      const { tags } = await see(false);
      return (await extra()).showPrompt(push, { ...options.prompt, ...texts }, tags);
    },
  };

  async function begin(): Promise<void> {
    navigator.serviceWorker.addEventListener("message", (event) => {
      const told = event.data?.slipway as Told | undefined;
      if (told?.app !== app) return;
      // Nothing for listeners of the site's own.
      event.stopImmediatePropagation();
      event.ports[0]?.postMessage(1);
      const { message, go = location.href } = told;
      if (message) events.emit("message", message);
      // Then the page that comes in place of this one hears of the click.
      isLeaving = documentOf(go) !== documentOf(location.href);
      if (go !== location.href) location.assign(go);
      void look();
    });
    document.addEventListener("visibilitychange", look);
    void navigator.permissions?.query({ name: "notifications" }).then((status) => {
      status.onchange = load;
    });
    await load();
    async function load() {
      await look();
      await worker.settle();
    }
  }
  if (permission() !== "unsupported") void begin().catch(() => null);

  const nowhere = async () => {
    throw refusal("unsupported", "only apps can");
  };
  return {
    push,
    channels: channelsOf(own, push),
    openSettings: nowhere,
    share: async (data) => (navigator.share ? navigator.share(data) : nowhere()),
    print: async () => window.print(),
    app: null,
  };
}
