// The pages of webhooks, as members' browsers ask for them: the list, one webhook, one delivery, and each form of these.
import { beforeEach, expect, test } from "vitest";
import { testContext } from "../../../support/context.ts";
import { emit } from "../../../support/emit.ts";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";
import { isVerified, verified } from "../../../support/standard-webhooks.ts";
import { api, eventually, rows } from "../../../support/worker.ts";

const internet = useInternet();
const URL_OF = "https://hooks.example.com/in?token=sesame";

let account: Awaited<ReturnType<typeof newAccount>>;
let app: { id: number; uuid: string };
let owner: TestPerson;
let list: string;
beforeEach(async () => {
  account = await newAccount();
  app = await newApp(account.key);
  owner = await signedIn("owner", account);
  list = `${owner.base}/webhooks`;
});

/** Makes a webhook by the form; its path and its secret. */
async function made(of = String(app.id), url = URL_OF): Promise<{ path: string; secret: string }> {
  const { html, status } = await owner.post(list, { of, url, events: ["build.failed"] });
  expect(status).toBe(200);
  const [row] = await rows(
    "SELECT uuid FROM webhooks WHERE account_id = ? ORDER BY id DESC LIMIT 1",
    account.id,
  );
  return { path: `${list}/${row.uuid}`, secret: /whsec_[\w+/=]+/.exec(html)?.[0] ?? "" };
}

const uuidOf = (path: string) => path.split("/").at(-1) ?? "";
const rowOf = async (uuid: string) =>
  (await rows("SELECT * FROM webhook_deliveries WHERE uuid = ?", uuid))[0];
const set = async (path: string, columns: string) =>
  rows(`UPDATE webhooks SET ${columns} WHERE uuid = ?`, uuidOf(path));
const answer = (status: number, body: string, headers: Record<string, string> = {}) => {
  internet.answer = () => new Response(body, { status, headers });
};
/** What the page said about the form, from its cookie. */
const saidBy = ({ headers }: { headers: Headers }) =>
  decodeURIComponent(headers.get("set-cookie") ?? "");
/** The page without its tags. */
const textOf = (html: string) =>
  html
    .replace(/^.*<main[^>]*>/s, "")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'");

/** Makes a delivery by an event, which has been attempted once; its page. */
async function attempted(path: string): Promise<string> {
  await emit(testContext().ctx, app.id, "build.failed", { build_id: 7, note: "<b>plum</b>" });
  const [{ uuid }] = await rows(
    `SELECT d.uuid FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id
     WHERE w.uuid = ? ORDER BY d.id DESC LIMIT 1`,
    uuidOf(path),
  );
  await eventually(async () => (await rowOf(uuid)).attempted_at !== null);
  return `${path}/deliveries/${uuid}`;
}

/** What the receiver was sent of a delivery: retries of other tests come too. */
const sentOf = (page: string) =>
  internet.received.filter(({ headers }) => headers.get("webhook-id") === uuidOf(page));

/** Ends a delivery as given up. */
const giveUp = async (page: string) =>
  rows(
    "UPDATE webhook_deliveries SET status = 'failed', next_attempt_at = NULL, lane = NULL, ended_at = ? WHERE uuid = ?",
    Date.now(),
    uuidOf(page),
  );

test("an account without webhooks is told what they are for, and who may make none sees no form", async () => {
  const { html } = await owner.get(list);
  expect(html).toContain("No webhooks yet");
  expect(html).toContain('id="new-wh"');
  for (const role of ["marketer", "viewer"] as const) {
    const other = await signedIn(role, account);
    expect((await other.get(list)).html).not.toContain('id="new-wh"');
  }
});

test("a new webhook's secret is shown once, and signs what it is sent", async () => {
  const { path, secret } = await made();
  expect(secret).not.toBe("");
  expect((await owner.get(path)).html).not.toContain(secret);
  expect((await owner.get(list)).html).not.toContain(secret);
  const [sent] = sentOf(await attempted(path));
  expect(verified(secret, sent!)).toMatchObject({ type: "build.failed" });
});

