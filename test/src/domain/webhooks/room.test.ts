// How many deliveries a webhook has: the trigger in migrations/0001 keeps the bound for every writer.
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { insertDeliveries, MAX_DELIVERIES } from "../../../../src/domain/webhooks/emit.ts";
import { testContext } from "../../../support/context.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newPushOwner } from "../../../support/scenario.ts";
import { api, rows } from "../../../support/worker.ts";

useInternet();

/** Makes the deliveries of `count` events of the app, which stay in the database. */
async function happen({ v1_id }: { v1_id: number }, count: number) {
  const events = sql`SELECT ${v1_id} AS app_id, '{}' AS data
    FROM json_each(${JSON.stringify(Array.from({ length: count }))})`;
  return insertDeliveries(testContext().ctx, "subscriber.created", events);
}

/** A webhook with `ended` and `pending` deliveries that counts as one with as many as it may have. */
async function fullWebhook(ended: number, pending: number) {
  const { account, app } = await newPushOwner();
  const path = `/api/v1/push/apps/${app.id}/webhooks`;
  const token = account.key;
  const json = { url: "https://hooks.example.com/in", events: ["subscriber.created"] };
  const { id: uuid } = (await api("POST", path, { token, json })).body.data;
  const [{ id }] = await rows("SELECT id FROM webhooks WHERE uuid = ?", uuid);
  await rows(
    `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, created_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
     SELECT 'made-' || ?1 || '-' || i, ?1, 'x', '{}', iif(i <= ?3, 'pending', 'delivered'), 0, 1 FROM n`,
    id,
    ended + pending,
    pending,
  );
  const counted = async () =>
    (await rows("SELECT deliveries AS n FROM webhooks WHERE id = ?", id))[0].n;
  expect(await counted()).toBe(ended + pending);
  await rows("UPDATE webhooks SET deliveries = ? WHERE id = ?", MAX_DELIVERIES, id);
  const old = async () =>
    (
      await rows(
        "SELECT uuid FROM webhook_deliveries WHERE webhook_id = ? AND uuid LIKE 'made-%' ORDER BY id",
        id,
      )
    ).map((row) => Number(row.uuid.split("-")[2]));
  const made = async () =>
    (
      await rows(
        "SELECT uuid FROM webhook_deliveries WHERE webhook_id = ? AND uuid NOT LIKE 'made-%'",
        id,
      )
    ).length;
  const sendTest = async () => api("POST", `${path}/${uuid}/test`, { token });
  return { app, old, made, counted, sendTest };
}

test("the oldest that ended makes room for a new one, and those that wait stay", async () => {
  const { old, made, counted, sendTest } = await fullWebhook(2, 2);
  expect((await sendTest()).status).toBe(200);
  expect(await old()).toEqual([1, 2, 4]);
  expect(await made()).toBe(1);
  expect(await counted()).toBe(MAX_DELIVERIES);
});

test("where all of them wait, no more are made, and what happened goes on", async () => {
  const { app, old, made, sendTest } = await fullWebhook(1, 100);
  const refused = await sendTest();
  expect([refused.status, refused.body.details]).toEqual([
    422,
    { deliveries: [`must not be more than ${MAX_DELIVERIES} that wait`] },
  ]);
  await happen(app, 2);
  expect([(await old()).length, await made()]).toEqual([101, 0]);
});

test("a statement that makes several stops at the bound and no sooner", async () => {
  const { app, old, made, counted } = await fullWebhook(3, 98);
  await happen(app, 2);
  expect([(await old()).length, await made()]).toEqual([99, 2]);
  await happen(app, 3);
  expect([(await old()).length, await made(), await counted()]).toEqual([98, 3, MAX_DELIVERIES]);
});

test("the bound in the trigger is the one that is told", async () => {
  const [{ sql }] = await rows(
    "SELECT sql FROM sqlite_master WHERE name = 'webhook_deliveries_bound'",
  );
  expect(sql.match(/>= (\d+)/g)).toEqual([`>= ${MAX_DELIVERIES}`, `>= ${MAX_DELIVERIES}`]);
});
