// What a page in a browser has: push by the browser's own push service (W3C Push API).
import type { NotificationPermission } from "../api.ts";
import { ask, refusal, type RefusedAnswer } from "../shared/ask.ts";
import { keptOf, type Kept } from "../shared/kept.ts";
import { sendKept } from "../shared/receipts.ts";
import { bearer } from "../shared/register.ts";
import { change } from "../shared/store.ts";
import type { Told } from "../worker/tell.ts";
import type { InitOptions, PushState, SdkPush, Slipway } from "./api.ts";
import { channelsOf } from "./channels.ts";
import { makeEvents, type Events } from "./events.ts";
import { promptWith } from "./prompt.ts";
import { makeSubscription } from "./subscription.ts";

/** How long after a click a page still counts as opened by it, ms. */
const MAX_OPENING_MS = 60_000;

/** Asks the API as this subscriber. */
export type AskOwn = <Data>(method: string, path: string, body?: object) => Promise<Data>;

export function inBrowser(options: InitOptions & { api: string }): Slipway {
  const { app, api } = options;
  const events = makeEvents();
  const permission = (): NotificationPermission =>
    // Private windows of some browsers lack one or the other.
    window.isSecureContext && navigator.serviceWorker && window.PushManager && window.Notification
      ? Notification.permission
      : "unsupported";
  const subscription = makeSubscription(options);
  let user: { user_token?: string | null } = {};
  let last = "";

  async function state(): Promise<PushState> {
    const now = permission();
    const kept = await keptOf(app).catch(() => undefined);
    const id =
      now === "granted" && kept?.endpoint && (await subscription.present()) ? kept.id : null;
    // Only WebKit on iOS has `standalone`; compression came with 16.4, as push did.
    const isTab = (navigator as { standalone?: boolean }).standalone === false;
    const hint = now === "unsupported" && isTab && "CompressionStream" in window;
    return {
      permission: now,
      subscribed: id !== null,
      id,
      hint: hint ? "add-to-home-screen" : null,
    };
  }

  /** Tells the listeners, if anything is another than it was. */
  async function look(): Promise<void> {
    const now = await state();
    const text = JSON.stringify(now);
    if (last && last !== text) events.emit("change", now);
    last = text;
  }

  /** Makes the subscription what it is to be, here and at the API. */
  async function settle(more?: object): Promise<Kept | undefined> {
    try {
      return await subscription.settle({ ...user, ...more });
    } finally {
      await look();
    }
  }

  const own: AskOwn = async (method, path, body) => {
    for (let isAgain = false; ; isAgain = true) {
      const kept = await keptOf(app).catch(() => undefined);
      if (!kept?.endpoint) throw refusal("not_subscribed", "push.subscribe() comes first");
      try {
        return await ask(api, method, path.replace("{id}", kept.id), bearer(kept.token), body);
      } catch (error) {
        const { status } = error as RefusedAnswer;
        if (isAgain || status !== 401) throw error;
        // Nobody knows the token any more: this browser becomes a new subscriber.
        await settle();
      }
    }
  };

  const push: SdkPush = {
    permission: async () => permission(),
    async subscribe({ tags } = {}) {
      const now = permission();
      if (now === "unsupported") throw refusal(now, "this browser has no push, or not here");
      // Before anything else is waited for: browsers ask in a tap alone.
      if (now !== "granted" && (await Notification.requestPermission()) !== "granted") {
        await look();
        throw refusal("denied", "the user was asked, and refused");
      }
      await subscription.want(true);
      const { id } = (await settle(tags && { tags })) as Kept;
      return { id };
    },
    async unsubscribe() {
      if (permission() === "unsupported") return;
      await subscription.want(false);
      // What the API can't be told now, it is told with the next load.
      await settle().catch(() => null);
    },
    async setTags(tags) {
      const { tags: now } = await own<{ tags: string[] }>("PATCH", "subscribers/{id}", { tags });
      await subscription.note({ tags: now });
      return now;
    },
    async identify(token) {
      user = { user_token: token };
      const kept = await keptOf(app).catch(() => undefined);
      if (kept?.endpoint) await own("PATCH", "subscribers/{id}", user);
    },
    on: events.on,
    state,
    async prompt(texts) {
      if (/^u|^den/.test(permission())) return null;
      const kept = await keptOf(app).catch(() => undefined);
      return promptWith(push, { ...options.prompt, ...texts }, kept?.tags);
    },
  };

  if (permission() !== "unsupported") {
    hear(app, events, look);
    void look()
      .then(() => settle())
      .then(sendKept)
      .catch(() => null);
  }
  const nowhere = async () => {
    throw refusal("unsupported", "only an app can");
  };
  return {
    push,
    channels: channelsOf(own, push),
    openSettings: nowhere,
    share: async (data) => (navigator.share ? navigator.share(data).catch(ended) : nowhere()),
    print: async () => window.print(),
    app: null,
  };
}

/** That the user shared with nobody is no refusal. */
function ended(error: Error): void {
  if (error.name !== "AbortError") throw refusal("invalid", error.message);
}

/** Hears of what the worker tells, and of what changes in the browser. */
function hear(app: string, events: Events, look: () => Promise<void>): void {
  const take = async () => {
    let taken: { value: never }[] = [];
    await change("clicks", (all = []) => {
      const isMine = (each: (typeof all)[number]) => each.app === app;
      taken = all.filter((each) => isMine(each) && each.at > Date.now() - MAX_OPENING_MS) as never;
      return taken.length ? all.filter((each) => !isMine(each)) : all;
    });
    for (const { value } of taken) events.emit("click", value);
  };
  const show = () => {
    // A click is for the page that it brought to the screen.
    if (!document.hidden) void take().catch(() => null);
  };
  navigator.serviceWorker.addEventListener("message", (event) => {
    const told = (event.data as { slipway?: Told } | null)?.slipway;
    if (told?.app !== app) return;
    // Nothing for listeners of the site's own.
    event.stopImmediatePropagation();
    if (told.message) events.emit("message", told.message);
    if (told.change) void look();
    if (told.click) {
      event.ports[0]?.postMessage(1);
      const { go } = told.click;
      const [here] = location.href.split("#");
      // The page that comes in place of this one takes it.
      if (!go || go.split("#")[0] === here) void take();
      if (go && go !== location.href) location.assign(go);
    }
  });
  document.addEventListener("visibilitychange", show);
  show();
  void navigator.permissions
    ?.query({ name: "notifications" })
    .then((status) => status.addEventListener("change", () => void look()))
    .catch(() => null);
}
