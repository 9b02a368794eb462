// What operators manage: accounts and their API keys, plans, and builders.
import { createHash } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { admin, api, bindings, rows } from "../../../support/worker.ts";
import { newAccount, newKey } from "../../../support/scenario.ts";
import { changeNextSession } from "../../../support/trips.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const person = { name: "John Doe", email: "john@example.com" };

/** The account's balance; fails unless the ledger adds up to it. */
async function balance(accountId: number): Promise<number> {
  const [row] = await rows(
    `SELECT build_credits, (SELECT coalesce(sum(delta), 0) FROM credit_ledger WHERE account_id = ?1)
       AS ledger FROM accounts WHERE id = ?1`,
    accountId,
  );
  expect(row.build_credits).toBe(row.ledger);
  return row.build_credits;
}

async function activeSubscriptions(accountId: number) {
  return rows(
    "SELECT plan_id FROM plan_subscriptions WHERE account_id = ? AND status = 'active'",
    accountId,
  );
}

describe("accounts", () => {
  test("an account opened without a plan is Free, with that plan's credits and no subscription", async () => {
    const made = await admin("POST", "/accounts", person);
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      data: {
        ...person,
        id: expect.any(Number),
        plan: { id: 1, name: "Free" },
        build_credits: 10,
        created_at: expect.stringMatching(TIME),
      },
    });
    expect(await activeSubscriptions(made.body.data.id)).toEqual([]);
    expect(await balance(made.body.data.id)).toBe(10);
  });

  test.each([
    [{ plan: "Pro" }, 100, [{ plan_id: 2 }]],
    [{ plan: "Unlimited" }, 0, [{ plan_id: 3 }]],
    [{ plan: "Free", build_credits: 0 }, 0, []],
    [{ plan: "Pro", build_credits: 7 }, 7, [{ plan_id: 2 }]],
    [{ plan: null, build_credits: null }, 10, []],
  ])(
    "an account opened with %j has %i credits and the subscriptions %j",
    async (wanted, credits, subscriptions) => {
      const made = await admin("POST", "/accounts", { ...person, ...wanted });
      expect(made.status).toBe(201);
      expect(made.body.data.build_credits).toBe(credits);
      expect(await balance(made.body.data.id)).toBe(credits);
      expect(await activeSubscriptions(made.body.data.id)).toEqual(subscriptions);
    },
  );

  test("an account whose opening fails halfway does not exist", async () => {
    changeNextSession((session) => {
      vi.spyOn(session, "batch").mockRejectedValue(new Error("the connection is lost"));
      return session;
    });
    const email = "half@example.com";
    const made = await admin("POST", "/accounts", { ...person, email, plan: "Pro" });
    expect(made.status).toBe(500);
    expect(await rows("SELECT id FROM accounts WHERE email = ?", email)).toEqual([]);
  });

  const PLANS = "The plan field must be one of Free, Pro, Unlimited.";
  test.each([
    [{ name: "" }, "name", "The name field is required."],
    [{ name: "a\u0000" }, "name", "The name field must not hold control characters."],
    [{ email: "nobody" }, "email", "The email field must be a valid email address."],
    [{ email: undefined }, "email", "The email field is required."],
    [{ plan: "Gold" }, "plan", PLANS],
    [{ plan: 2 }, "plan", "The plan field must be a string."],
    [{ build_credits: -1 }, "build_credits", "The build credits field must be at least 0."],
    [{ build_credits: 1.5 }, "build_credits", "The build credits field must be an integer."],
    [{ build_credits: "9" }, "build_credits", "The build credits field must be an integer."],
    [
      { build_credits: 1e10 },
      "build_credits",
      "The build credits field must not be greater than 1000000000.",
    ],
  ])("answers 422 for %j and opens no account", async (wanted, field, sentence) => {
    const count = async () => (await rows("SELECT count(*) AS n FROM accounts"))[0].n;
    const before = await count();
    const refused = await admin("POST", "/accounts", { ...person, ...wanted });
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({ message: sentence, errors: { [field]: [sentence] } });
    expect(await count()).toBe(before);
  });

  test("plan and credits can be changed alone or together, and the ledger agrees", async () => {
    const { id } = await newAccount({ build_credits: 5 });
    const patch = async (json: unknown) =>
      (await admin("PATCH", `/accounts/${id}`, json)).body.data;
    expect(await patch({ build_credits: 50 })).toMatchObject({
      build_credits: 50,
      plan: { id: 1 },
    });
    expect(await balance(id)).toBe(50);
    expect(await patch({ plan: "Pro" })).toMatchObject({ build_credits: 50, plan: { id: 2 } });
    expect(await activeSubscriptions(id)).toEqual([{ plan_id: 2 }]);
    expect(await patch({ plan: "Free", build_credits: 3 })).toMatchObject({
      build_credits: 3,
      plan: { id: 1 },
    });
    expect(await activeSubscriptions(id)).toEqual([]);
    expect(await balance(id)).toBe(3);
    expect(await patch({})).toMatchObject({ build_credits: 3, plan: { id: 1 } });
    const ended = await rows(
      "SELECT status, ended_at FROM plan_subscriptions WHERE account_id = ?",
      id,
    );
    expect(ended).toEqual([{ status: "ended", ended_at: expect.any(Number) }]);
  });

  test("a change to an unknown plan answers 422 and leaves the credits unchanged too", async () => {
    const { id } = await newAccount({ build_credits: 5 });
    const refused = await admin("PATCH", `/accounts/${id}`, { plan: "Gold", build_credits: 9 });
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual({ plan: [PLANS] });
    expect(await balance(id)).toBe(5);
  });

  test("an API key made by an operator has the scopes and expiry it was given", async () => {
    const { id } = await newAccount();
    const minted = await admin("POST", `/accounts/${id}/api-keys`, {
      name: "CI",
      scopes: ["account:read"],
      expires_at: "2100-01-01T00:00:00Z",
    });
    expect(minted.status).toBe(201);
    const { key, ...shown } = minted.body.data;
    expect(key).toMatch(/^sw_live_[A-Za-z0-9_-]{43}$/);
    expect(shown).toMatchObject({
      name: "CI",
      key_prefix: key.slice(0, 12),
      scopes: ["account:read"],
      expires_at: "2100-01-01T00:00:00.000000Z",
    });
    expect((await api("GET", "/api/v1/account", { token: key })).body.data.id).toBe(id);
    expect((await api("GET", "/api/v1/apps", { token: key })).status).toBe(403);
  });
});

