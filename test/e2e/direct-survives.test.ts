// The Worker is killed while it sends to a few devices in the tail of a request: within two minutes each has the message, and
// the send has ended once. The test waits for the follow-up, which leaves alone what may still be under way.
import { expect, test } from "vitest";
import { stackWithBrowsers } from "./browsers.ts";
import { unlessRefused, until } from "./client.ts";

const DEVICES = 3;
/** Until a send that was cut off has ended, ms. */
const RECOVERY_MS = 120_000;

test("a send to a few devices that was cut off by the Worker's death ends within two minutes, each device served once", async () => {
  const { client, providers, app } = await stackWithBrowsers(DEVICES, { user_id: "ann" });
  // Whoever is asked keeps the tail waiting until it dies.
  await providers.setFaults("webpush", { hang: { next: DEVICES } });

  const wanted = { title: "Hello", body: "World", targeting: { type: "user_ids", ids: ["ann"] } };
  const sent = await client.call("POST", `${app}/notifications`, { ...wanted, send: true });
  expect(sent.status).toBe(201);
  await until("a push service to be asked", 20_000, async () => {
    const { doors } = await providers.stats();
    return (doors.webpush.faults["hang"] ?? 0) > 0;
  });
  const { worker } = client.note.pids;
  process.kill(Number(worker), "SIGKILL");
  await providers.setFaults("webpush", {});
  const killedAt = Date.now();

  await until("each device to have it", RECOVERY_MS, async () => {
    return (await providers.stats()).recipients.webpush.reached === DEVICES;
  });
  let ended: any;
  await until("the send to end", 30_000, async () => {
    const path = `${app}/notifications/${sent.body.data.id}`;
    ended = (await client.call("GET", path).catch(unlessRefused))?.body?.data;
    return ended?.status === "sent" || ended?.status === "failed";
  });
  expect(Date.now() - killedAt, client.logs()).toBeLessThanOrEqual(RECOVERY_MS);
  expect(ended).toMatchObject({
    status: "sent",
    stats: { total_count: DEVICES, sent_count: DEVICES, total_batches: 1, completed_batches: 1 },
  });
  const { recipients } = await providers.stats();
  expect(recipients.webpush).toMatchObject({ reached: DEVICES, max_per_recipient: 1 });
});
