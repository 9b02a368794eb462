// The page of one notification, in each of its states, as members' browsers ask for it.
import { afterEach, expect, test, vi } from "vitest";
import { FAILURE_REASONS } from "../../../../src/domain/ports/notifications.ts";
import { goneCount } from "../../../../src/domain/notifications/result-totals.ts";
import { Carrier } from "../../../../src/kit/push/credentials.ts";
import { reasonWords } from "../../../../src/web/notifications/reasons.ts";
import { signedIn } from "../../../support/person.ts";
import { addSubscribers, configure } from "../../../support/notifications.ts";
import { addNotification, addResults } from "../../../support/reports.ts";
import { countTrips } from "../../../support/trips.ts";
import { rows } from "../../../support/worker.ts";
import { newWorld, saidBy, type World } from "./world.ts";

afterEach(() => vi.restoreAllMocks());

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** A notification to four subscribers: two were reached, one is gone, one failed. */
async function sentOne({ app }: World, columns: Record<string, string | number | null> = {}) {
  const ids = await addSubscribers(app, [
    { platform: "android", user_id: "ann" },
    { platform: "web" },
    { platform: "ios", user_id: "bob" },
    { platform: "web", user_id: "cid" },
  ]);
  // In the middle of a minute: all clicks are in the one in which it began.
  const now = Date.now() - (Date.now() % MINUTE_MS) - MINUTE_MS / 2;
  const made = await addNotification(app, {
    started_at: now - 8000,
    sent_at: now - 300,
    total_count: 4,
    total_batches: 1,
    completed_batches: 1,
    sent_count: 2,
    failed_count: 2,
    result_totals: JSON.stringify({
      fcm: { sent: 1 },
      webpush: { sent: 1, no_answer: 1 },
      apns: { unregistered: 1 },
    }),
    ...columns,
  });
  const [ann, web, bob, cid] = ids as [number, number, number, number];
  await addResults(made.id, 0, [
    { id: ann, status: "sent" },
    { id: web, status: "sent", attempts: 2 },
    { id: bob, status: "gone", error: "Unregistered", reason: "unregistered" },
    { id: cid, status: "failed", error: "503", reason: "no_answer", attempts: 6 },
  ]);
  for (const [id, kind] of [
    [ann, "delivered"],
    [ann, "clicked"],
    [web, "delivered"],
  ] as const) {
    await rows("INSERT INTO engagements VALUES (?, ?, ?, ?)", made.id, id, kind, now - 5000);
  }
  return { ...made, ids };
}

test("a report has the funnel, failures by provider with what to do, clicks, recipients and a timeline", async () => {
  const world = await newWorld();
  const { person, path } = world;
  const { uuid } = await sentOne(world);
  const { status, html } = await person.get(`${path}/${uuid}`);
  expect(status).toBe(200);
  for (const part of [
    'aria-label="Recipients 4, Sent 2, Delivered 2, Clicked 1"',
    "1 not reached: APNs, iOS",
    "Apple says that the app is no longer on this phone.",
    "1 not reached: Web Push",
    "Send to them again in a while.",
    "1 click, all in one minute.",
    ">ann<",
    "Anonymous",
    "First delivery confirmed",
    "The one batch done",
    "Most clicked minute, 1 click",
    "in 7.70 s",
  ]) {
    expect(html).toContain(part);
  }
});

test("every reason has words for every provider, and the outcome that recipients with it have", () => {
  for (const carrier of Carrier.options) {
    for (const reason of FAILURE_REASONS) {
      const { label, happened, todo, outcome } = reasonWords(carrier, reason);
      for (const text of [label, happened, todo]) expect(text).toMatch(/^[A-Z]/);
      for (const text of [happened, todo]) expect(text).toMatch(/\.$/);
      const isGone = goneCount({ [carrier]: { [reason]: 1 } }) === 1;
      expect(outcome, `${carrier} ${reason}`).toBe(isGone ? "gone" : "failed");
    }
  }
});

test("recipients are filtered by outcome, and paged by where the last page ended", async () => {
  const world = await newWorld();
  const { person, path, app } = world;
  const { uuid } = await sentOne(world);
  const gone = await person.get(`${path}/${uuid}?outcome=gone`);
  expect(gone.html).toContain(">bob<");
  expect(gone.html).not.toContain(">ann<");

  const many = await addNotification(app, { total_count: 50, sent_count: 50, started_at: 1 });
  const results = Array.from({ length: 50 }, (_, at) => ({
    id: 900_000 + at,
    status: "sent" as const,
  }));
  await addResults(many.id, 0, results);
  let at: string | undefined = `${path}/${many.uuid}`;
  const counts: number[] = [];
  while (at !== undefined && counts.length < 5) {
    const { html } = await person.get(at);
    counts.push([...html.matchAll(/Deleted since/g)].length);
    at = /href="([^"#]*)[^"]*"[^>]*>Next page</.exec(html)?.[1]?.replaceAll("&amp;", "&");
  }
  expect(counts).toEqual([20, 20, 10]);
  expect((await person.get(`${path}/${many.uuid}?cursor=x&outcome=%00`)).status).toBe(200);
});

