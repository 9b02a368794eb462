// What the cron deletes after one year and after two, and what it keeps.
import { expect, test } from "vitest";
import { everyMinute } from "../../../src/cron/every-minute.ts";
import { channelWorld, newDevice, sendTo, subscribe } from "../../support/channels.ts";
import { testContext } from "../../support/context.ts";
import { instantWorld, PUSH } from "../../support/instant.ts";
import { useInternet } from "../../support/receiver.ts";
import { sentNotification } from "../../support/tracked.ts";
import { api, eventually, rows } from "../../support/worker.ts";

// pushes reach no real provider
useInternet();

const DAY_MS = 86_400_000;

const sweepAfter = async (days: number) =>
  everyMinute(testContext(() => Date.now() + days * DAY_MS).ctx);

test("notifications sent through a channel are deleted after a year, though the channel is gone", async () => {
  const world = await channelWorld();
  await subscribe(world, await newDevice(world), "ann");
  await sendTo(world, "ann");
  const ordinary = await sentNotification({ id: world.appId });
  const kept = async () =>
    (await rows("SELECT id FROM notifications WHERE app_id = ? ORDER BY id", world.appId)).map(
      ({ id }) => id,
    );
  const results = async (id: number) =>
    rows("SELECT 1 FROM batch_results WHERE id >= ? AND id < ?", id * 1e6, (id + 1) * 1e6);
  const [direct] = await kept();
  await eventually(async () => (await results(direct)).length > 0);
  await rows(
    "INSERT INTO engagements VALUES (?, 1, 'clicked', 1), (?, 1, 'clicked', 1)",
    direct,
    ordinary.id,
  );
  await api("DELETE", `/api/v1/channels/${world.channel.id}`, { token: world.account.key });
  await sweepAfter(364);
  expect(await kept()).toEqual([direct, ordinary.id]);
  await sweepAfter(366);
  expect(await kept()).toEqual([ordinary.id]);
  expect(await results(direct)).toEqual([]);
  expect(await rows("SELECT notification_id AS id FROM engagements")).toEqual([
    { id: ordinary.id },
  ]);
});

test("campaigns and templates are deleted after two years, and their notifications stay", async () => {
  const { account, call, send } = await instantWorld();
  await send();
  await call("POST", "/pushes", PUSH);
  const left = async () =>
    Promise.all(
      ["campaigns", "templates", "notifications"].map(
        async (table) =>
          (await rows(`SELECT 1 FROM ${table} WHERE account_id = ?`, account.id)).length,
      ),
    );
  await sweepAfter(729);
  expect(await left()).toEqual([1, 2, 1]);
  await sweepAfter(731);
  expect(await left()).toEqual([0, 0, 1]);
  expect(await rows("SELECT 1 FROM template_translations")).toEqual([]);
  expect(await rows("SELECT 1 FROM campaign_notifications")).toEqual([]);
});