test("the list has the account's own and those of its apps, each with how its last deliveries went", async () => {
  const { path } = await made();
  await made("", "https://ci.example.com/");
  const [{ id }] = await rows("SELECT id FROM webhooks WHERE uuid = ?", uuidOf(path));
  for (const [at, status] of [
    ...Array<string>(30).fill("delivered"),
    "failed",
    "pending",
  ].entries()) {
    await rows(
      "INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, created_at, next_attempt_at) VALUES (?, ?, 'build.failed', '{}', ?, 1, 1, 9e12)",
      `${at}-${crypto.randomUUID()}`,
      id,
      status,
    );
  }
  const { html } = await owner.get(list);
  expect(html).toContain('aria-label="22 of 24 delivered, 1 pending"');
  expect(textOf(html)).toMatch(
    /ci\.example\.com.*The account.*None yet.*hooks\.example\.com\/in\?token=sesame.*My App/s,
  );
  const ofApp = await owner.get(`${list}?app=${app.id}`);
  expect(ofApp.html).toContain(uuidOf(path));
  expect(textOf(ofApp.html)).not.toContain("ci.example.com");
});

test("of more than a page of webhooks, the older ones are behind a link", async () => {
  for (let at = 0; at < 21; at++) {
    await rows(
      `INSERT INTO webhooks (uuid, account_id, app_id, url, secret_sealed, events, enabled, created_at, updated_at)
       VALUES (?, ?, ?, ?, 'sealed', '[]', 1, 1, 1)`,
      crypto.randomUUID(),
      account.id,
      app.id,
      `https://h${at}.example.com/`,
    );
  }
  const first = await owner.get(list);
  expect(textOf(first.html)).not.toContain("h0.example.com");
  const [, older] = /href="([^"]*before=\d+)"/.exec(first.html) ?? [];
  const second = await owner.get(older ?? "");
  expect(textOf(second.html)).toContain("h0.example.com");
  expect(textOf(second.html)).not.toContain("h1.example.com");
});

test.each([
  ["no events", { of: "app", url: URL_OF, events: [] }, "Choose at least one."],
  ["an unknown event", { of: "app", url: URL_OF, events: ["x"] }, "Must be one of"],
  [
    "a plain http address",
    { of: "app", url: "http://a.example/", events: ["build.failed"] },
    "Must be an https URL.",
  ],
  [
    "no address",
    { of: "app", url: "", events: ["build.failed"] },
    "Fill this in: nothing is there yet.",
  ],
  [
    "an app's event for the account",
    { of: "", url: URL_OF, events: ["notification.sent"] },
    "Must be build.completed or build.failed for the account itself.",
  ],
  [
    "an app that is nobody's",
    { of: "999999999", url: URL_OF, events: ["build.failed"] },
    "Must be the account or one of its apps.",
  ],
  [
    "an app that is none",
    { of: "x", url: URL_OF, events: ["build.failed"] },
    "Must be the account or one of its apps.",
  ],
])("a webhook with %s is refused, and what was typed stays", async (_what, fields, says) => {
  const of = fields.of === "app" ? String(app.id) : fields.of;
  const { status, html } = await owner.post(list, { ...fields, of });
  expect(status).toBe(422);
  expect(html.replaceAll("&#39;", "'")).toContain(says);
  expect(html).toContain(`value="${fields.url.replaceAll("&", "&amp;")}"`);
  expect(await rows("SELECT id FROM webhooks WHERE account_id = ?", account.id)).toEqual([]);
});

test("an app has no more webhooks than it may", async () => {
  for (let at = 0; at < 20; at++) {
    await rows(
      `INSERT INTO webhooks (uuid, account_id, app_id, url, secret_sealed, events, enabled, created_at, updated_at)
       VALUES (?, ?, ?, 'https://h.example.com/', 'sealed', '[]', 1, 1, 1)`,
      crypto.randomUUID(),
      account.id,
      app.id,
    );
  }
  const fields = { of: String(app.id), url: URL_OF, events: ["build.failed"] };
  const { status, html } = await owner.post(list, fields);
  expect(status).toBe(422);
  expect(html).toContain("An app has at most 20 webhooks");
});

