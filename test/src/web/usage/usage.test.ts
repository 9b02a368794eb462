// The page of an account's usage, as members' browsers ask for it; and the counters that it reads.
import { expect, test } from "vitest";
import { paceOf } from "../../../../src/domain/accounts/ledger.ts";
import { expireAccountDays } from "../../../../src/domain/accounts/account-days.ts";
import { nextMonthly } from "../../../../src/kit/time.ts";
import { trigger } from "../../../support/builds.ts";
import { testContext } from "../../../support/context.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { newApp } from "../../../support/scenario.ts";
import { admin, api, beginMinute, rows } from "../../../support/worker.ts";

const DAY_MS = 86_400_000;
const day = (back = 0) => new Date(Date.now() - back * DAY_MS).toISOString().slice(0, 10);

/** The rows of the page's table with this caption: the texts of their cells. */
function tableOf(html: string, caption: string): string[][] {
  const [, table = ""] =
    new RegExp(`<caption[^>]*>${caption}</caption>(.*?)</table>`, "s").exec(html) ?? [];
  return [...table.matchAll(/<tr>(.*?)<\/tr>/gs)]
    .map(([, row = ""]) =>
      [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = ""]) =>
        cell
          .replaceAll(/<small>.*?<\/small>/g, "")
          .replaceAll(/<[^>]*>/g, "")
          .trim(),
      ),
    )
    .slice(1);
}

const ledgerOf = (html: string) => tableOf(html, "Credit ledger, newest first");
const page = async (person: TestPerson, query = "") =>
  (await person.get(`${person.base}/usage${query}`)).html;

test("credits that builds took are told with what was left after each, and lead to the build", async () => {
  const builder = await FakeBuilder.start();
  const owner = await signedIn();
  const { account } = owner;
  const app = await newApp(account.key, { name: "Market" });
  const first = (await trigger({ account, app })).body.data.id;
  await builder.take();
  await api("POST", `/api/v1/builds/${first}/cancel`, { token: account.key });
  const second = (await trigger({ account, app })).body.data.id;
  await admin("PATCH", `/accounts/${account.id}`, { build_credits: 40 });
  const html = await page(owner);
  expect(ledgerOf(html).map((cells) => cells.slice(0, 4))).toEqual([
    ["Set by an operator", "–", "+36", "40"],
    [`Build ${second}`, "Market", "−1", "4"],
    [`Build ${first}, given back`, "Market", "+1", "5"],
    [`Build ${first}`, "Market", "−1", "4"],
    ["Credits to begin with", "–", "+5", "5"],
  ]);
  expect(html).toContain(`href="${owner.base}/apps/${app.id}/builds/${second}"`);
  expect(html).toContain('<b class="figure">40</b> <span class="muted">of 41 left');
  // The build is gone, the entry stays.
  await rows("DELETE FROM builds WHERE id = ?", second);
  expect(ledgerOf(await page(owner))[1]!.slice(0, 2)).toEqual(["A build that is deleted", "–"]);
});

