// A test to oneself: it comes to the chosen devices as any notification does, and counts nowhere.
import { expect, test } from "vitest";
import { addOwnDevice } from "../../../../src/domain/composing/keep-own-devices.ts";
import { sendTest, TESTS_A_MINUTE } from "../../../../src/domain/composing/send-test.ts";
import { expireNotifications } from "../../../../src/domain/notifications/expire-notifications.ts";
import { countDays } from "../../../../src/domain/notifications/daily-stats.ts";
import { subscriberStory } from "../../../../src/domain/notifications/subscriber-story.ts";
import { subscriberOf } from "../../../../src/domain/subscribers/find-subscriber.ts";
import { testContext } from "../../../support/context.ts";
import { composerWorld, writerOf, type ComposerWorld } from "../../../support/composer.ts";
import { entries, newDevice } from "../../../support/inbox.ts";
import { PUSH } from "../../../support/push.ts";
import { tokenOf } from "../../../support/tracked.ts";
import { api, eventually, newAddress, rows } from "../../../support/worker.ts";
import { refusal } from "../notifications/clocked-world.ts";

const DAY = 86_400_000;
const WORDS = { title: "Saturday box", body: "Order by Friday noon." };

/** A device of the person's own, without an address, so that what it is sent can be asked for. */
async function ownDevice({ ctx, row, ...world }: ComposerWorld) {
  const device = await newDevice(world);
  await addOwnDevice(ctx, row, device.id);
  return device;
}

const tests = async ({ row }: ComposerWorld) =>
  rows("SELECT * FROM notifications WHERE app_id = ?", row.id);
const sent = async (world: ComposerWorld) =>
  eventually(async () => (await tests(world)).every(({ status }) => status === "sent"));

test("a test comes to the chosen devices alone, as the notification would", async () => {
  const world = await composerWorld();
  const { ctx, row } = world;
  const [one, two] = [await ownDevice(world), await ownDevice(world)];
  const others = await newDevice(world);
  const content = { ...WORDS, url: "https://example.com/box", ttl: 2_419_200, urgency: "low" };
  expect(await sendTest(ctx, row, content, [one.id])).toEqual({ devices: 1 });
  await sent(world);
  expect(await entries(one)).toMatchObject([{ message: WORDS }]);
  expect([await entries(two), await entries(others)]).toEqual([[], []]);
  // It lives no longer than its row, and is not kept back by a provider.
  expect(JSON.parse((await tests(world))[0].content)).toMatchObject({
    ttl: 86_400,
    urgency: "high",
  });
});

test("a test counts nowhere: in no list, no counter, no statistics and no webhook", async () => {
  const world = await composerWorld();
  const { ctx, row, account, app } = world;
  const key = { token: account.key };
  await rows(
    `INSERT INTO webhooks (uuid, account_id, app_id, url, secret_sealed, events, enabled, created_at, updated_at)
      VALUES (?, ?, ?, 'https://hooks.example.com/', 'x', '["notification.sent","notification.clicked"]', 1, 1, 1)`,
    crypto.randomUUID(),
    account.id,
    row.id,
  );
  const device = await ownDevice(world);
  await sendTest(ctx, row, WORDS, [device.id]);
  await sent(world);
  const [made] = await tests(world);
  expect(made).toMatchObject({ is_test: 1, sent_count: 1 });
  const [{ id: subscriberId }] = await rows("SELECT id FROM subscribers WHERE uuid = ?", device.id);
  const of = await subscriberOf(ctx, row, device.id);
  expect(await subscriberStory(ctx, of)).toEqual([]);
  const link = `/public/t/${tokenOf(made, subscriberId)}`;
  for (const kind of ["delivered", "clicked"]) {
    const headers = { "cf-connecting-ip": newAddress() };
    expect((await api("POST", `${link}/${kind}`, { headers })).status).toBeLessThan(300);
  }
  await countDays(testContext(() => Date.now() + DAY).ctx);
  expect(await rows("SELECT * FROM engagements WHERE notification_id = ?", made.id)).toEqual([]);
  expect(
    await rows("SELECT sent, delivered, clicked, failed FROM daily_stats WHERE app_id = ?", row.id),
  ).toEqual([{ sent: 0, delivered: 0, clicked: 0, failed: 0 }]);
  expect(
    await rows("SELECT notifications, unsent FROM app_counts WHERE app_id = ?", row.id),
  ).toEqual([{ notifications: 0, unsent: 0 }]);
  expect(
    await rows(
      "SELECT 1 FROM webhook_deliveries WHERE webhook_id IN (SELECT id FROM webhooks WHERE app_id = ?)",
      row.id,
    ),
  ).toEqual([]);
  const listed = await api("GET", `${PUSH}/apps/${app.id}/notifications`, key);
  expect(listed.body).toMatchObject({ data: [], meta: { total_count: 0 } });
  const older = await api("GET", `/api/v1/apps/${row.id}/notifications`, key);
  expect(older.body.data).toEqual([]);
  for (const path of ["", "/recipients"]) {
    const found = await api("GET", `${PUSH}/apps/${app.id}/notifications/${made.uuid}${path}`, key);
    expect(found.status, path).toBe(404);
  }
  const click = `${PUSH}/notifications/${made.uuid}/track/clicked`;
  expect((await api("POST", click, { ...key, json: {} })).status).toBe(404);
  expect((await api("GET", `/api/v1/notifications/${made.id}`, key)).status).toBe(404);
  expect(
    await rows(
      "SELECT * FROM audit_entries WHERE account_id = ? AND kind IN ('notification', 'subscriber') AND did <> 'subscriber.own'",
      account.id,
    ),
  ).toEqual([]);
  // Gone after a day, the inbox's entry with it.
  await expireNotifications(testContext(() => Date.now() + DAY + 1000).ctx);
  expect(await tests(world)).toEqual([]);
  expect(await entries(device)).toEqual([]);
  expect(await rows("SELECT notifications FROM app_counts WHERE app_id = ?", row.id)).toEqual([
    { notifications: 0 },
  ]);
});

