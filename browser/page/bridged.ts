// What a page of an app has: the bridge's calls, with what only the SDK has in addition.
import type { Slipway as Bridge } from "../api.ts";
import { refusal } from "../shared/port.ts";
import type { PromptTexts, SdkPush, Slipway } from "./api.ts";
import { makeEvents } from "./events.ts";
import { showPrompt } from "./prompt.ts";

export function bridged(bridge: Bridge, texts: PromptTexts | undefined): Slipway {
  const events = makeEvents();
  const push = bridge.push as Bridge["push"] & Partial<Pick<SdkPush, "identify" | "state">>;
  let id: string | null = null;
  const state: SdkPush["state"] =
    push.state ??
    (async () => ({
      permission: await push.permission(),
      subscribed: id !== null,
      id,
      hint: null,
    }));
  const changed = async (now: string | null) => {
    id = now;
    events.emit("change", await state());
  };
  const own: SdkPush = {
    ...push,
    subscribe: async (options) => {
      const subscribed = await push.subscribe(options);
      await changed(subscribed.id);
      return subscribed;
    },
    unsubscribe: async () => {
      await push.unsubscribe();
      await changed(null);
    },
    identify:
      push.identify ??
      (async () => {
        throw refusal("unsupported", "this version of the app knows no users");
      }),
    state,
    on: (event, listener) =>
      event === "change" ? events.on(event, listener) : push.on(event as never, listener),
    prompt: async (given) =>
      /^d.f|^g/.test(await push.permission()) ? showPrompt(own, { ...texts, ...given }) : null,
  };
  return { ...bridge, push: own };
}
