// Worker and builder are killed in the middle of a send: every recipient still has a final outcome, the counters
// add up, and only those who were being sent to at that moment may get it twice.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { stackWithBrowsers } from "./browsers.ts";
import { unlessRefused, until, type StackClient } from "./client.ts";

const RECIPIENTS = 5000;
const BATCH_SIZE = 50;
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
  const { client, providers, app } = await stackWithBrowsers(RECIPIENTS);
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