describe("plans", () => {
  const gold = {
    name: "Gold",
    price: 49.5,
    monthly_credits: 250,
    rate_limit: 3,
    features: ["Gold"],
  };

  test("Free, Pro and Unlimited exist from the start", async () => {
    const list = await admin("GET", "/plans");
    expect(list.status).toBe(200);
    const [free, pro, unlimited] = list.body.data;
    expect(free).toEqual({
      id: 1,
      name: "Free",
      price: 0,
      monthly_credits: 10,
      rate_limit: 600,
      push_rate_limit: 100,
      registration_rate_limit: 30,
      max_subscribers: 10_000,
      features: expect.any(Array),
    });
    expect(pro).toMatchObject({ id: 2, name: "Pro", price: 29.99, monthly_credits: 100 });
    expect(unlimited).toMatchObject({ id: 3, name: "Unlimited", monthly_credits: null });
  });

  test("a new plan is added, an existing one changed, and the others stay as they are", async () => {
    const before = (await admin("GET", "/plans")).body.data;
    const put = await admin("PUT", "/plans", { plans: [gold] });
    expect(put.status).toBe(200);
    const defaults = { push_rate_limit: 100, registration_rate_limit: 30 };
    const made = { ...gold, ...defaults, max_subscribers: 10_000 };
    expect(put.body.data).toEqual([...before, { id: expect.any(Number), ...made }]);
    const { id, key } = await newAccount({ plan: "Gold" });
    expect(await balance(id)).toBe(250);

    const changed = {
      ...gold,
      price: 0,
      monthly_credits: null,
      rate_limit: 4,
      push_rate_limit: 6,
      registration_rate_limit: 7,
      max_subscribers: 5,
      features: [],
    };
    const again = await admin("PUT", "/plans", { plans: [changed] });
    expect(again.body.data.at(-1)).toEqual({ id: put.body.data.at(-1).id, ...changed });
    expect(again.body.data.slice(0, -1)).toEqual(before);
    // left out, the number of subscribers stays
    const { max_subscribers: kept, ...others } = changed;
    expect((await admin("PUT", "/plans", { plans: [others] })).body.data.at(-1)).toMatchObject({
      max_subscribers: kept,
    });
    const answer = await api("GET", "/api/v1/account/usage", { token: key });
    expect(answer.headers.get("x-ratelimit-limit")).toBe("4");
    expect(answer.body.build_credits.unlimited).toBe(true);
  });

  test("fifty plans are accepted in one request, and fifty-one are refused", async () => {
    const many = Array.from({ length: 51 }, (_, n) => ({ ...gold, name: `Tier ${n}`, price: n }));
    expect((await admin("PUT", "/plans", { plans: many })).status).toBe(422);
    const put = await admin("PUT", "/plans", { plans: many.slice(0, 50) });
    expect(put.status).toBe(200);
    expect(put.body.data.slice(-50)).toMatchObject(many.slice(0, 50));
  });

  test("a request that names a plan twice is refused", async () => {
    const refused = await admin("PUT", "/plans", { plans: [gold, { ...gold, price: 1 }] });
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual({ plans: ["The plans field must name each plan once."] });
  });

  test.each([
    [{ plans: [] }, "plans"],
    [{ plans: [{ ...gold, rate_limit: 0 }] }, "plans.0.rate_limit"],
    [{ plans: [{ ...gold, max_subscribers: 0 }] }, "plans.0.max_subscribers"],
    [{ plans: [{ ...gold, price: -1 }] }, "plans.0.price"],
    [{ plans: [{ ...gold, price: "1" }] }, "plans.0.price"],
    [{ plans: [{ ...gold, monthly_credits: 1.5 }] }, "plans.0.monthly_credits"],
    [{ plans: [{ ...gold, name: "" }] }, "plans.0.name"],
    [{ plans: [gold, { ...gold, features: "x" }] }, "plans.1.features"],
    [{}, "plans"],
  ])("answers 422 for %j and changes no plan", async (json, field) => {
    const before = (await admin("GET", "/plans")).body;
    const refused = await admin("PUT", "/plans", json);
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.errors)).toEqual([field]);
    expect((await admin("GET", "/plans")).body).toEqual(before);
  });
});