test("a complaint about a credential that the send used stands on top, others don't", async () => {
  const world = await newWorld();
  const { person, path, app } = world;
  const { uuid } = await sentOne(world);
  await configure({ id: app.accountId, key: "" }, app.id, "webpush");
  await configure({ id: app.accountId, key: "" }, app.id, "apns");
  await rows("UPDATE push_credentials SET flag = '403: wrong key' WHERE app_id = ?", app.id);
  await rows(
    'UPDATE notifications SET result_totals = \'{"webpush":{"credential":2}}\' WHERE uuid = ?',
    uuid,
  );
  const { html } = await person.get(`${path}/${uuid}`);
  expect(html).toContain("The credential for Web Push needs to be looked at.");
  expect(html).toContain("403: wrong key");
  expect(html).not.toContain("The credential for APNs");
});

test("results that are no longer kept leave the numbers, and nothing to send again", async () => {
  const world = await newWorld();
  const { person, path } = world;
  const { uuid, id } = await sentOne(world, { updated_at: Date.now() - 91 * DAY_MS });
  await rows("DELETE FROM batch_results WHERE id >= ?", id * 1_000_000);
  const { html } = await person.get(`${path}/${uuid}`);
  expect(html).toContain("is kept for 90 days after the end");
  expect(html).toContain("1 not reached: Web Push");
  expect(html).not.toContain("can be tried again");
});

test("a scheduled one says how many it would reach, and by local time when how many of them", async () => {
  const { person, path, app } = await newWorld();
  const zones = ["Europe/Berlin", "Europe/Berlin", "Europe/Vienna", "Asia/Tokyo", null];
  await addSubscribers(
    app,
    zones.map((timezone) => ({ timezone })),
  );
  const at = { status: "scheduled", scheduled_at: Date.now() + DAY_MS };
  const once = await addNotification(app, {
    ...at,
    targeting: '{"type":"platform","platforms":["web"]}',
  });
  const atOnce = await person.get(`${path}/${once.uuid}`);
  expect(atOnce.html).toContain("That is 5 people now.");
  expect(atOnce.html).not.toContain("People by time zone");

  const local = await addNotification(app, { ...at, scheduled_local: "2099-11-27T09:00" });
  const { html } = await person.get(`${path}/${local.uuid}`);
  const waves = [
    ...html.matchAll(
      /<time datetime="([^"]*)"[^>]*>[^<]*<\/time><small>([^<]*)<\/small><\/th><td[^>]*>([^<]*)<\/td><td[^>]*>([^<]*)</g,
    ),
  ];
  expect(waves.map(([, ...cells]) => cells)).toEqual([
    ["2099-11-27T00:00:00Z", "Tokyo", "20%", "1"],
    ["2099-11-27T08:00:00Z", "Berlin, Vienna", "60%", "3"],
    ["2099-11-27T09:00:00Z", "Zone not known", "20%", "1"],
  ]);

  // One whose segment is gone says nothing of it, and is shown all the same.
  const gone = await addNotification(app, {
    ...at,
    targeting: JSON.stringify({ type: "segment", id: crypto.randomUUID() }),
  });
  const shown = await person.get(`${path}/${gone.uuid}`);
  expect([shown.status, shown.html.includes("That is ")]).toEqual([200, false]);
});

