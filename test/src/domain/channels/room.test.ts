// How many channels, codes, bindings and messages there may be.
import { afterEach, expect, test, vi } from "vitest";
import { MAX_MESSAGES } from "../../../../src/domain/channels/channel-messages.ts";
import { expireCodes, MAX_CODES } from "../../../../src/domain/channels/codes.ts";
import {
  channelApi,
  channelWorld,
  newChannel,
  newDevice,
  redeem,
  sendTo,
  subscribe,
  type ChannelWorld,
} from "../../../support/channels.ts";
import { testContext } from "../../../support/context.ts";
import { useInternet } from "../../../support/receiver.ts";
import { countRowsRead } from "../../../support/trips.ts";
import { api, rows } from "../../../support/worker.ts";

// pushes reach no real provider
useInternet();

afterEach(() => void vi.restoreAllMocks());

const BOUND = "must not be more than 100 a device, nor have more than 100 devices";

async function fillChannels({ account, channel }: ChannelWorld, count: number): Promise<void> {
  await rows(
    `INSERT INTO channels (id, account_id, app_id, name, callback_id, key_hash, key_prefix, created_at, updated_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     SELECT 'many-' || account_id || '-' || i, account_id, app_id, name, callback_id, id || i, '', 1, 1
     FROM n, channels WHERE id = ?2 AND account_id = ?3`,
    count,
    channel.id,
    account.id,
  );
}

test("an account can have 1,000 channels; two at once don't take the last place, and deleting one makes room", async () => {
  const world = await channelWorld();
  const { key, id } = world.account;
  await fillChannels(world, 998);
  const make = async () => newChannel(key, { app_id: world.appId });
  const answers = await Promise.all([make(), make()]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 422]);
  const refused = await make();
  expect([refused.status, refused.body.message]).toEqual([
    422,
    "The channels field must not be more than 1000 an account.",
  ]);
  const held = async (table: string) =>
    (await rows(`SELECT count(*) AS n FROM ${table} WHERE account_id = ?`, id))[0].n;
  expect(await held("channels")).toBe(1000);
  // that of a refused channel is not left behind
  expect(await held("webhooks")).toBe(2);
  const made = answers.find(({ status }) => status === 201)?.body.data;
  await api("DELETE", `/api/v1/channels/${made.id}`, { token: key });
  expect((await make()).status).toBe(201);
  expect((await channelWorld()).channel.id).toEqual(expect.any(String));
});

test("an account can have 300,000 codes that wait: those there are go on being returned", async () => {
  const world = await channelWorld();
  const ask = async (iuid: string) => channelApi(world, "GET", `/subscriptions/${iuid}/code`);
  const first = await ask("ann");
  const count = async () =>
    (
      await rows(
        "SELECT channel_codes AS n FROM account_counts WHERE account_id = ?",
        world.account.id,
      )
    )[0].n;
  expect(await count()).toBe(1);
  await rows(
    "UPDATE account_counts SET channel_codes = ? WHERE account_id = ?",
    MAX_CODES,
    world.account.id,
  );
  const refused = await ask("bob");
  expect([refused.status, refused.body]).toEqual([
    400,
    {
      statusCode: 400,
      message: ["codes must not be more than 300000 an account in a day"],
      error: "Bad Request",
    },
  ]);
  expect((await ask("ann")).body.code).toBe(first.body.code);
  expect((await redeem(await newDevice(world), first.body.code)).status).toBe(201);
  expect((await ask("bob")).status).toBe(200);
  await api("DELETE", `/api/v1/channels/${world.channel.id}`, { token: world.account.key });
  expect(await count()).toBe(MAX_CODES - 1);
});

test("a device can be 100 people, and a person have 100 devices: one more is refused, and repeated ones aren't", async () => {
  const world = await channelWorld();
  const device = await newDevice(world);
  const bind = async (iuid: string, subscriber_id = device.id) =>
    api("POST", `/api/v1/channels/${world.channel.id}/subscriptions`, {
      token: world.account.key,
      json: { iuid, subscriber_id },
    });
  for (let at = 0; at < 100; at += 1) expect((await bind(`p${at}`)).status).toBe(201);
  const refused = await bind("p100");
  expect([refused.status, refused.body.message]).toEqual([
    422,
    `The subscriptions field ${BOUND}.`,
  ]);
  const { code } = (await channelApi(world, "GET", "/subscriptions/p100/code")).body;
  const redeemed = await redeem(device, code);
  expect([redeemed.status, JSON.stringify(redeemed.body)]).toEqual([
    422,
    expect.stringContaining(BOUND),
  ]);
  expect((await bind("p7")).status).toBe(201);
  // the refused code is still good for another device
  const other = await newDevice(world);
  expect((await redeem(other, code)).status).toBe(201);

  await rows(
    `INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, tags, status, token_since,
       last_active_at, created_at, updated_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
     SELECT 'many-' || id || i, account_id, app_id, platform, provider, 'many' || i, '[]', 'inactive', 1, 1, 1, 1
     FROM n, subscribers WHERE uuid = ?`,
    device.id,
  );
  await rows(
    `INSERT INTO channel_devices (subscription_id, subscriber_id, created_at)
     SELECT kept.id, device.id, 1 FROM channel_subscriptions AS kept, subscribers AS device
     WHERE kept.channel_id = ? AND kept.iuid = 'p0' AND device.app_id = ? AND device.uuid LIKE 'many-%'`,
    world.channel.id,
    world.appId,
  );
  expect((await bind("p0", other.id)).status).toBe(422);
});

