// What a page in a browser has: push by the browser's own push service (W3C Push API), which the worker deals with.
import type { NotificationPermission, PushClick } from "../api.ts";
import { refusal, type Subscribed, type Told } from "../shared/port.ts";
import type { InitOptions, PushState, SdkPush, Slipway } from "./api.ts";
import { channelsOf } from "./channels.ts";
import { makeEvents } from "./events.ts";
import { promptWith } from "./prompt.ts";
import { makeWorker } from "./worker.ts";

/** Asks the API as this subscriber. */
export type AskOwn = <Data>(method: string, path: string, body?: object) => Promise<Data>;

export function inBrowser(options: InitOptions & { api: string }): Slipway {
  const { app } = options;
  const events = makeEvents();
  const permission = (): NotificationPermission =>
    // Private windows of some browsers lack one or the other.
    window.isSecureContext && navigator.serviceWorker && window.PushManager && window.Notification
      ? Notification.permission
      : "unsupported";
  const worker = makeWorker(options);
  let user: { user_token?: string | null } = {};
  let last: string | undefined;

  const subscribed = () =>
    worker.call<Subscribed>("state").catch((): Subscribed => ({ id: null, tags: undefined }));

  async function state(): Promise<PushState> {
    const now = permission();
    const id = now === "granted" ? (await subscribed()).id : null;
    // Only WebKit on iOS has `standalone`; compression came with 16.4, as push did.
    const isTab = (navigator as { standalone?: boolean }).standalone === false;
    const isHint = now === "unsupported" && isTab && "CompressionStream" in window;
    const hint = isHint ? "add-to-home-screen" : null;
    return { permission: now, subscribed: id !== null, id, hint };
  }

  /** Tells the listeners, if anything is another than it was. */
  async function look(): Promise<void> {
    const now = await state();
    const text = JSON.stringify(now);
    if (last !== undefined && last !== text) events.emit("change", now);
    last = text;
  }

  /** Makes everything what it is to be, with what is called. */
  async function settle<Value>(call: string, more?: object): Promise<Value> {
    await worker.begin();
    const value = await worker.call<Value>(call, more);
    await worker.endFormer();
    return value;
  }

  const own: AskOwn = (method, path, body) => worker.call("own", { method, path, body });

  const push: SdkPush = {
    permission: async () => permission(),
    async subscribe({ tags } = {}) {
      const now = permission();
      if (now === "unsupported") throw refusal(now, "this browser has no push here");
      // Before anything else is waited for: browsers ask in a tap alone.
      if (now !== "granted" && (await Notification.requestPermission()) !== "granted") {
        throw refusal("denied", "the user refused");
      }
      try {
        const { id } = await settle<{ id: string }>("subscribe", { more: { ...user, ...(tags && { tags }) } });
        return { id };
      } finally {
        await look();
      }
    },
    async unsubscribe() {
      await worker.call("unsubscribe").catch(() => null);
      await look();
    },
    setTags: async (tags) => (await own<{ tags: string[] }>("PATCH", "subscribers/{id}", { tags })).tags,
    async identify(token) {
      user = { user_token: token };
      await own("PATCH", "subscribers/{id}", user).catch((error) => {
        // It is said with the subscription.
        if (error.code !== "not_subscribed") throw error;
      });
    },
    on: events.on,
    state,
    prompt: async (texts) =>
      /^d.f|^g/.test(permission())
        ? promptWith(push, { ...options.prompt, ...texts }, (await subscribed()).tags)
        : null,
  };

  async function hearClicks(): Promise<void> {
    for (const click of await worker.call<PushClick[]>("clicks")) events.emit("click", click);
  }

  async function begin(): Promise<void> {
    const container = navigator.serviceWorker;
    container.addEventListener("message", (event) => {
      const told = event.data?.slipway as Told | undefined;
      if (told?.app !== app) return;
      // Nothing for listeners of the site's own.
      event.stopImmediatePropagation();
      if (told.message) events.emit("message", told.message);
      if (told.change) void look();
      if (told.click) {
        event.ports[0]?.postMessage(1);
        const { go = location.href } = told.click;
        // Else the page that comes in place of this one hears of it.
        if (go.split("#")[0] === location.href.split("#")[0]) void hearClicks();
        if (go !== location.href) location.assign(go);
      }
    });
    // A click is for the page that it brought to the screen.
    const shown = () => document.hidden || hearClicks().catch(() => null);
    document.addEventListener("visibilitychange", shown);
    navigator.permissions?.query({ name: "notifications" }).then((status) => {
      status.onchange = load;
    });
    await load();
    async function load() {
      shown();
      await look();
      if (await worker.isThere()) await settle("load");
      await look();
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
