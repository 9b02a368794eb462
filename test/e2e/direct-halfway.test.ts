// The Worker is killed at two moments of a send to a few devices: when its row was written and nothing was sent, and when a
// provider had taken the message and the end was not recorded. A bearer token of FCM that does not come holds both there. Who had
// the message gets it once more, with the same id, by which a device shows it once; everybody else gets it once.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { stackWithBrowsers } from "./browsers.ts";
import { unlessRefused, until } from "./client.ts";

/** Until a send that was cut off has ended, ms. */
const RECOVERY_MS = 120_000;
/** How often the API is asked, ms: it takes 100 requests a minute. */
const ASK_EVERY_MS = 2000;

const contentOf = (user: string) => ({
  title: "Hello",
  body: `to ${user}`,
  targeting: { type: "user_ids", ids: [user] },
  send: true,
});

test("sends that were cut off before anything was sent, and after a provider took the message, end within two minutes", async () => {
  const { client, providers, app } = await stackWithBrowsers(1, { user_id: "ann" });
  const service_account = await providers.makeServiceAccount();
  await client.call("PUT", `${app}/credentials/fcm`, { service_account });
  const phones = await providers.makeDevices("fcm", { count: 2 });
  const subscribers = phones.map(({ token }, at) => {
    return { platform: "android", provider: "fcm", token, user_id: at === 0 ? "ann" : "bob" };
  });
  expect((await client.call("POST", `${app}/subscribers/bulk`, { subscribers })).status).toBe(200);
  await providers.setFaults("fcm_token", { hang: { share: 1 } });

  const begin = async (user: string) => {
    const { status, body } = await client.call("POST", `${app}/notifications`, contentOf(user));
    expect(status).toBe(201);
    return body.data.id as string;
  };
  const ids = [await begin("bob"), await begin("ann")];
  await until("Ann's browser to have it, and her phone to wait for a token", 8000, async () => {
    const { doors, recipients } = await providers.stats();
    return recipients.webpush.reached === 1 && (doors.fcm_token.faults["hang"] ?? 0) > 0;
  });
  expect((await providers.stats()).doors.fcm.requests).toBe(0);
  process.kill(Number(client.note.pids.worker), "SIGKILL");
  const killedAt = Date.now();
  await providers.setFaults("fcm_token", {});

  const ended = new Map<string, any>();
  await until("both to end", RECOVERY_MS, async () => {
    for (const id of ids) {
      const path = `${app}/notifications/${id}`;
      ended.set(id, (await client.call("GET", path).catch(unlessRefused))?.body?.data);
    }
    await sleep(ASK_EVERY_MS);
    return ids.every((id) => ["sent", "failed"].includes(ended.get(id)?.status));
  });
  expect(Date.now() - killedAt, client.logs()).toBeLessThanOrEqual(RECOVERY_MS);
  expect(ids.map((id) => ended.get(id))).toMatchObject([
    { status: "sent", stats: { total_count: 1, sent_count: 1 } },
    { status: "sent", stats: { total_count: 2, sent_count: 2 } },
  ]);
  const { recipients } = await providers.stats();
  expect(recipients.fcm).toMatchObject({ reached: 2, max_per_recipient: 1 });
  const twice = await providers.deliveries("webpush");
  expect(twice).toHaveLength(2);
  const [first, second] = twice.map(({ headers: { topic }, content }) => ({ topic, content }));
  expect(first?.topic).toMatch(/./);
  expect(second).toEqual(first);
});