test("a webhook is changed, turned off and on, given a new secret and deleted", async () => {
  const { path, secret } = await made();
  const changed = {
    url: "https://crm.example.com/hook",
    events: ["build.failed", "build.completed"],
  };
  expect((await owner.post(path, changed)).to).toBe(path);
  const refused = await owner.post(path, { ...changed, url: "http://crm.example.com/" });
  expect([refused.status, refused.html.includes("Must be an https URL.")]).toEqual([422, true]);
  await owner.post(`${path}/enabled`, { enabled: "false" });
  const off = await owner.get(path);
  expect(textOf(off.html)).toMatch(/crm\.example\.com\/hook.*Off.*Turned off/s);
  const test = await owner.post(`${path}/test`);
  expect([test.status, test.html.includes("The webhook is off")]).toEqual([422, true]);
  const replay = await owner.post(`${path}/replay`, { since: "24" });
  expect([replay.status, replay.html.includes("The webhook is off")]).toEqual([422, true]);
  await owner.post(`${path}/enabled`, { enabled: "true" });
  expect(textOf((await owner.get(path)).html)).not.toContain("Turned off");
  const rotated = await owner.post(`${path}/secret`);
  const fresh = /whsec_[\w+/=]+/.exec(rotated.html)?.[0] ?? "";
  expect(fresh).not.toBe(secret);
  expect(textOf((await owner.get(path)).html)).toContain("Signs until");
  const tested = await owner.post(`${path}/test`);
  await eventually(async () => sentOf(tested.to ?? "").length > 0);
  const [sent] = sentOf(tested.to ?? "");
  // both, for a day
  expect([secret, fresh].map((each) => isVerified(each, sent!))).toEqual([true, true]);
  const deleted = await owner.post(`${path}/delete`);
  expect(deleted.to).toBe(list);
  expect((await owner.get(path)).status).toBe(404);
});

test.each([
  [
    "gone",
    "enabled = 0, disabled_at = 1, disabled_reason = 'gone'",
    "Its receiver answered 410",
    "Turn it on",
  ],
  [
    "failing for days",
    "enabled = 0, disabled_at = 1, disabled_reason = 'failing', failures_in_a_row = 12",
    "Off after 3 days of failures: 12 deliveries failed",
    "Turn it on",
  ],
  [
    "failing",
    `failures_in_a_row = 10, failing_since = ${Date.now()}`,
    "10 deliveries failed since the last one that succeeded",
    "Send a test event",
  ],
  [
    "asked to pause",
    `pause_ends_at = ${Date.now() + 3_000_000}`,
    "Its receiver asked for a pause",
    "Send a test event",
  ],
])(
  "why one that is %s is sent nothing, and what to do, is said",
  async (_what, columns, says, does) => {
    const { path } = await made();
    await set(path, columns);
    await rows(
      `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, created_at)
     SELECT ?, id, 'build.failed', '{}', 'pending', 0, 1 FROM webhooks WHERE uuid = ?`,
      crypto.randomUUID(),
      uuidOf(path),
    );
    const { html } = await owner.get(path);
    expect(textOf(html)).toContain(says);
    expect(textOf(html)).toContain("1 delivery is held");
    expect(textOf(html)).toContain(does);
    // what is held is asked for by nobody
    expect(html).not.toContain("data-live");
  },
);

