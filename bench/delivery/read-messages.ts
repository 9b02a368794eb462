// Reads the messages that the receiver kept as devices would, so that nothing is measured but messages that arrive.
import { z } from "zod";
import type { Recipients } from "../../dev/providers/recipients.ts";
import { decrypt } from "../../dev/providers/webpush/decrypt.ts";
import type { Provider } from "../../src/kit/push/credentials.ts";
import { CONTENT } from "../requests.ts";
import type { Message } from "./tasks.ts";

const VAPID = /^vapid t=[\w-]+\.[\w-]+\.[\w-]+, ?k=[\w-]+$/;

/** What a browser reads; APNs' devices; FCM's. The link is in what the product itself sends. */
const WebPush = z.object({ title: z.string(), click: z.string().optional() });
const Apns = z.object({
  aps: z.object({ alert: z.object({ title: z.string() }) }),
  slipway: z.object({ click: z.string() }).optional(),
});
const Fcm = z.object({
  message: z.object({
    token: z.string(),
    notification: z.object({ title: z.string() }),
    data: z.object({ slipway_click: z.string() }).optional(),
  }),
});

/** What one device was shown. */
interface Shown {
  token: string;
  title: string;
  click: string | undefined;
}

/**
 * Throws unless `messages` are one for each of `count` devices, show the benchmark's text, and, if they have links, have
 * each its own.
 */
export function checkMessages(
  devices: Recipients,
  provider: Provider,
  messages: readonly Message[],
  { count, hasLinks }: { count: number; hasLinks: boolean },
): void {
  const shown = messages.map((message) => read(devices, provider, message));
  const wrong = shown.find(({ title }) => title !== CONTENT.title);
  if (wrong) throw new Error(`${provider}: a device shows "${wrong.title}"`);
  const tokens = new Set(shown.map(({ token }) => token));
  const reached = [...tokens].filter((token) => devices.get(provider, token)).length;
  const links = new Set(shown.map(({ click }) => click)).size;
  if (shown.length !== count || reached !== count || (hasLinks && links !== count)) {
    const sent = `${shown.length} messages with ${links} links`;
    throw new Error(`${provider}: ${sent} reached ${reached} of ${count} devices`);
  }
}

function read(devices: Recipients, provider: Provider, { path, headers, body }: Message): Shown {
  const text = Buffer.from(body);
  switch (provider) {
    case "webpush": {
      const token = path.replace("/push/", "");
      const keys = devices.get(provider, token)?.keys;
      const plain = keys && decrypt(text, keys);
      if (!plain) throw new Error("webpush: a message can't be decrypted");
      if (!VAPID.test(headers["authorization"] ?? "")) throw new Error("webpush: no VAPID token");
      const { title, click } = WebPush.parse(JSON.parse(plain));
      return { token, title, click };
    }
    case "fcm": {
      const { token, notification, data } = Fcm.parse(JSON.parse(text.toString())).message;
      return { token, title: notification.title, click: data?.slipway_click };
    }
    case "apns": {
      const { aps, slipway } = Apns.parse(JSON.parse(text.toString()));
      const token = path.replace("/3/device/", "");
      return { token, title: aps.alert.title, click: slipway?.click };
    }
  }
}
