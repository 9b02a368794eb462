// The operators' page of all sends: what is being sent first, no texts, and stopping one, which its account is told of.
import { beforeAll, expect, test } from "vitest";
import { operatorSignedIn, signedIn, type TestPerson } from "../../../support/person.ts";
import { newOneOfEach, type OneOfEach } from "../../../support/scenario.ts";
import { rows } from "../../../support/worker.ts";

const PATH = "/dashboard/admin/sends";

let operator: TestPerson;
let one: OneOfEach;
let other: OneOfEach;
beforeAll(async () => {
  operator = await operatorSignedIn();
  [one, other] = [await newOneOfEach(), await newOneOfEach()];
});

type Fields = Partial<Record<"status" | "targeting" | "failure_reason", string>> & {
  sent?: number;
  isTest?: boolean;
};

/** A notification of the account's app; returns its id. */
async function add({ id, ids }: OneOfEach, fields: Fields): Promise<number> {
  const { status = "sent", targeting = null, failure_reason = null, sent = 0 } = fields;
  const [row] = await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, targeting, started_at, sent_at, failure_reason,
       total_count, sent_count, failed_count, is_test, created_at, updated_at)
     VALUES (?, ?, ?, ?, '{"title":"Private words","body":"b"}', ?, ?, 3500, ?, 2000, ?, 3, ?, 1, 1) RETURNING id`,
    crypto.randomUUID(),
    id,
    ids.app,
    status,
    targeting,
    status === "scheduled" || status === "draft" ? null : 1000,
    failure_reason,
    sent,
    Number(fields.isTest ?? false),
  );
  return row.id;
}

const shown = async (query = "") => {
  const { html } = await operator.get(PATH + query);
  return [...html.matchAll(/<th scope="row">#(\d+),/g)].map(([, id]) => Number(id));
};

test("what is being sent comes first, then the rest, newest first, and nobody's words", async () => {
  const sending = await add(one, { status: "sending", sent: 1200 });
  const failed = await add(other, { status: "failed", failure_reason: "no key" });
  const scheduled = await add(one, { status: "scheduled", targeting: '{"type":"tags"}' });
  const hidden = [
    await add(one, { status: "draft" }),
    await add(one, { targeting: '{"type":"subscribers","ids":[1]}' }),
    await add(one, { targeting: '{"type":"subscribers","ids":[1]}', isTest: true }),
  ];
  const all = await shown();
  expect(all.slice(0, 3)).toEqual([sending, scheduled, failed]);
  for (const id of hidden) expect(all).not.toContain(id);
  const { html } = await operator.get(PATH);
  expect(html).not.toContain("Private words");
  expect(html).toContain("no key");
  expect(html).toContain("1,200");
  expect(html).toContain("to a part of the audience");
  expect(html).toContain("2.50 s");
  expect(html).toContain(`?part=state&amp;of=${sending}`);
  expect(await shown("?state=failed")).toContain(failed);
  expect(await shown("?state=failed")).not.toContain(scheduled);
  expect(await shown("?state=sending")).toContain(sending);
  expect(await shown(`?account=${other.id}&state=failed`)).toEqual([failed]);
  const ofOther = await shown(`?account=${other.id}`);
  expect(ofOther).toContain(failed);
  expect(ofOther).not.toContain(sending);
  const none = await operator.get(`${PATH}?account=${other.id}&state=cancelled`);
  expect(none.html).toContain("No notification matches");
  expect(none.html).toContain(`href="/dashboard/admin/accounts/${other.id}"`);
  expect((await shown("?state=odd&account=0&before=x")).slice(0, 1)).toEqual([sending]);
});

test("what was cancelled before it was due says when that was", async () => {
  const id = await add(one, { status: "scheduled" });
  const due = Date.parse("2031-02-03T04:05:00Z");
  await rows("UPDATE notifications SET scheduled_at = ? WHERE id = ?", due, id);
  const row = async () => (await operator.get(PATH)).html.split(`#${id},`)[1]?.split("</tr>")[0];
  expect(await row()).toContain("3 Feb 2031, 04:05 UTC");
  await operator.post(`${PATH}/${id}/stop`);
  expect(await row()).not.toContain("2031");
});