test("a failed delivery shows what was sent, what was answered and each try, and is sent again", async () => {
  const { path, secret } = await made();
  answer(503, 'the queue is <full> & "closed"', { "retry-after": "120" });
  const page = await attempted(path);
  const pending = await owner.get(page);
  expect(textOf(pending.html)).toContain("1 try, none taken.");
  expect(textOf(pending.html)).toContain("the last answer asked for 2 min");
  expect(pending.html).toContain("?part=state&amp;seen=");
  expect(pending.html).not.toContain("Replay</button>");
  const early = await owner.post(`${page}/replay`);
  expect(early.status).toBe(409);
  expect(early.html).toContain("This delivery is still pending");

  await giveUp(page);
  const { html } = await owner.get(page);
  const text = textOf(html);
  expect(text).toContain("Given up after 1 try");
  expect(text).toContain('the queue is &lt;full> &amp; "closed"'.replaceAll(">", "&gt;"));
  expect(text).toContain('"note": "&lt;b&gt;plum&lt;/b&gt;"');
  const [sent] = sentOf(page);
  for (const name of [
    "webhook-timestamp",
    "webhook-signature",
    "x-slipway-signature",
    "x-slipway-event",
  ]) {
    expect(text).toContain(`${name}: ${sent?.headers.get(name)}`);
  }
  expect(text).toMatch(/\d\d:\d\d UTC0\.\d\d s503/);

  answer(200, "ok");
  // The pause that the receiver asked for is over.
  await set(path, "pause_ends_at = 1");
  const replayed = await owner.post(`${page}/replay`);
  expect(replayed.to).toBe(page);
  await eventually(async () => (await rowOf(uuidOf(page))).status === "delivered");
  verified(secret, sentOf(page)[1]!);
  const done = textOf((await owner.get(page)).html);
  expect(done).toContain("Taken at try 1");
  expect(done).toMatch(/503.*replayed.*200/s);
});

test("all that failed since a time is sent again, and how much that is is said", async () => {
  const { path } = await made();
  const first = await attempted(path);
  await giveUp(first);
  await giveUp(await attempted(path));
  await rows(
    "UPDATE webhook_deliveries SET ended_at = ? WHERE uuid = ?",
    Date.now() - 7_200_000,
    uuidOf(first),
  );
  expect(saidBy(await owner.post(`${path}/replay`, { since: "1" }))).toContain(
    "1 delivery is sent again.",
  );
  expect((await rowOf(uuidOf(first))).status).toBe("failed");
  const none = await owner.post(`${path}/replay`, { since: "yesterday" });
  expect(none.status).toBe(422);
});

test("deliveries are filtered by state, page by page", async () => {
  const { path } = await made();
  const numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)";
  await rows(
    `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, next_attempt_at, created_at, ended_at)
     ${numbers} SELECT ?1 || i, (SELECT id FROM webhooks WHERE uuid = ?2), iif(i <= 3, 'old.' || i, 'e' || i), '{}',
       iif(i <= 3, 'pending', iif(i % 2, 'failed', 'delivered')), 1, iif(i <= 3, 9e12, NULL), i, iif(i <= 3, NULL, 7) FROM n`,
    crypto.randomUUID(),
    uuidOf(path),
  );
  const events = (html: string) =>
    [...html.matchAll(/row-link" href="[^"]*">([^<]*)</g)].map(([, name]) => name);
  const olderOf = (html: string) =>
    (/href="([^"]*before=[^"]*)"/.exec(html)?.[1] ?? "").replaceAll("&amp;", "&");
  const failed = await owner.get(`${path}?state=failed`);
  expect(events(failed.html)).toEqual(Array.from({ length: 20 }, (_, at) => `e${1199 - 2 * at}`));
  const next = await owner.get(olderOf(failed.html));
  expect(events(next.html)[0]).toBe("e1159");
  const all = await owner.get(olderOf((await owner.get(path)).html));
  expect(events(all.html)[0]).toBe("e1180");
  const pending = await owner.get(`${path}?state=pending`);
  expect(textOf(pending.html)).toContain("None among 1,000 deliveries");
  expect(events((await owner.get(olderOf(pending.html))).html)).toEqual([
    "old.3",
    "old.2",
    "old.1",
  ]);
  // what the page does not offer is not filtered by
  expect(events((await owner.get(`${path}?state=x&before=y`)).html)).toHaveLength(20);
});

