// Operators' pages of accounts: the list, one account, and what they do about it.
import { beforeAll, describe, expect, test } from "vitest";
import { operatorSignedIn, signedIn, type TestPerson } from "../../../support/person.ts";
import { newAccount, newOneOfEach, suspend } from "../../../support/scenario.ts";
import { admin, api, rows } from "../../../support/worker.ts";

const ACCOUNTS = "/dashboard/admin/accounts";
/** What the accounts of this file are called begins with this. */
const MARK = `Yoke${crypto.randomUUID().slice(0, 8)}`;

let operator: TestPerson;
let free: number;
let pro: number;
beforeAll(async () => {
  operator = await operatorSignedIn();
  const open = async (name: string, json = {}) =>
    (await admin("POST", "/accounts", { name: MARK + name, email: "yoke@example.com", ...json }))
      .body.data.id;
  free = await open(" Free");
  pro = await open(" Pro", { plan: "Pro" });
});

const errorsIn = (html: string) =>
  [...html.matchAll(/<p class="error"[^>]*>([^<]*)</g)].map(([, text = ""]) => text);
/** The accounts that a list leads to, by the links of their rows. */
const listed = async (query: Record<string, string>) => {
  const { status, html } = await operator.get(
    `${ACCOUNTS}?${new URLSearchParams(query).toString()}`,
  );
  expect(status).toBe(200);
  return [...html.matchAll(/row-link" href="[^"]*\/(\d+)"/g)].map(([, id]) => Number(id));
};
const noted = async (id: number, did: string) =>
  rows(
    "SELECT who, who_name, facts FROM audit_entries WHERE account_id = ? AND did = ? ORDER BY id",
    id,
    did,
  );

test("the address of the installation leads operators to the list, and nobody else anywhere", async () => {
  const led = await operator.get("/dashboard/admin");
  expect([led.status, led.to]).toEqual([303, ACCOUNTS]);
  expect((await (await signedIn()).get("/dashboard/admin")).status).toBe(404);
});

describe("the list", () => {
  test("finds accounts by how they begin, by plan and by suspension", async () => {
    expect(await listed({ q: MARK })).toEqual([pro, free]);
    expect(await listed({ q: MARK.toLowerCase(), plan: "Pro" })).toEqual([pro]);
    await suspend(free, "A test");
    expect(await listed({ q: MARK, suspended: "true" })).toEqual([free]);
    expect(await listed({ q: MARK, suspended: "false" })).toEqual([pro]);
    await admin("POST", `/accounts/${free}/resume`);
  });

  test("takes whatever stands in its address", async () => {
    for (const query of [
      "q=%00",
      `q=${"x".repeat(300)}`,
      "plan=None",
      "page=9999",
      "suspended=maybe",
    ]) {
      expect((await operator.get(`${ACCOUNTS}?${query}`)).status, query).toBe(200);
    }
    expect((await operator.get(`${ACCOUNTS}?q=${MARK}nobody`)).html).toContain(
      "No account matches",
    );
  });

  test("opens an account with a first key, which is shown once and may do everything", async () => {
    const name = `${MARK} Opened`;
    const refused = await operator.post(ACCOUNTS, { name, email: "nobody", plan: "Pro" });
    expect(refused.status).toBe(422);
    expect(errorsIn(refused.html)).toEqual([
      "This is no e-mail address. Type one such as you@example.com.",
    ]);
    const { status, html } = await operator.post(ACCOUNTS, {
      name,
      email: "new@example.com",
      plan: "Pro",
      build_credits: "7",
    });
    expect(status).toBe(200);
    const key = /sw_live_[\w-]+/.exec(html)?.[0] ?? "";
    const own = await api("GET", "/api/v1/account", { token: key });
    expect(own.body.data).toMatchObject({ name, build_credits: 7, plan: { name: "Pro" } });
    const [id] = await listed({ q: name });
    expect(own.body.data.id).toBe(id);
    for (const did of ["account.create", "key.create"]) {
      expect(await noted(id!, did)).toMatchObject([{ who: "operator", who_name: operator.name }]);
    }
  });
});

describe("the page of one account", () => {
  test("says who owns it, what it is on, and what goes on in it", async () => {
    const account = await newOneOfEach();
    const owner = await signedIn("owner", account);
    const { html } = await operator.get(`${ACCOUNTS}/${account.id}`);
    for (const part of [
      `Account ${account.id}.`,
      `Owned by ${owner.name}, ${owner.email}.`,
      `href="/dashboard/admin/builds?account=${account.id}"`,
      "Build credits",
      "Sent, 30 days",
      "Newest builds",
      `#${account.ids.build}`,
      "Newest send of each app",
      `href="${ACCOUNTS}/${account.id}/audit"`,
    ]) {
      expect(html).toContain(part);
    }
    // Its pages are no operator's without a visit.
    expect(html).not.toContain(`href="/dashboard/${account.id}`);
    await operator.post(`${ACCOUNTS}/${account.id}/visit`, { reason: "A test" });
    const visited = await operator.get(`${ACCOUNTS}/${account.id}`);
    const build = `/dashboard/${account.id}/apps/${account.ids.app}/builds/${account.ids.build}`;
    expect(visited.html).toContain(`href="${build}"`);
    expect((await operator.get(build)).status).toBe(200);
  });

  test("shows the newest of many builds and sends, not what they say, nor what channels send to single people", async () => {
    const { id, ids } = await newOneOfEach();
    const made = async (uuid: string, people: number, targeting: string) =>
      rows(
        `INSERT INTO notifications (uuid, account_id, app_id, status, content, targeting, started_at, total_count, created_at, updated_at)
         VALUES (?, ?, ?, 'sent', ?, ?, 1, ?, 1, 1)`,
        uuid + crypto.randomUUID(),
        id,
        ids.app,
        JSON.stringify({ title: "Plums are ripe", body: "b" }),
        targeting,
        people,
      );
    await made("a", 30, '{"type":"all"}');
    await made("b", 70, '{"type":"subscribers"}');
    const { html } = await operator.get(`${ACCOUNTS}/${id}`);
    expect(html).toContain("for 30 people");
    expect(html).not.toContain("for 70 people");
    expect(html).not.toContain("Plums are ripe");
  });

  test("changes plan and credits: only what was changed in the form", async () => {
    const { id } = await newAccount({ plan: "Free", build_credits: 5 });
    const path = `${ACCOUNTS}/${id}/plan`;
    const form = { plan: "Free", plan_was: "Free", build_credits: "5", build_credits_was: "5" };
    await rows("UPDATE accounts SET build_credits = 4 WHERE id = ?", id);
    expect((await operator.post(path, { ...form, plan: "Pro" })).status).toBe(303);
    const [account] = await rows(
      "SELECT build_credits, plans.name FROM accounts JOIN plans ON plans.id = plan_id WHERE accounts.id = ?",
      id,
    );
    expect(account).toEqual({ build_credits: 4, name: "Pro" });
    for (const [build_credits, says] of [
      ["-1", "Must be from 0 to 1000000000."],
      ["1.5", "Must be an integer."],
      ["many", "Must be an integer."],
      ["", "Fill this in: nothing is there yet."],
    ] as const) {
      const refused = await operator.post(path, { ...form, build_credits });
      expect([refused.status, errorsIn(refused.html)], build_credits).toEqual([422, [says]]);
    }
    expect((await operator.post(path, { ...form, build_credits: "9" })).status).toBe(303);
    expect(await noted(id, "account.update")).toMatchObject([
      { who: "operator", facts: '{"fields":["plan"]}' },
      { facts: '{"fields":["build_credits"]}' },
    ]);
  });

  test("makes a key, which is shown once", async () => {
    const { id } = await newAccount();
    const path = `${ACCOUNTS}/${id}/key`;
    expect(errorsIn((await operator.post(path, { name: "" })).html)).toEqual([
      "Fill this in: nothing is there yet.",
    ]);
    const { html } = await operator.post(path, { name: "For support" });
    const key = /sw_live_[\w-]+/.exec(html)?.[0] ?? "";
    expect((await api("GET", "/api/v1/apps", { token: key })).status).toBe(200);
    expect((await operator.get(`${ACCOUNTS}/${id}`)).html).not.toContain(key);
    expect((await operator.post(`${ACCOUNTS}/999999999/key`, { name: "x" })).status).toBe(404);
  });

  test("suspends with a reason, which people and programs are told, and lets it go on", async () => {
    const member = await signedIn();
    const { id, key } = member.account;
    const path = `${ACCOUNTS}/${id}`;
    const none = await operator.post(`${path}/suspend`, { reason: "" });
    expect(errorsIn(none.html)).toEqual(["Fill this in: nothing is there yet."]);
    expect(none.html).toMatch(/<dialog [^>]*id="suspend"[^>]* open/);
    const reason = "Its apps imitate a bank. Write to abuse@slipway.example.";
    // Its field has several lines; the reason is one.
    const typed = reason.replace(". ", ".\r\n\r\n");
    expect((await operator.post(`${path}/suspend`, { reason: typed })).to).toBe(path);
    const refused = await api("GET", "/api/v1/apps", { token: key });
    expect(refused.status).toBe(403);
    expect(JSON.stringify(refused.body)).toContain(reason);
    const page = await member.get(member.base);
    expect([page.status, page.html.includes(reason)]).toEqual([403, true]);
    const { html } = await operator.get(path);
    expect(html).toContain("Suspended since");
    expect(html).toContain(reason);
    expect((await operator.post(`${path}/resume`)).to).toBe(path);
    expect((await api("GET", "/api/v1/apps", { token: key })).status).toBe(200);
    expect((await member.get(member.base)).status).toBe(200);
    for (const did of ["account.suspend", "account.resume"]) {
      expect(await noted(id, did)).toMatchObject([{ who: "operator", who_name: operator.name }]);
    }
  });

  test.each(["plan", "key", "suspend", "visit"])("a link opens the dialog %s", async (name) => {
    const { id } = await newAccount();
    const { html } = await operator.get(`${ACCOUNTS}/${id}?do=${name}`);
    expect(html).toMatch(new RegExp(`<dialog [^>]*id="${name}"[^>]* open`));
  });
});

test("operators read an account's audit log, by who and what", async () => {
  const { id, key } = await newAccount();
  await api("POST", "/api/v1/apps", {
    token: key,
    json: { name: "A", url: "https://example.com" },
  });
  const log = async (query = "") => {
    const { status, html } = await operator.get(`${ACCOUNTS}/${id}/audit${query}`);
    expect(status).toBe(200);
    return html;
  };
  expect(await log()).toContain("made the app");
  expect(await log("?kind=key")).not.toContain("made the app");
  expect(await log("?kind=app&who=operator")).toContain("Nothing matches");
  expect((await operator.get(`${ACCOUNTS}/999999999/audit`)).status).toBe(404);
});
