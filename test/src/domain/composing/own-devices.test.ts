// Which devices somebody calls their own, and which of those that registered lately they are offered.
import { expect, test } from "vitest";
import {
  addOwnDevice,
  removeOwnDevice,
  subscribeHere,
} from "../../../../src/domain/composing/keep-own-devices.ts";
import {
  listOwnDevices,
  MAX_OWN_DEVICES,
  RECENT_MS,
  recentDevices,
} from "../../../../src/domain/composing/own-devices.ts";
import { composerWorld, writerOf, type ComposerWorld } from "../../../support/composer.ts";
import { newDevice } from "../../../support/inbox.ts";
import { addSubscribers } from "../../../support/notifications.ts";
import { webSubscriber } from "../../../support/push.ts";
import { api, rows } from "../../../support/worker.ts";
import { refusal } from "../notifications/clocked-world.ts";

const uuidOf = async (id: number | undefined) =>
  (await rows("SELECT uuid FROM subscribers WHERE id = ?", id))[0].uuid as string;

async function newSubscriber({ row }: ComposerWorld, wanted = {}): Promise<string> {
  const [id] = await addSubscribers(row, [wanted]);
  return uuidOf(id);
}

const ids = (devices: { id: string }[]) => devices.map(({ id }) => id);

test("a device is one's own once, and of nobody else, until it is taken away", async () => {
  const world = await composerWorld();
  const { ctx, row } = world;
  const [one, two] = [await newSubscriber(world), await newSubscriber(world)];
  await addOwnDevice(ctx, row, one);
  await addOwnDevice(ctx, row, two);
  await addOwnDevice(ctx, row, one);
  expect(ids(await listOwnDevices(ctx, row)).toSorted()).toEqual([one, two].toSorted());
  const { ctx: colleague } = await writerOf(world);
  expect(await listOwnDevices(colleague, row)).toEqual([]);
  await expect(refusal(removeOwnDevice(colleague, row, one))).resolves.toMatchObject({
    code: "not_found",
  });
  await removeOwnDevice(ctx, row, one);
  expect(ids(await listOwnDevices(ctx, row))).toEqual([two]);
  const noted = await rows(
    "SELECT thing_id, who FROM audit_entries WHERE account_id = ? AND did = 'subscriber.own' ORDER BY id",
    row.accountId,
  );
  expect(noted).toEqual([one, two].map((id) => ({ thing_id: id, who: `person:${ctx.person.id}` })));
});

test("only subscribers of the app can be one's own, and so many", async () => {
  const world = await composerWorld();
  const { ctx, row } = world;
  const foreign = await newSubscriber(await composerWorld());
  for (const uuid of [foreign, crypto.randomUUID(), "x".repeat(300)]) {
    expect(await refusal(addOwnDevice(ctx, row, uuid))).toEqual({
      code: "not_found",
      what: "subscriber",
    });
  }
  const made = await addSubscribers(
    row,
    Array.from({ length: MAX_OWN_DEVICES + 1 }, () => ({})),
  );
  const [spare = "", ...uuids] = await Promise.all(made.map(uuidOf));
  for (const uuid of uuids) await addOwnDevice(ctx, row, uuid);
  expect(await refusal(addOwnDevice(ctx, row, spare))).toMatchObject({
    code: "invalid",
    issues: [{ path: ["devices"] }],
  });
  // One that is known already is not one more.
  await addOwnDevice(ctx, row, uuids[0] ?? "");
  expect(await listOwnDevices(ctx, row)).toHaveLength(MAX_OWN_DEVICES);
});

test("own devices say whether a test reaches them", async () => {
  const world = await composerWorld();
  const { ctx, row } = world;
  const inbox = await newDevice(world);
  const uuids = {
    [await newSubscriber(world)]: "ok",
    [await newSubscriber(world, { status: "unsubscribed" })]: "gone",
    [await newSubscriber(world, { platform: "ios" })]: "no_way",
    [inbox.id]: "ok",
  };
  for (const uuid of Object.keys(uuids)) await addOwnDevice(ctx, row, uuid);
  const listed = await listOwnDevices(ctx, row);
  expect(Object.fromEntries(listed.map(({ id, reach }) => [id, reach]))).toEqual(uuids);
  await rows("DELETE FROM push_credentials WHERE app_id = ?", row.id);
  const without = await listOwnDevices(ctx, row);
  expect(without.map(({ reach }) => reach).toSorted()).toEqual([
    "gone",
    "no_way",
    "no_way",
    "no_way",
  ]);
});

test("those that registered in the last minutes are offered, the newest first, but for one's own", async () => {
  let now = Date.now();
  const world = await composerWorld(() => now);
  const { ctx, row } = world;
  await newSubscriber(world);
  const made = [];
  for (let each = 0; each < 7; each++) made.push((await newDevice(world)).id);
  await addOwnDevice(ctx, row, made[6] ?? "");
  expect(ids(await recentDevices(ctx, row))).toEqual(made.slice(1, 6).toReversed());
  const { ctx: stranger, row: other } = await composerWorld();
  expect(await recentDevices(stranger, other)).toEqual([]);
  now = Date.now() + RECENT_MS + 1000;
  expect(await recentDevices(ctx, row)).toEqual([]);
});

test("the browser that somebody sits at becomes a subscriber that the owner vouches for", async () => {
  const world = await composerWorld();
  const { row } = world;
  const ctx = { ...world.ctx, from: { address: null, requestId: null, agent: "Firefox/140.0" } };
  // Pages of other origins may not register by themselves.
  await rows(
    `UPDATE apps SET push_settings = '{"allowed_origins":["https://example.com"]}' WHERE id = ?`,
    row.id,
  );
  const { endpoint, keys } = await webSubscriber();
  const input = { endpoint, ...keys, language: "de-AT", timezone: "Europe/Vienna" };
  await subscribeHere(ctx, row, input);
  await subscribeHere(ctx, row, { ...input, language: "", timezone: "nowhere" });
  const own = await listOwnDevices(ctx, row);
  expect(own).toMatchObject([{ platform: "web", agent: "Firefox/140.0", reach: "ok" }]);
  const stored = await rows("SELECT * FROM subscribers WHERE app_id = ?", row.id);
  expect(stored).toMatchObject([
    { token: endpoint, language: "de-AT", timezone: "Europe/Vienna", vouched: 1, status: "active" },
  ]);
  expect(await refusal(subscribeHere(ctx, row, { ...input, auth: "x" }))).toMatchObject({
    code: "invalid",
  });
  expect(
    await refusal(subscribeHere(ctx, row, { ...input, endpoint: "http://10.0.0.1/" })),
  ).toMatchObject({ code: "invalid" });
});

test("own devices go with the subscriber, and with the member", async () => {
  const world = await composerWorld();
  const { ctx, row, account, app, person } = world;
  const [one, two] = [await newSubscriber(world), await newSubscriber(world)];
  await addOwnDevice(ctx, row, one);
  await addOwnDevice(ctx, row, two);
  const path = `/api/v1/push/apps/${app.id}/subscribers/${one}`;
  expect((await api("DELETE", path, { token: account.key })).status).toBe(200);
  expect(ids(await listOwnDevices(ctx, row))).toEqual([two]);
  await rows("DELETE FROM memberships WHERE user_id = ?", person.id);
  expect(await rows("SELECT 1 FROM own_devices WHERE app_id = ?", row.id)).toEqual([]);
  // Who has left makes nothing their own, though their request had begun before.
  expect(await refusal(addOwnDevice(ctx, row, two))).toEqual({
    code: "not_found",
    what: "account",
  });
});