/** Gives the subscription as many messages as there may be. */
async function fillMessages(id: string): Promise<void> {
  await rows(
    `INSERT INTO channel_messages (id, subscription_id, content, created_at, place)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MAX_MESSAGES})
     SELECT printf('%024d', i), ?, '{}', 1, i FROM n`,
    id,
  );
}

async function kept(id: string) {
  const [found] = await rows(
    "SELECT count(*) AS n, min(id) AS oldest, max(id) AS newest FROM channel_messages WHERE subscription_id = ?",
    id,
  );
  return found;
}

test("a subscription keeps its newest 1,000 messages", async () => {
  const world = await channelWorld();
  const { id } = await subscribe(world, await newDevice(world), "ann");
  await subscribe(world, await newDevice(world), "bob");
  await fillMessages(id);
  const sent = await sendTo(world, "ann");
  expect((await sendTo(world, "bob")).status).toBe(200);
  expect(await kept(id)).toEqual({
    n: MAX_MESSAGES,
    oldest: "2".padStart(24, "0"),
    newest: sent.body.id,
  });
  await Promise.all([1, 2, 3].map(async () => sendTo(world, "ann")));
  expect(await kept(id)).toMatchObject({ n: MAX_MESSAGES, oldest: "5".padStart(24, "0") });
});

test("of a subscription whose oldest messages have expired none goes before there are 1,000 again", async () => {
  const world = await channelWorld();
  const { id } = await subscribe(world, await newDevice(world), "ann");
  await fillMessages(id);
  await rows("DELETE FROM channel_messages WHERE subscription_id = ? AND place <= 2", id);
  for (let n = 0; n < 3; n += 1) await sendTo(world, "ann");
  expect(await kept(id)).toMatchObject({ n: MAX_MESSAGES, oldest: "4".padStart(24, "0") });
});

test("so it does where the last ones came in another order than that of their ids", async () => {
  const world = await channelWorld();
  const { id } = await subscribe(world, await newDevice(world), "ann");
  await fillMessages(id);
  const turned =
    "UPDATE channel_messages SET place = 2 * ? + 1 - 10 - place WHERE place > ? - 10 AND subscription_id = ?";
  await rows(turned, MAX_MESSAGES, MAX_MESSAGES, id);
  await sendTo(world, "ann");
  expect(await kept(id)).toMatchObject({ n: MAX_MESSAGES, oldest: "2".padStart(24, "0") });
});

test("to find the message that goes reads a few rows, however many there are", async () => {
  const world = await channelWorld();
  const { id } = await subscribe(world, await newDevice(world), "ann");
  // No push is made of it, whose end would be read as well.
  await rows("UPDATE channel_subscriptions SET mute = 1 WHERE id = ?", id);
  await fillMessages(id);
  const read = countRowsRead();
  expect((await sendTo(world, "ann")).status).toBe(200);
  expect(read()).toBeGreaterThan(0);
  expect(read()).toBeLessThan(64);
});

test("expired codes don't wait for a place: 20,000 go in a minute, more than a thousand at once", async () => {
  const { account, channel } = await channelWorld();
  await rows(
    `INSERT INTO channel_codes (channel_id, account_id, iuid, code_hash, sealed, expires_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
     SELECT ?1, ?2, 'iuid-' || i, 'hash-' || i, '', 1 FROM n`,
    channel.id,
    account.id,
  );
  const counted = async () =>
    rows("SELECT channel_codes AS n FROM account_counts WHERE account_id = ?", account.id);
  expect(await counted()).toEqual([{ n: 2500 }]);
  await expireCodes(testContext().ctx);
  expect(await counted()).toEqual([{ n: 0 }]);
});
