// What a page of an app has: the bridge's calls, with what only the SDK has in addition.
import type { Slipway as Bridge } from "../api.ts";
import type { PromptTexts, SdkPush, Slipway } from "./api.ts";
import { makeEvents } from "./events.ts";
import { showPrompt } from "./prompt.ts";

export function bridged(bridge: Bridge, texts: PromptTexts | undefined): Slipway {
  const events = makeEvents();
  const { push } = bridge;
  const state = async () => ({ ...(await push.state()), hint: null });
  const changed = async () => events.emit("change", await state());
  const own: SdkPush = {
    ...push,
    state,
    subscribe: async (options) => {
      const subscribed = await push.subscribe(options);
      await changed();
      return subscribed;
    },
    unsubscribe: async () => {
      await push.unsubscribe();
      await changed();
    },
    on: (event, listener) =>
      event === "change" ? events.on(event, listener) : push.on(event as never, listener),
    prompt: async (given) =>
      /^d.f|^g/.test(await push.permission()) ? showPrompt(own, { ...texts, ...given }) : null,
  };
  return { ...bridge, push: own };
}