test("a scheduled one says when, is sent now, or cancelled", async () => {
  const world = await newWorld();
  const { person, path, app } = world;
  await configure({ id: app.accountId, key: "" }, app.id, "webpush");
  const later = Date.now() + DAY_MS;
  const one = await addNotification(app, { status: "scheduled", scheduled_at: later });
  const shown = await person.get(`${path}/${one.uuid}`);
  expect(shown.html).toContain("It goes out: ");
  expect(shown.html).toContain('data-live="?part=starts"');
  const sent = await person.post(`${path}/${one.uuid}/send`);
  expect([sent.status, sent.to, saidBy(sent)]).toEqual([
    303,
    `${path}/${one.uuid}`,
    "It is being sent.",
  ]);
  const again = await person.post(`${path}/${one.uuid}/send`, { x: "2" });
  expect(again.status).toBe(409);

  const local = await addNotification(app, {
    status: "scheduled",
    scheduled_at: later,
    scheduled_local: "2099-11-27T09:00",
  });
  const { html } = await person.get(`${path}/${local.uuid}`);
  expect(html).toContain("Fri 27 Nov 2099, 09:00, their time");
  expect(html).toContain("at the latest");
  const cancelled = await person.post(`${path}/${local.uuid}/cancel`);
  expect(saidBy(cancelled)).toBe("Cancelled. Nobody gets it.");
  const after = await person.get(`${path}/${local.uuid}`);
  expect(after.html).toContain("It was cancelled before anybody got it.");
  expect(after.html).not.toContain('commandfor="cancel"');
  const once = await person.post(`${path}/${local.uuid}/cancel`, { x: "2" });
  expect(once.status).toBe(400);
});

test("one that is being sent moves, says every tenth, and can be stopped", async () => {
  const world = await newWorld();
  const { person, path, app } = world;
  const { uuid, id } = await addNotification(app, {
    status: "sending",
    started_at: Date.now() - 10_000,
    total_count: 1000,
    total_batches: 20,
    completed_batches: 6,
    sent_count: 330,
    failed_count: 9,
  });
  const { html } = await person.get(`${path}/${uuid}`);
  expect(html).toContain("339 of 1,000");
  expect(html).toContain('<p class="vh" role="status">30 percent done</p>');
  expect(html).toContain("330 people already have it and keep it.");
  const part = await person.get(`${path}/${uuid}?part=progress`);
  expect(part.html).toContain("30 percent done");
  const stopped = await person.post(`${path}/${uuid}/cancel`);
  expect(saidBy(stopped)).toBe("Stopped. Nobody else gets it.");
  const ended = await person.get(`${path}/${uuid}?part=progress`);
  expect(ended.headers.get("slipway-ends")).toBe("swap");
  const report = await person.get(`${path}/${uuid}`);
  expect(report.html).toContain("The sending was stopped.");
  expect(
    await rows(
      "SELECT did FROM audit_entries WHERE kind = 'notification' AND thing_id = ?",
      String(id),
    ),
  ).toEqual([{ did: "notification.cancel" }]);
  expect(report.html).toContain("Cancelled by Mira Finch");
  // Its run counts whom it left out, and then the page is whole.
  expect(report.html).toContain('data-live="?part=settles"');
  expect(report.html).not.toContain('commandfor="again"');
  await rows(
    `UPDATE notifications SET failed_count = 670, result_totals = '{"fcm":{"sent":330,"rejected":9,"cancelled":661}}' WHERE id = ?`,
    id,
  );
  const settled = await person.get(`${path}/${uuid}?part=settles`);
  expect(settled.headers.get("slipway-ends")).toBe("swap");
  expect((await person.get(`${path}/${uuid}`)).html).toContain("661 of 670 can be tried again");
});

test("a draft of the API can be looked at and discarded", async () => {
  const world = await newWorld();
  const { person, path, app } = world;
  const { uuid } = await addNotification(app, { status: "draft" });
  const { html } = await person.get(`${path}/${uuid}`);
  expect(html).toContain("Nobody gets it until it is sent or scheduled.");
  expect((await person.post(`${path}/${uuid}/cancel`)).status).toBe(303);
});

test("a viewer sees all of it, and no button that changes anything", async () => {
  const world = await newWorld();
  const { app, path } = world;
  const viewer = await signedIn("viewer", world.person.account);
  const { uuid } = await sentOne(world);
  const sending = await addNotification(app, { status: "sending", started_at: 1, total_count: 9 });
  for (const each of [uuid, sending.uuid]) {
    const { status, html } = await viewer.get(`${path}/${each}`);
    expect(status).toBe(200);
    expect(html).not.toMatch(/commandfor="(again|stop|send|cancel)"/);
    for (const form of ["cancel", "send", "again"]) {
      expect((await viewer.post(`${path}/${each}/${form}`)).status).toBe(403);
    }
  }
});

test("a report takes at most four round trips beside those of every page, however many recipients it has", async () => {
  const world = await newWorld();
  const { person, path } = world;
  const { uuid } = await sentOne(world);
  const trips = countTrips();
  await person.get(`${path}/${uuid}`);
  const ofReport = trips();
  vi.restoreAllMocks();
  const bare = countTrips();
  await person.get(`${person.base}/api-keys`);
  // The page of keys takes one of its own.
  expect(ofReport - bare() + 1).toBeLessThanOrEqual(4);
});