test("the state of what is pending is asked for, and its page is loaded again once it changed", async () => {
  const { path } = await made();
  answer(500, "no");
  const page = await attempted(path);
  const { attempted_at: at } = await rowOf(uuidOf(page));
  const same = await owner.get(`${page}?part=state&seen=${at}`);
  expect(same.headers.get("slipway-ends")).toBe(null);
  const changed = await owner.get(`${page}?part=state&seen=0`);
  expect(changed.headers.get("slipway-ends")).toBe("page");
  const row = await owner.get(`${path}?part=state&of=${uuidOf(page)}`);
  expect([row.html.includes("Pending"), row.headers.get("slipway-ends")]).toEqual([true, null]);
  await giveUp(page);
  expect(
    (await owner.get(`${path}?part=state&of=${uuidOf(page)}`)).headers.get("slipway-ends"),
  ).toBe("page");
  expect((await owner.get(page)).html).not.toContain("data-live");
});

test("marketers and viewers see how it goes, but no secrets, payloads or answers", async () => {
  const { path } = await made();
  answer(500, "stack trace");
  const page = await attempted(path);
  await giveUp(page);
  for (const role of ["marketer", "viewer"] as const) {
    const other = await signedIn(role, account);
    for (const at of [list, path, page]) {
      const { status, html } = await other.get(at);
      expect(status).toBe(200);
      for (const hidden of ["sesame", "stack trace", "plum", "webhook-signature", "Replay</"]) {
        expect(html, `${role} at ${at}`).not.toContain(hidden);
      }
    }
    expect(textOf((await other.get(page)).html)).toMatch(/Given up.*500/s);
    expect(textOf((await other.get(path)).html)).toMatch(/hooks\.example\.com\/….*Given up/s);
    expect((await other.post(`${page}/replay`)).status).toBe(403);
  }
  const developer = await signedIn("developer", account);
  expect(textOf((await developer.get(page)).html)).toContain("stack trace");
});

test("a channel's callback is no webhook here, nor is that of another account", async () => {
  const callback = {
    name: "c",
    app_id: app.id,
    callback_url: "https://hooks.example.com/callback",
  };
  await api("POST", "/api/v1/channels", { token: account.key, json: callback });
  const [{ uuid }] = await rows(
    "SELECT uuid FROM webhooks WHERE kind = 'callback' AND account_id = ?",
    account.id,
  );
  expect((await owner.get(`${list}/${uuid}`)).status).toBe(404);
  expect((await owner.get(list)).html).toContain("No webhooks yet");
  const { path } = await made();
  const page = await attempted(path);
  const stranger = await signedIn();
  for (const at of [path, page]) {
    const theirs = at.replace(owner.base, stranger.base);
    expect((await stranger.get(theirs)).status).toBe(404);
    expect((await stranger.post(`${theirs}/replay`, { since: "1" })).status).toBe(404);
  }
});

test("the log of attempts is bounded, and survives a replay", async () => {
  const { path } = await made();
  answer(500, "no");
  const page = await attempted(path);
  const long = Array.from({ length: 14 }, (_, at) => ({ attempt: at + 1, at, ms: 1, status: 500 }));
  await rows(
    "UPDATE webhook_deliveries SET attempt_log = ?, status = 'failed', attempts = 14, next_attempt_at = NULL, lane = NULL, ended_at = 1 WHERE uuid = ?",
    JSON.stringify(long),
    uuidOf(page),
  );
  internet.answer = () => {
    throw new TypeError("Network connection lost.".padEnd(500, "x"));
  };
  await owner.post(`${page}/replay`);
  await eventually(
    async () => JSON.parse((await rowOf(uuidOf(page))).attempt_log).at(-1).status === null,
  );
  const log = JSON.parse((await rowOf(uuidOf(page))).attempt_log);
  expect(log).toHaveLength(14);
  expect(log[0].attempt).toBe(2);
  expect(log.at(-1)).toMatchObject({ attempt: 1, status: null });
  expect(log.at(-1).error).toHaveLength(80);
});
