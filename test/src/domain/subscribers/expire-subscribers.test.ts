// The daily rules: a subscriber silent for 90 days becomes inactive, and after 180 days of that it is deleted.
import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from "cloudflare:test";
import { expect, test } from "vitest";
import worker from "../../../../src/index.ts";
import { expireSubscribers } from "../../../../src/domain/subscribers/expire-subscribers.ts";
import { testContext } from "../../../support/context.ts";
import { androidSubscriber, importAll } from "../../../support/push.ts";
import { api, bindings, rows } from "../../../support/worker.ts";
import { newAccount, newPushApp } from "../../../support/scenario.ts";

const DAY_MS = 86_400_000;

async function subscribers(count: number): Promise<string[]> {
  const account = await newAccount();
  const app = await newPushApp(account.key);
  const many = Array.from({ length: count }, () => androidSubscriber());
  return (await importAll(account, app.id, many)).map(({ id }) => id);
}

async function statusOf(id: string | undefined): Promise<string | null> {
  const [row] = await rows("SELECT status FROM subscribers WHERE uuid = ?", id);
  return row?.status ?? null;
}

function age(id: string | undefined, days: { active: number; changed: number }) {
  const now = Date.now();
  return rows(
    "UPDATE subscribers SET last_active_at = ?, updated_at = ? WHERE uuid = ?",
    now - days.active * DAY_MS,
    now - days.changed * DAY_MS,
    id,
  );
}

test("makes silent subscribers inactive, deletes long inactive ones, and leaves the others alone", async () => {
  const [fresh, silent, inactive, old, young, gone] = await subscribers(6);
  await age(fresh, { active: 89, changed: 89 });
  await age(silent, { active: 91, changed: 300 });
  await rows(
    "UPDATE subscribers SET status = 'inactive' WHERE uuid IN (?, ?, ?)",
    inactive,
    old,
    young,
  );
  await age(inactive, { active: 181, changed: 179 });
  await age(old, { active: 271, changed: 181 });
  await age(young, { active: 1, changed: 181 });
  await rows("UPDATE subscribers SET status = 'unsubscribed' WHERE uuid = ?", gone);
  await age(gone, { active: 1000, changed: 1000 });
  // twice at once, as crons may be
  await Promise.all([expireSubscribers(testContext().ctx), expireSubscribers(testContext().ctx)]);
  expect(await Promise.all([fresh, silent, inactive, old, young, gone].map(statusOf))).toEqual([
    "active",
    "inactive",
    "inactive",
    null,
    "inactive",
    "unsubscribed",
  ]);
});

test("deletes a subscriber three years after it unsubscribed, and not before", async () => {
  const [id] = await subscribers(1);
  await rows("UPDATE subscribers SET status = 'unsubscribed' WHERE uuid = ?", id);
  for (const [days, left] of [
    [3 * 365 - 1, "unsubscribed"],
    [3 * 365 + 1, null],
  ] as const) {
    await age(id, { active: days, changed: days });
    await expireSubscribers(testContext().ctx);
    expect(await statusOf(id)).toBe(left);
  }
});

test("deletes a subscriber 180 days after it became inactive, and not before", async () => {
  const [id] = await subscribers(1);
  await age(id, { active: 500, changed: 500 });
  await expireSubscribers(testContext().ctx);
  expect(await statusOf(id)).toBe("inactive");
  await expireSubscribers(testContext(() => Date.now() + 179 * DAY_MS).ctx);
  expect(await statusOf(id)).toBe("inactive");
  await expireSubscribers(testContext(() => Date.now() + 181 * DAY_MS).ctx);
  expect(await statusOf(id)).toBeNull();
});

test("a device that was only silent becomes active when seen again, one whose token died does not", async () => {
  const account = await newAccount();
  const app = await newPushApp(account.key);
  const [{ public_key: publicKey }] = await rows(
    "SELECT public_key FROM apps WHERE uuid = ?",
    app.id,
  );
  const device = async () => {
    const { body } = await api("POST", `/public/apps/${app.id}/subscribers`, {
      headers: { "x-app-key": publicKey },
      json: androidSubscriber(),
    });
    return body.data as { id: string; token: string };
  };
  const [silent, dead] = [await device(), await device()];
  await age(silent.id, { active: 91, changed: 91 });
  await age(dead.id, { active: 60, changed: 30 });
  await rows(
    "UPDATE subscribers SET status = 'inactive', retired_as = 'gone', retired_at = 1 WHERE uuid = ?",
    dead.id,
  );
  await expireSubscribers(testContext().ctx);
  expect(await statusOf(silent.id)).toBe("inactive");
  for (const { id, token } of [silent, dead]) {
    const path = `/public/subscribers/${id}`;
    expect((await api("PATCH", path, { token, json: { language: "de" } })).status).toBe(200);
  }
  expect([await statusOf(silent.id), await statusOf(dead.id)]).toEqual(["active", "inactive"]);
});

test("the Worker applies the rules at 03:00 UTC", async () => {
  const [id] = await subscribers(1);
  await age(id, { active: 91, changed: 91 });
  const execution = createExecutionContext();
  const controller = createScheduledController({ cron: "0 3 * * *" });
  await worker.scheduled(controller, bindings, execution);
  await waitOnExecutionContext(execution);
  expect(await statusOf(id)).toBe("inactive");
});