test("what can't be sent, or not to those devices, is refused, and nothing is made", async () => {
  const world = await composerWorld();
  const { ctx, row } = world;
  const device = await ownDevice(world);
  const { ctx: colleague } = await writerOf(world);
  const notTheirs = await newDevice(world);
  const issueOf = async (work: Promise<unknown>) => {
    const { issues } = (await refusal(work)) as unknown as { issues: { path: string[] }[] };
    return issues.map(({ path }) => path.join("."));
  };
  expect(await issueOf(sendTest(ctx, row, { body: "b" }, [device.id]))).toEqual(["title"]);
  expect(await issueOf(sendTest(ctx, row, { ...WORDS, other: 1 }, [device.id]))).toHaveLength(1);
  expect(
    await issueOf(sendTest(ctx, row, { ...WORDS, data: { x: "x".repeat(5000) } }, [])),
  ).toContain("data");
  expect(await issueOf(sendTest(ctx, row, WORDS, []))).toEqual(["devices"]);
  expect(await issueOf(sendTest(ctx, row, WORDS, [notTheirs.id]))).toEqual(["devices"]);
  expect(await issueOf(sendTest(colleague, row, WORDS, [device.id]))).toEqual(["devices"]);
  expect(await issueOf(sendTest(ctx, row, WORDS, Array(21).fill(device.id)))).toEqual(["devices"]);
  await rows("UPDATE subscribers SET status = 'unsubscribed' WHERE uuid = ?", device.id);
  expect(await issueOf(sendTest(ctx, row, WORDS, [device.id]))).toEqual(["devices"]);
  await rows("DELETE FROM push_credentials WHERE app_id = ?", row.id);
  expect(await refusal(sendTest(ctx, row, WORDS, [device.id]))).toEqual({
    code: "notifications_not_configured",
  });
  expect(await tests(world)).toEqual([]);
});

test("nobody sends themselves more than ten a minute", async () => {
  const world = await composerWorld();
  const device = await ownDevice(world);
  const ends = [];
  // Two minutes at most: the window may end in between.
  for (let each = 0; each <= 2 * TESTS_A_MINUTE; each++) {
    ends.push(
      await sendTest(world.ctx, world.row, WORDS, [device.id]).then(
        () => "sent",
        (error: { refusal: { code: string } }) => error.refusal.code,
      ),
    );
  }
  expect(ends.slice(0, TESTS_A_MINUTE)).toEqual(Array(TESTS_A_MINUTE).fill("sent"));
  expect(ends).toContain("rate_limited");
  const { ctx: colleague } = await writerOf(world);
  await addOwnDevice(colleague, world.row, device.id);
  expect(await sendTest(colleague, world.row, WORDS, [device.id])).toEqual({ devices: 1 });
});
