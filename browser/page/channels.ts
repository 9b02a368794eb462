// Channels that this browser is subscribed to.
import type { Channel, Channels } from "../api.ts";
import type { SdkPush } from "./api.ts";
import type { AskOwn } from "./in-browser.ts";

/** A channel subscription as the API shows it. */
interface Shown {
  id: string;
  channel: string;
  name: string;
  mute: boolean;
}

const channelOf = ({ id, channel, name, mute: muted }: Shown): Channel => ({
  id,
  channel,
  name,
  muted,
});

export function channelsOf(own: AskOwn, push: SdkPush): Channels {
  return {
    async redeem(codeOrLink) {
      if (!(await push.state()).subscribed) await push.subscribe();
      const code = /([^/?#]*)\/?([?#].*)?$/.exec(codeOrLink)?.[1] as string;
      return channelOf(await own<Shown>("POST", `codes/${encodeURIComponent(code)}/redeem`));
    },
    list: async () => (await own<Shown[]>("GET", "subscribers/me/subscriptions")).map(channelOf),
    mute: async (id, muted = true) =>
      channelOf(
        await own<Shown>(muted ? "PUT" : "DELETE", `subscriptions/${encodeURIComponent(id)}/mute`),
      ),
    leave: async (id) => {
      await own("DELETE", `subscriptions/${encodeURIComponent(id)}`);
    },
  };
}
