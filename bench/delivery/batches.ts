// Has the product's Worker send batches, as its queue would: so many at once, each in a request of its own.
import { Agent } from "node:http";
import type { BatchMessage, Outcome, Recipient } from "../../src/domain/ports/notifications.ts";
import type { Provider } from "../../src/kit/push/credentials.ts";
import { DAY_MS } from "../../src/kit/time.ts";
import { eachOf } from "../at-once.ts";
import { askWorker } from "./ask-worker.ts";
import { BATCH, IDS, type Audience } from "./tasks.ts";

const PLATFORMS = { webpush: "web", fcm: "android", apns: "ios" } as const;

/** Returns the messages that send to the first `count` of a provider's devices. */
export function batchesOf(audience: Audience, provider: Provider, count: number): BatchMessage[] {
  const recipients = recipientsOf(audience, provider).slice(0, count);
  return Array.from({ length: Math.ceil(count / BATCH) }, (_, batch) => ({
    lane: "ordinary",
    notificationId: IDS[provider],
    batch,
    attempt: 1,
    expiresAt: Date.now() + DAY_MS,
    recipients: recipients.slice(batch * BATCH, (batch + 1) * BATCH),
  }));
}

/** Sends `messages` at the Worker at `url`, `atOnce` at a time. Throws unless each recipient was sent to, once. */
export async function sendBatches(
  url: string,
  messages: readonly BatchMessage[],
  atOnce: number,
): Promise<void> {
  const outcomes: Outcome[] = [];
  const agent = new Agent({ keepAlive: true });
  await eachOf(messages, atOnce, async (message) => {
    outcomes.push(...(JSON.parse(await askWorker(agent, url, message)) as Outcome[]));
  });
  agent.destroy();
  const other = outcomes.find(({ status }) => status !== "sent");
  if (other) throw new Error(`not sent: ${JSON.stringify(other)}`);
  const ids = new Set(outcomes.map(({ id }) => id));
  const expected = messages.flatMap(({ recipients }) => recipients).length;
  if (outcomes.length !== expected || ids.size !== expected) {
    throw new Error(`${outcomes.length} outcomes of ${ids.size} recipients, not of ${expected}`);
  }
}

function recipientsOf(audience: Audience, provider: Provider): Recipient[] {
  const facts = { platform: PLATFORMS[provider], provider, since: Date.now(), language: "en-US" };
  const addresses =
    provider === "webpush"
      ? audience.webpush.map(({ endpoint, ...keys }) => ({ token: endpoint, ...keys }))
      : audience[provider].map((token) => ({ token, p256dh: null, auth: null }));
  return addresses.map((address, at) => ({ id: at + 1, ...facts, ...address }));
}