describe("builders", () => {
  test("a builder's token is shown once and kept as its SHA-256", async () => {
    const made = await admin("POST", "/builders", { name: "host-1" });
    expect(made.status).toBe(201);
    const { token, ...shown } = made.body.data;
    expect(token).toMatch(/^sw_bld_[A-Za-z0-9_-]{43}$/);
    expect(shown).toEqual({
      id: expect.any(Number),
      name: "host-1",
      token_prefix: token.slice(0, 12),
      state: "offline",
      draining_since: null,
      last_seen_at: null,
      current_jobs: [],
      slots: null,
      created_at: expect.stringMatching(TIME),
    });
    const list = await admin("GET", "/builders");
    expect(list.status).toBe(200);
    expect(list.body.data[0]).toEqual(shown);
    const [row] = await rows("SELECT * FROM builders WHERE id = ?", shown.id);
    expect(JSON.stringify([row, list.body])).not.toContain(token.slice(12));
    expect(row.token_hash).toBe(createHash("sha256").update(token).digest("hex"));
  });

  test.each(["", "a\u0000", "a\nb", "a\ud800", "\u200b", "x".repeat(101)])(
    "answers 422 for the builder's name %j",
    async (name) => {
      const refused = await admin("POST", "/builders", { name });
      expect([refused.status, Object.keys(refused.body.errors)]).toEqual([422, ["name"]]);
    },
  );

  test("a builder's token is refused by the APIs, and their tokens by the builder protocol", async () => {
    const made = await admin("POST", "/builders", { name: "host-2" });
    const { token } = made.body.data;
    expect((await api("GET", "/api/v1/account", { token })).status).toBe(401);
    expect((await api("GET", "/api/v1/admin/plans", { token })).status).toBe(401);
    const { id } = await newAccount();
    const lease = await api("POST", "/builder/v1/lease", { token: await newKey(id), json: {} });
    expect(lease.status).toBe(401);
    const operators = await api("POST", "/builder/v1/lease", {
      token: bindings.ADMIN_TOKEN,
      json: {},
    });
    expect(operators.status).toBe(401);
  });
});
