// How operators find accounts, suspend them and let them go on, by the API.
import { beforeAll, describe, expect, test } from "vitest";
import { MAX_REASON } from "../../../../src/domain/operators/suspend-account.ts";
import { signedIn } from "../../../support/person.ts";
import { newAccount, newApp, newOwner } from "../../../support/scenario.ts";
import { admin, rows } from "../../../support/worker.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const DAY = 86_400_000;
const REASON = "Its apps imitate a bank.";

const suspend = async (id: number, json: unknown = { reason: REASON }) =>
  admin("POST", `/accounts/${id}/suspend`, json);
const resume = async (id: number) => admin("POST", `/accounts/${id}/resume`);
const auditOf = async (id: number) =>
  rows(
    "SELECT who, did, facts FROM audit_entries WHERE account_id = ? AND did IN ('account.suspend', 'account.resume') ORDER BY id",
    id,
  );

/** What the accounts of this file are called begins with this. */
const MARK = `Zulu${crypto.randomUUID().slice(0, 8)}`;
const open = async (name: string, email: string, more = {}) =>
  (await admin("POST", "/accounts", { name: `${MARK}${name}`, email, ...more })).body.data.id;
const listed = async (query: Record<string, string>) => {
  const answer = await admin("GET", `/accounts?${new URLSearchParams(query).toString()}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const ids: number[] = answer.body.data.map(({ id }: { id: number }) => id);
  return { ids, meta: answer.body.meta, data: answer.body.data };
};

let alpha: number;
let beta: number;
let gamma: number;
beforeAll(async () => {
  alpha = await open(" Alpha", "one@zulu.example");
  beta = await open(" Beta", `${MARK}@beta.example`, { plan: "Pro" });
  gamma = await open(" Gamma", "three@zulu.example", { plan: "Pro" });
  await suspend(gamma);
});

describe("the list", () => {
  test("has the newest first, with what operators look at", async () => {
    const person = await signedIn();
    const { account } = person;
    const app = await newApp(account.key);
    const day = (back: number) => new Date(Date.now() - back * DAY).toISOString().slice(0, 10);
    for (const [back, sent] of [
      [1, 5],
      [29, 7],
      [40, 100],
    ] as const) {
      await rows(
        `INSERT INTO daily_stats (app_id, date, sent, delivered, clicked, failed, new_subscribers, unsubscribes)
         VALUES (?, ?, ?, 0, 0, 0, 0, 0)`,
        app.id,
        day(back),
        sent,
      );
    }
    const { data } = await listed({ per_page: "1" });
    const expected = {
      id: account.id,
      name: expect.stringMatching(/^Tester/),
      email: "tester@example.com",
      plan: { id: 1, name: "Free" },
      build_credits: 5,
      created_at: expect.stringMatching(TIME),
      apps: 1,
      members: 1,
      owner: { name: person.name, email: person.email },
      sent_30_days: 12,
      suspended_at: null,
      suspended_reason: null,
    };
    expect(data).toEqual([expected]);
    const one = await admin("GET", `/accounts/${account.id}`);
    expect(one.body).toEqual({ data: expected });
  });

  test("finds accounts by how their name or address begins, in whatever case", async () => {
    const all = [gamma, beta, alpha];
    expect(await listed({ q: MARK })).toMatchObject({
      ids: all,
      meta: { current_page: 1, total: 3 },
    });
    expect((await listed({ q: MARK.toUpperCase() })).ids).toEqual(all);
    expect((await listed({ q: `${MARK} be` })).ids).toEqual([beta]);
    expect((await listed({ q: `${MARK}@` })).ids, "an address").toEqual([beta]);
    // What is in the middle is not searched, and no letter is a wildcard.
    for (const q of ["Alpha", `%${MARK.slice(1)}`, `_${MARK.slice(1)}`, `${MARK}%`]) {
      expect((await listed({ q })).ids, q).toEqual([]);
    }
  });

  test("is narrowed by plan and by suspension, and goes page by page", async () => {
    expect((await listed({ q: MARK, plan: "Pro" })).ids).toEqual([gamma, beta]);
    expect((await listed({ q: MARK, plan: "Pro", suspended: "true" })).ids).toEqual([gamma]);
    expect((await listed({ q: MARK, suspended: "false" })).ids).toEqual([beta, alpha]);
    expect((await listed({ plan: "Pro", suspended: "true" })).ids).toContain(gamma);
    const page = async (at: string) => listed({ q: MARK, per_page: "2", page: at });
    expect([(await page("1")).ids, (await page("2")).ids, (await page("3")).ids]).toEqual([
      [gamma, beta],
      [alpha],
      [],
    ]);
    expect((await page("3")).meta).toEqual({ current_page: 3, total: 3 });
  });

  test("leaves out accounts that are deleted", async () => {
    const id = await open(" Gone", "gone@zulu.example");
    await rows("UPDATE accounts SET deleted_at = 1, name = '', email = '' WHERE id = ?", id);
    expect((await listed({ q: MARK })).ids).not.toContain(id);
    expect((await listed({})).ids).not.toContain(id);
    for (const answer of [
      await admin("GET", `/accounts/${id}`),
      await suspend(id),
      await resume(id),
    ]) {
      expect([answer.status, answer.body]).toEqual([404, { message: "Account not found." }]);
    }
  });

  test.each([
    ["plan=Gold", "plan", "The plan field must be one of Free, Pro, Unlimited."],
    ["q=", "q", "The q field is required."],
    [`q=${"a".repeat(255)}`, "q", "The q field must not be greater than 254 characters."],
    [
      "suspended=yes",
      "suspended",
      "The selected suspended is invalid. It must be one of true, false.",
    ],
    ["per_page=101", "per_page", "The per page field must not be greater than 100."],
    [
      "page=1001",
      "page",
      "The page field must lie within the first 10000 accounts: search for the others.",
    ],
  ])("refuses %s", async (query, field, message) => {
    const refused = await admin("GET", `/accounts?${query}`);
    expect([refused.status, refused.body.errors]).toEqual([422, { [field]: [message] }]);
  });

  test("reads no more than its page, however many accounts there are", async () => {
    const plans = [
      "SELECT id FROM accounts WHERE name COLLATE NOCASE >= 'a' AND name COLLATE NOCASE < 'b' ORDER BY name COLLATE NOCASE LIMIT 9",
      "SELECT id FROM accounts WHERE email COLLATE NOCASE >= 'a' AND email COLLATE NOCASE < 'b' ORDER BY email COLLATE NOCASE LIMIT 9",
      "SELECT id FROM accounts WHERE plan_id = 1 AND deleted_at IS NULL ORDER BY id DESC LIMIT 9",
      "SELECT id FROM accounts WHERE +plan_id = 1 AND suspended_at IS NOT NULL AND deleted_at IS NULL ORDER BY id DESC LIMIT 9",
    ];
    const used = ["accounts_name", "accounts_email", "accounts_plan", "accounts_suspended"];
    for (const [at, query] of plans.entries()) {
      const plan = (await rows(`EXPLAIN QUERY PLAN ${query}`))
        .map(({ detail }) => detail)
        .join("\n");
      expect(plan).toContain(used[at]);
      expect(plan).not.toContain("TEMP B-TREE");
    }
  });
});

describe("suspending", () => {
  test("says since when and why, once, and is in the account's audit log", async () => {
    const { id } = await newAccount();
    const before = Date.now();
    const { status, body } = await suspend(id);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      id,
      suspended_at: expect.stringMatching(TIME),
      suspended_reason: REASON,
    });
    expect(Date.parse(body.data.suspended_at)).toBeGreaterThanOrEqual(before);
    // The same again changes nothing.
    expect((await suspend(id)).body).toEqual(body);
    const changed = await suspend(id, { reason: "  Another one " });
    expect(changed.body.data).toEqual({ ...body.data, suspended_reason: "Another one" });
    expect(await auditOf(id)).toEqual([
      { who: "operator", did: "account.suspend", facts: JSON.stringify({ reason: REASON }) },
      { who: "operator", did: "account.suspend", facts: '{"reason":"Another one"}' },
    ]);
    const gone = await resume(id);
    expect(gone.body.data).toMatchObject({ suspended_at: null, suspended_reason: null });
    // One that goes on stays as it is.
    expect((await resume(id)).body).toEqual(gone.body);
    expect((await auditOf(id)).map(({ did }) => did)).toEqual([
      "account.suspend",
      "account.suspend",
      "account.resume",
    ]);
  });

  test.each([
    [{}, "The reason field is required."],
    [{ reason: "" }, "The reason field is required."],
    [{ reason: " " }, "The reason field is required."],
    [
      { reason: "x".repeat(MAX_REASON + 1) },
      `The reason field must not be greater than ${MAX_REASON} characters.`,
    ],
    [{ reason: 5 }, "The reason field must be a string."],
    [{ reason: "a\nb" }, "The reason field must not hold control characters."],
  ])("refuses %j", async (json, message) => {
    const { id } = await newAccount();
    const refused = await suspend(id, json);
    expect([refused.status, refused.body.errors]).toEqual([422, { reason: [message] }]);
    expect(await auditOf(id)).toEqual([]);
  });

  test("takes the longest reason, and refuses fields that it does not know", async () => {
    const { id } = await newAccount();
    const reason = "ö".repeat(MAX_REASON);
    expect((await suspend(id, { reason })).body.data.suspended_reason).toBe(reason);
    expect((await suspend(id, { reason, until: 5 })).status).toBe(422);
  });

  test("leaves operators what they do with it: plan, credits, keys", async () => {
    const { account } = await newOwner();
    await suspend(account.id);
    expect((await admin("PATCH", `/accounts/${account.id}`, { plan: "Pro" })).status).toBe(200);
    const key = await admin("POST", `/accounts/${account.id}/api-keys`, { name: "k" });
    expect(key.status).toBe(201);
  });
});