test("the state of what is being sent moves, until it is over", async () => {
  const id = await add(one, { status: "sending", sent: 500 });
  const part = await operator.get(`${PATH}?part=state&of=${id}`);
  expect(part.html).toContain('value="503"');
  expect(part.headers.get("slipway-ends")).toBeNull();
  await rows("UPDATE notifications SET status = 'sent' WHERE id = ?", id);
  const over = await operator.get(`${PATH}?part=state&of=${id}`);
  expect(over.headers.get("slipway-ends")).toBe("page");
  for (const of of ["999999999", "x", ""]) {
    expect((await operator.get(`${PATH}?part=state&of=${of}`)).status).toBe(404);
  }
});

test("pages go on where the one before ended", async () => {
  const of = await newOneOfEach();
  const ids: number[] = [];
  for (let n = 0; n < 23; n += 1) {
    ids.unshift(await add(of, { status: n % 2 === 0 ? "sent" : "cancelled" }));
  }
  const query = `?account=${of.id}`;
  const { html } = await operator.get(PATH + query);
  const [older] = /[^"]+before=\d+/.exec(html)!;
  const next = await shown(older.replaceAll("&amp;", "&").slice(PATH.length));
  expect([...(await shown(query)), ...next].slice(0, 23)).toEqual(ids);
  // As many as a page has are all on it.
  await rows("UPDATE notifications SET status = 'draft' WHERE id < ?", ids[19]);
  expect((await operator.get(PATH + query)).html).not.toMatch(/before=\d+/);
});

test.each([
  ["sending", "Stopped. Nobody else gets it."],
  ["scheduled", "Cancelled. Nobody gets it."],
])("one that is %s is stopped, once, and its account is told by whom", async (status, says) => {
  const id = await add(one, { status });
  const stopped = await operator.post(`${PATH}/${id}/stop`);
  expect([stopped.status, stopped.to]).toEqual([303, PATH]);
  expect(decodeURIComponent(stopped.headers.get("set-cookie") ?? "")).toContain(says);
  const [row] = await rows("SELECT status FROM notifications WHERE id = ?", id);
  expect(row.status).toBe("cancelled");
  const again = await operator.post(`${PATH}/${id}/stop`);
  expect(again.status).toBe(400);
  const entries = await rows(
    "SELECT who, who_name, account_id FROM audit_entries WHERE did = 'notification.cancel' AND thing_id = ?",
    String(id),
  );
  expect(entries).toEqual([{ who: "operator", who_name: operator.name, account_id: one.id }]);
});

test.each([
  ["a draft", { status: "draft" }],
  ["one to a single person", { status: "sending", targeting: '{"type":"subscribers","ids":[1]}' }],
])("what is in no list, as %s, is neither looked at nor stopped", async (_, fields) => {
  const id = await add(one, fields);
  expect((await operator.get(`${PATH}?part=state&of=${id}`)).status).toBe(404);
  expect((await operator.post(`${PATH}/${id}/stop`)).status).toBe(404);
  const [row] = await rows("SELECT status FROM notifications WHERE id = ?", id);
  expect(row.status).toBe(fields.status);
});

test("whoever is no operator stops nothing", async () => {
  const id = await add(one, { status: "sending" });
  const owner = await signedIn("owner", one);
  expect((await owner.post(`${PATH}/${id}/stop`)).status).toBe(404);
  expect((await operator.post(`${PATH}/999999999/stop`)).status).toBe(404);
  const [row] = await rows("SELECT status FROM notifications WHERE id = ?", id);
  expect(row.status).toBe("sending");
});
