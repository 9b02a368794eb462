// Channels that this browser is subscribed to.
import type { Channel, Channels } from "../api.ts";
import { refusal } from "../shared/port.ts";
import type { SdkPush } from "./api.ts";

/** A channel subscription as the API shows it. */
interface Shown {
  id: string;
  channel: string;
  name: string;
  mute: boolean;
}

/** Asks the API as this subscriber. */
export type AskOwn = <Data>(method: string, path: string, body?: object) => Promise<Data>;

const channelOf = ({ id, channel, name, mute }: Shown): Channel => ({
  id,
  channel,
  name,
  muted: mute,
});
const pathOf = (id: string) => `subscriptions/${encodeURIComponent(id)}`;

export function channelsOf(own: AskOwn, push: SdkPush): Channels {
  return {
    async redeem(codeOrLink) {
      if (typeof codeOrLink !== "string") throw refusal("invalid", "must be a code or its link");
      if (!(await push.state()).subscribed) await push.subscribe();
      // Of a link, the code is the end of its path.
      const code = codeOrLink.split(/[?#]/)[0]?.split("/").filter(Boolean).pop();
      return channelOf(await own<Shown>("POST", `codes/${encodeURIComponent(`${code}`)}/redeem`));
    },
    list: async () => (await own<Shown[]>("GET", "subscribers/me/subscriptions")).map(channelOf),
    mute: async (id, muted = true) =>
      channelOf(await own<Shown>(muted ? "PUT" : "DELETE", `${pathOf(id)}/mute`)),
    leave: async (id) => void (await own("DELETE", pathOf(id))),
  };
}