test("the ledger goes on page by page, and its last balance is the account's", async () => {
  const owner = await signedIn();
  const { id } = owner.account;
  await rows(
    "INSERT INTO credit_ledger (account_id, delta, reference, created_at) VALUES (?, 100, ?, 1)",
    id,
    `set:${id}`,
  );
  await rows(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 45)
     INSERT INTO credit_ledger (account_id, delta, reference, created_at) SELECT ?1, -1, 'build:' || ?1 || '-' || i, i FROM n`,
    id,
  );
  const seen: string[][] = [];
  let html = await page(owner);
  for (let pages = 1; ; pages += 1) {
    seen.push(...ledgerOf(html));
    const [, before] = /usage\?before=(\d+)#credits/.exec(html) ?? [];
    if (before === undefined) {
      expect(pages).toBe(3);
      break;
    }
    html = await page(owner, `?before=${before}`);
  }
  expect(seen).toHaveLength(47);
  expect(seen.map(([, , , left]) => Number(left)).slice(0, 45)).toEqual(
    Array.from({ length: 45 }, (_, at) => 60 + at),
  );
  expect(html).toContain('<b class="figure">60</b>');
  for (const query of ["?before=0", "?before=x", "?before=1"]) {
    expect((await owner.get(`${owner.base}/usage${query}`)).status, query).toBe(200);
  }
});

test("a pace is told by what was used, and not before a day has passed", () => {
  const period = { began: 0, renewalAt: 30 * DAY_MS, isCut: false };
  const used: [number, number][] = [
    [DAY_MS, 10],
    [2 * DAY_MS, -1],
    [3 * DAY_MS, 6],
  ];
  expect(paceOf(used, { ...period, now: 10 * DAY_MS })).toEqual({ used: 15, byRenewal: 45 });
  expect(paceOf([], { ...period, now: 10 * DAY_MS })).toEqual({ used: 0, byRenewal: 0 });
  expect(paceOf(used, { ...period, now: DAY_MS - 1 })).toEqual({ used: 15, byRenewal: null });
  // The renewal is late, or the clock stands still: no infinity, and nothing below zero.
  expect(paceOf(used, { ...period, now: 40 * DAY_MS })).toEqual({ used: 15, byRenewal: 15 });
  expect(paceOf([[DAY_MS, -4]], { ...period, now: 10 * DAY_MS })).toEqual({
    used: -4,
    byRenewal: 0,
  });
  const still = paceOf([[9 * DAY_MS, 0]], { ...period, now: 9 * DAY_MS, isCut: true });
  expect(still).toEqual({ used: 0, byRenewal: 0 });
  // Of the newest entries alone is told what the time before took: 20 in 2 days.
  const cut = paceOf(
    [
      [9 * DAY_MS, 20],
      [8 * DAY_MS, 0],
    ],
    { ...period, now: 10 * DAY_MS, isCut: true },
  );
  expect(cut).toEqual({ used: 100, byRenewal: 300 });
});

test("a pace is told of the newest entries where there are too many, whatever else is among them", async () => {
  const owner = await signedIn();
  const { id } = owner.account;
  const now = Date.now();
  const anchor = now - 10 * DAY_MS;
  const renewal = nextMonthly(anchor, now);
  await rows(
    "UPDATE accounts SET renewal_anchor = ?1, created_at = ?1, renewal_at = ?2 WHERE id = ?3",
    anchor,
    renewal,
    id,
  );
  const add = async (delta: number, reference: string, at: number) =>
    rows(
      "INSERT INTO credit_ledger (account_id, delta, reference, created_at) VALUES (?, ?, ?, ?)",
      id,
      delta,
      reference,
      at,
    );
  await add(9000, `set:${id}-1`, anchor);
  // Of which the newest thousand entries are in the last five days.
  await rows(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
     INSERT INTO credit_ledger (account_id, delta, reference, created_at)
       SELECT ?1, -1, 'build:' || ?1 || '-' || i, ?2 + i * ?3 FROM n`,
    id,
    anchor,
    (10 * DAY_MS) / 2000,
  );
  await add(1, `set:${id}-2`, now);
  const html = await page(owner);
  // 2,000 in ten days.
  const [, told = ""] = /At this pace you use ([\d,]+) by the renewal/.exec(html) ?? [];
  const pace = Number(told.replace(",", ""));
  expect(pace / ((200 * (renewal - anchor)) / DAY_MS)).toBeCloseTo(1, 1);
});

test("a pace is told of what was used since the renewal", async () => {
  const owner = await signedIn();
  const { id } = owner.account;
  const now = Date.now();
  const anchor = now - 10 * DAY_MS;
  await rows(
    "UPDATE accounts SET renewal_anchor = ?1, created_at = 1, renewal_at = ?2 WHERE id = ?3",
    anchor,
    nextMonthly(anchor, now),
    id,
  );
  // A month has 31 days at most, so entries of just before the renewal may be read too.
  for (const [delta, at] of [
    [-4, anchor - 1],
    [-1, anchor],
  ] as const) {
    await rows(
      "INSERT INTO credit_ledger (account_id, delta, reference, created_at) VALUES (?, ?, ?, ?)",
      id,
      delta,
      `build:${crypto.randomUUID()}`,
      at,
    );
  }
  const html = await page(owner);
  expect(html).toContain('<b class="figure">0</b> <span class="muted">of 1 left');
  expect(html).toMatch(/At this pace you would use [34] by the renewal/);
});

test("a plan without credits says that builds cost nothing", async () => {
  const owner = await signedIn();
  await admin("PATCH", `/accounts/${owner.account.id}`, { plan: "Unlimited" });
  const html = await page(owner);
  expect(html).toContain("builds cost nothing on this plan");
  expect(html).not.toContain("At this pace");
});

