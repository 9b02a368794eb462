// What a page in a browser has: push by the browser's own push service (W3C Push API), which the worker deals with.
import type { Channels } from "../api.ts";
import { refusal } from "../shared/port.ts";
import type { InitOptions, SdkPush, Slipway } from "./api.ts";
import type { AskOwn } from "./channels.ts";
import { makeEvents } from "./events.ts";
import type { Extra } from "./extra.ts";
import { keepLooking, permission, see } from "./looking.ts";
import { makeWorker } from "./worker.ts";

const nowhere = async () => {
  throw refusal("unsupported", "no app");
};

export function inBrowser(
  options: InitOptions & { api: string },
  extra: () => Promise<Extra>,
): Slipway {
  const events = makeEvents();
  const worker = makeWorker(options, extra);
  const look = keepLooking(options.app, worker, events);
  let user: { user_token?: string | null } = {};

  const own: AskOwn = (method, path, body) => worker.call({ call: "own", method, path, body });
  const change = <Data>(body: object) => own<Data>("PATCH", "", body);

  const push: SdkPush = {
    permission: async () => permission(),
    async subscribe({ tags } = {}) {
      const now = permission();
      if (now === "unsupported") throw refusal(now, "no push");
      // Before anything else is waited for: browsers ask in a tap alone.
      if (now !== "granted" && (await Notification.requestPermission()) !== "granted") {
        throw refusal("denied", "refused");
      }
      return worker.settle(true, { ...user, tags }) as Promise<{ id: string }>;
    },
    async unsubscribe() {
      await worker.settle(false).catch((error) => {
        // What the API can't be told now, it is told with the next load.
        if (error.code === "unsupported") throw error;
      });
    },
    setTags: async (tags) => (await change<{ tags: string[] }>({ tags })).tags,
    async identify(token) {
      user = { user_token: token };
      await change(user).catch((error) => {
        // It is said with the subscription.
        if (error.code !== "not_subscribed") throw error;
      });
    },
    on: events.on,
    state: () => look(),
    async prompt(texts) {
      // "default" or "granted"
      if (!/a/.test(permission())) return null;
      return (await extra()).showPrompt(
        push,
        { ...options.prompt, ...texts },
        (await see(worker, false)).tags,
      );
    },
  };

  const lazy = <Name extends keyof Channels>(name: Name): Channels[Name] =>
    (async (...given: [never]) => {
      // Before anything else is waited for, as in `subscribe()`.
      if (name === "redeem" && permission() === "default") await push.subscribe();
      return (await extra()).channelsOf(own, push)[name](...given);
    }) as Channels[Name];
  return {
    push,
    channels: {
      redeem: lazy("redeem"),
      list: lazy("list"),
      mute: lazy("mute"),
      leave: lazy("leave"),
    },
    openSettings: nowhere,
    share: async (data) => (navigator.share ? navigator.share(data) : nowhere()),
    print: async () => window.print(),
    app: null,
  };
}
