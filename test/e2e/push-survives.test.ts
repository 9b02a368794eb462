// Worker and builder are killed in the middle of a send: every recipient still has a final outcome, the counters
// add up, and only those who were being sent to at that moment may get it twice.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { providersClient, type ProvidersClient } from "../../dev/providers/client.ts";
import { startStack } from "./stack.ts";
import { StackClient, unlessRefused, until } from "./client.ts";

const RECIPIENTS = 5000;
const BATCH_SIZE = 50;
/** Rows of one bulk import. */
const IMPORT_SIZE = 1000;
/** How slow the push service is, ms: six at a time, a batch takes nine times as long. */
const LATENCY_MS = 20;
/** The kill comes when so many have it. */
const KILL_AT = 1000;
/**
 * Batches that may be at work at once. The queue here hands out one message at a time to each consumer it
 * starts; repeats beyond a couple of batches would be batches that were sent anew although they were done.
 */
const IN_FLIGHT_BATCHES = 2;

/** How often the API is asked, ms: it takes 100 requests a minute, and the outcomes are 50 pages. */
const ASK_EVERY_MS = 2000;

test("nobody is lost when the Worker is killed during a send, and only what was in flight repeats", async () => {
  const { client, providers, app } = await stackWithBrowsers();
  await providers.setFaults("webpush", { latency_ms: LATENCY_MS });
  const content = { title: "Hello", body: "World", send: true };
  const made = await client.call("POST", `${app}/notifications`, content);
  expect(made.status).toBe(201);
  const path = `${app}/notifications/${made.body.data.id}`;
  const reached = async () => (await providers.stats()).recipients.webpush.reached;
  await until("the send to be in its middle", 30_000, async () => (await reached()) >= KILL_AT);

  const { worker, builder } = client.note.pids;
  for (const pid of [worker, builder]) process.kill(Number(pid), "SIGKILL");
  const atDeath = await reached();
  expect(atDeath).toBeLessThan(RECIPIENTS - IN_FLIGHT_BATCHES * BATCH_SIZE);
  await until("the Worker to be started again", 20_000, () => {
    const { pids } = client.note;
    return pids.worker !== null && pids.worker !== worker;
  });

  let sent: any;
  await until("the send to end", 110_000, async () => {
    sent = (await client.call("GET", path).catch(unlessRefused))?.body?.data;
    await sleep(ASK_EVERY_MS);
    return sent?.status === "sent" || sent?.status === "failed";
  });
  expect(sent).toMatchObject({
    status: "sent",
    stats: {
      total_count: RECIPIENTS,
      sent_count: RECIPIENTS,
      failed_count: 0,
      total_batches: RECIPIENTS / BATCH_SIZE,
      completed_batches: RECIPIENTS / BATCH_SIZE,
    },
  });
  const { recipients } = await providers.stats();
  expect(recipients.webpush.reached).toBe(RECIPIENTS);
  expect(recipients.webpush.max_per_recipient).toBeLessThanOrEqual(2);
  const { recipients: repeated } = await providers.received("webpush", { min: 2 });
  expect(repeated.length).toBeLessThanOrEqual(IN_FLIGHT_BATCHES * BATCH_SIZE);
  await expectOutcomes(client, path);
});

/** A stack, and an app with browsers of the stand-in push service. */
async function stackWithBrowsers(): Promise<{
  client: StackClient;
  providers: ProvidersClient;
  app: string;
}> {
  const stack = startStack();
  const { providers_url: url } = await stack.ready();
  if (!url) throw new Error("stack.json names no providers");
  const client = new StackClient(stack);
  onTestFinished(async () => client.stop());
  await client.openAccount();
  const providers = providersClient(url);
  const made = await client.call("POST", "/api/v1/push/apps", { name: "Browsers" });
  const { id, vapid_public_key: sender } = made.body.data;
  const app = `/api/v1/push/apps/${id}`;
  const browsers = await providers.makeSubscriptions({ count: RECIPIENTS, sender });
  for (let from = 0; from < RECIPIENTS; from += IMPORT_SIZE) {
    const subscribers = browsers
      .slice(from, from + IMPORT_SIZE)
      .map(({ endpoint, p256dh, auth }) => ({ platform: "web", endpoint, keys: { p256dh, auth } }));
    const imported = await client.call("POST", `${app}/subscribers/bulk`, { subscribers });
    expect(imported.status).toBe(200);
  }
  return { client, providers, app };
}

/** Each recipient is listed once, as sent. */
async function expectOutcomes(client: StackClient, path: string): Promise<void> {
  const listed = new Set<string>();
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${cursor}`;
    const { status, body } = await client.call("GET", `${path}/recipients?limit=100${query}`);
    expect(status).toBe(200);
    for (const row of body.data) {
      expect(row.status).toBe("sent");
      expect(listed.has(row.subscriber_id)).toBe(false);
      listed.add(row.subscriber_id);
    }
    cursor = body.next_cursor;
  } while (cursor !== null);
  expect(listed.size).toBe(RECIPIENTS);
}