test("builds and sends by day are plotted, with the same as a table", async () => {
  const owner = await signedIn();
  const { account } = owner;
  const [one, two] = [await newApp(account.key), await newApp(account.key)];
  for (const [app, sent] of [
    [one, 1000],
    [two, 200],
  ] as const) {
    await rows(
      "INSERT INTO daily_stats (app_id, date, sent, delivered, clicked, failed, new_subscribers, unsubscribes) VALUES (?, ?, ?, 0, 0, 3, 0, 0), (?, ?, 7, 0, 0, 0, 0, 0)",
      app.id,
      day(1),
      sent,
      app.id,
      day(30),
    );
  }
  await rows(
    "INSERT INTO account_days (account_id, date, completed, failed, cancelled) VALUES (?, ?, 4, 1, 2), (?, ?, 9, 9, 9)",
    account.id,
    day(2),
    account.id,
    day(30),
  );
  const html = await page(owner);
  const builds = tableOf(html, "Builds a day, last 30 days");
  expect(builds).toHaveLength(30);
  expect(builds.at(-3)!.slice(1)).toEqual(["4", "1", "2"]);
  expect(builds.flatMap((cells) => cells.slice(1)).filter((cell) => cell !== "0")).toHaveLength(3);
  const sends = tableOf(html, "Sent a day, last 30 days");
  expect(sends.at(-2)!.slice(1)).toEqual(["1,200", "6"]);
  expect(html).toContain("The most was 4 completed");
  expect(html).toMatch(/<title>\d+ \w+: 4 completed, 1 failed, 2 cancelled<\/title>/);
  expect(html).not.toContain("style=");
});

test("a build counts in the day on which it ends, once, and the day outlives it", async () => {
  await FakeBuilder.start();
  const owner = await signedIn();
  const { account } = owner;
  const app = await newApp(account.key);
  const { id } = (await trigger({ account, app })).body.data;
  await api("POST", `/api/v1/builds/${id}/cancel`, { token: account.key });
  await rows("UPDATE builds SET status = 'failed' WHERE id = ?", id);
  await rows("DELETE FROM builds WHERE id = ?", id);
  const days = async () => rows("SELECT * FROM account_days WHERE account_id = ?", account.id);
  expect(await days()).toEqual([
    { account_id: account.id, date: day(), completed: 0, failed: 0, cancelled: 1 },
  ]);
  await expireAccountDays(testContext(() => Date.now() + 366 * DAY_MS).ctx);
  expect(await days()).toHaveLength(1);
  await expireAccountDays(testContext(() => Date.now() + 367 * DAY_MS).ctx);
  expect(await days()).toEqual([]);
});

test("limits say how far each is used, and are amber from four fifths on", async () => {
  beginMinute();
  const owner = await signedIn();
  const { account } = owner;
  const app = await newApp(account.key, { name: "Full" });
  await newApp(account.key);
  await rows("UPDATE app_counts SET subscribers = 8000 WHERE app_id = ?", app.id);
  await rows(
    "UPDATE account_counts SET audit_entries = 79999, answers = 100000 WHERE account_id = ?",
    account.id,
  );
  for (let asked = 0; asked < 3; asked += 1) {
    await api("GET", "/api/v1/account", { token: account.key });
    await api("GET", "/api/v1/push/apps", { token: account.key });
  }
  const html = await page(owner);
  const limits = new Map(
    tableOf(html, "Limits, and how far each is used").map(([what, used, most]) => [
      what,
      [used, most],
    ]),
  );
  expect(Object.fromEntries(limits)).toMatchObject({
    Apps: ["2", "1,000"],
    "Subscribers of the fullest app": ["8,000", "10,000"],
    "Members and open invitations": ["1", "200"],
    "API keys": ["1", "500"],
    Keystores: ["0", "100"],
    "Webhooks of the account": ["0", "20"],
    "Requests a minute. Push API, all keys": ["3", "100"],
    // Two apps and three times the account.
    "Requests a minute. Key test": ["5", "600"],
  });
  const amber = [...html.matchAll(/progress--warn" max="\d+" value="\d+" aria-label="([^"]*)"/g)];
  expect(amber.map(([, label]) => label)).toEqual([
    "Subscribers of the fullest app: 80%",
    "Kept answers to repeated requests, KiB: 100%",
  ]);
  expect(html).toContain(`<small>Full</small>`);
  // Looking counts nothing.
  expect(await page(owner)).toContain(">5</td>");
});

test("every role sees it, and nobody of another account", async () => {
  const owner = await signedIn();
  const viewer = await signedIn("viewer", owner.account);
  const html = await page(viewer);
  expect(html).toContain('aria-current="page"');
  expect(html).toContain("Plan Free, costs nothing");
  // Limits lead to pages that one may see.
  for (const path of ["/api-keys", "/audit"]) {
    expect(await page(owner)).toContain(`<a href="${owner.base}${path}">`);
    expect(html).not.toContain(`href="${owner.base}${path}"`);
  }
  const other = await signedIn();
  expect((await other.get(`${owner.base}/usage`)).status).toBe(404);
});
