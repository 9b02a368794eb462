// Sending a notification again to whom it did not reach: who is sent to, and that nobody gets it twice.
import { afterEach, expect, test, vi } from "vitest";
import { countAudience } from "../../../../src/domain/audiences/audience.ts";
import type { Resolved } from "../../../../src/domain/audiences/targeting.ts";
import { testContext } from "../../../support/context.ts";
import { signedIn } from "../../../support/person.ts";
import { addSubscribers, configure } from "../../../support/notifications.ts";
import { addNotification, addResults } from "../../../support/reports.ts";
import { countPlatform } from "../../../support/platform-use.ts";
import { countTrips } from "../../../support/trips.ts";
import { api, rows } from "../../../support/worker.ts";
import { newWorld, saidBy, type World } from "./world.ts";

afterEach(() => vi.restoreAllMocks());

async function newSender(): Promise<World> {
  const world = await newWorld();
  await configure({ id: world.app.accountId } as never, world.app.id, "webpush");
  return world;
}

/** The notification to which a form led. */
const ledTo = async (to: string | null) =>
  (await rows("SELECT * FROM notifications WHERE uuid = ?", to?.split("/").at(-1) ?? ""))[0];

async function idsOf({ targeting }: { targeting: string }): Promise<number[]> {
  const { notification } = JSON.parse(targeting) as { notification: string };
  const parts = await rows(
    "SELECT ids FROM unreached WHERE of_uuid = ? ORDER BY part",
    notification,
  );
  return parts.flatMap(({ ids }) => JSON.parse(ids) as number[]);
}

test("whom it did not reach for a reason that may be over is sent the same, and nobody else", async () => {
  const { person, path, app } = await newSender();
  const ids = await addSubscribers(
    app,
    Array.from({ length: 8 }, () => ({})),
  );
  const [sent, gone, left, busy, mute, refused, keyless, unsubscribed] = ids as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const one = await addNotification(app, {
    started_at: 1,
    total_count: 8,
    sent_count: 1,
    failed_count: 7,
    result_totals: JSON.stringify({
      webpush: {
        sent: 1,
        unregistered: 1,
        unsubscribed: 1,
        unavailable: 1,
        no_answer: 2,
        rejected: 1,
        credential: 1,
      },
    }),
  });
  await addResults(one.id, 0, [
    { id: sent, status: "sent" },
    { id: gone, status: "gone", reason: "unregistered" },
    { id: left, status: "gone", reason: "unsubscribed" },
    { id: busy, status: "failed", reason: "unavailable" },
  ]);
  await addResults(one.id, 1, [
    // It was not heard of in time, and came all the same.
    { id: mute, status: "failed", reason: "no_answer" },
    { id: refused, status: "failed", reason: "rejected" },
    { id: keyless, status: "failed", reason: "credential" },
    { id: unsubscribed, status: "failed", reason: "no_answer" },
  ]);
  await rows("INSERT INTO engagements VALUES (?, ?, 'delivered', 5)", one.id, mute);
  await rows("UPDATE subscribers SET status = 'unsubscribed' WHERE id = ?", unsubscribed);
  expect((await person.get(`${path}/${one.uuid}`)).html).toContain("Send to 4 again?");

  const posted = await person.post(`${path}/${one.uuid}/again`);
  expect([posted.status, saidBy(posted)]).toEqual([303, "On its way again, to 3 people at most."]);
  const made = await ledTo(posted.to);
  expect(JSON.parse(made.content)).toMatchObject({ title: "Fresh plums are in" });
  expect(await idsOf(made)).toEqual([busy, keyless, unsubscribed]);
  const { ctx } = testContext(Date.now);
  const audience = JSON.parse(made.targeting) as Resolved;
  expect((await countAudience(ctx, app.id, audience)).total).toBe(2);

  const shown = await person.get(`${path}/${one.uuid}`);
  expect(shown.html).toContain("were sent it again");
  expect(shown.html).not.toContain('commandfor="again"');
  const listed = await api("GET", `/api/v1/push/apps/${app.uuid}/notifications/${made.uuid}`, {
    token: person.account.key,
  });
  expect(listed.body.data.targeting).toEqual({ type: "unreached", notification: one.uuid });
  const noted = await rows(
    "SELECT facts FROM audit_entries WHERE kind = 'notification' AND thing_id = ?",
    String(made.id),
  );
  expect(noted.map(({ facts }) => JSON.parse(facts))).toEqual([
    { app: app.id, status: "sending", again: one.id, people: 3 },
  ]);
});

test("of a cancelled one that had no run no object is asked, and of one that had a run one is", async () => {
  const { person, path, app } = await newSender();
  const [id] = await addSubscribers(app, [{}]);
  const used = countPlatform();
  const asked = async (has_run: number) => {
    const before = used.objects["NOTIFICATION_RUN"] ?? 0;
    const counts = { created_at: 1, started_at: 1, total_count: 1, failed_count: 1 };
    const one = await addNotification(app, { ...counts, status: "cancelled", has_run });
    await addResults(one.id, 0, [{ id: id!, status: "failed", reason: "not_tried" }]);
    const posted = await person.post(`${path}/${one.uuid}/again`);
    expect(saidBy(posted)).toBe("On its way again, to 1 person at most.");
    return (used.objects["NOTIFICATION_RUN"] ?? 0) - before;
  };
  // The new one has a run; the run that was there is asked whether it is on, and for its results.
  expect([await asked(0), await asked(1)]).toEqual([1, 3]);
});

test("another time, also at the same moment, leads to the one that was made", async () => {
  const { person, path, app } = await newSender();
  const [id] = await addSubscribers(app, [{}]);
  const one = await addNotification(app, { started_at: 1, total_count: 1, failed_count: 1 });
  await addResults(one.id, 0, [{ id: id!, status: "failed", reason: "expired" }]);
  const posts = await Promise.all(
    ["1", "2", "3"].map(async (x) => person.post(`${path}/${one.uuid}/again`, { x })),
  );
  expect(new Set(posts.map(({ to }) => to)).size).toBe(1);
  expect(posts.filter((post) => saidBy(post).startsWith("On its way"))).toHaveLength(1);
  expect(await rows("SELECT id FROM notifications WHERE app_id = ?", app.id)).toHaveLength(2);
});

test("10,000 are sent to again, in some round trips", async () => {
  const { person, path, app } = await newSender();
  const one = await addNotification(app, {
    started_at: 1,
    total_count: 10_000,
    failed_count: 10_000,
  });
  await rows(
    `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39)
     INSERT INTO batch_results (id, results) SELECT ? * 1000000 + i * 5, (
       WITH RECURSIVE m (j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM m WHERE j < 249)
       SELECT json_object('ids', json_group_array(1000000 + i * 250 + j), 's', printf('%.*c', 250, 'f'),
         'a', json_group_array(1), 'e', json_group_object(j, 'x'), 'r', json_group_object(j, 'unavailable')) FROM m) FROM n`,
    one.id,
  );
  const trips = countTrips();
  const posted = await person.post(`${path}/${one.uuid}/again`);
  expect(saidBy(posted)).toBe("On its way again, to 10,000 people at most.");
  expect(trips()).toBeLessThan(30);
  const ids = await idsOf(await ledTo(posted.to));
  expect([ids.length, new Set(ids).size, ids[0], ids.at(-1)]).toEqual([
    10_000, 10_000, 1_000_000, 1_009_999,
  ]);
});

test("refused: while it goes on, where nobody is left, without a provider", async () => {
  const { person, path, app } = await newSender();
  const sending = await addNotification(app, { status: "sending", started_at: 1 });
  expect((await person.post(`${path}/${sending.uuid}/again`)).status).toBe(409);
  const draft = await addNotification(app, { status: "draft" });
  expect((await person.post(`${path}/${draft.uuid}/again`)).status).toBe(409);
  const all = await addNotification(app, { started_at: 1 });
  const none = await person.post(`${path}/${all.uuid}/again`);
  expect(none.status).toBe(422);
  expect(none.html).toContain("Either nobody is left who can be sent to again");
  await addResults(all.id, 0, [{ id: 1, status: "failed", reason: "internal" }]);
  await rows("DELETE FROM push_credentials WHERE app_id = ?", app.id);
  const keyless = await person.post(`${path}/${all.uuid}/again`, { x: "2" });
  expect(keyless.status).toBeGreaterThanOrEqual(400);
  expect(await rows("SELECT 1 FROM unreached WHERE of_uuid = ?", all.uuid)).toEqual([]);
  const viewer = await signedIn("viewer", person.account);
  expect((await viewer.post(`${path}/${all.uuid}/again`)).status).toBe(403);
});

test("a request can't name such an audience, and the list goes with its notification", async () => {
  const { person, path, app } = await newSender();
  const one = await addNotification(app, { started_at: 1, total_count: 1, failed_count: 1 });
  await addResults(one.id, 0, [{ id: 1, status: "failed", reason: "expired" }]);
  const refused = await api("POST", `/api/v1/push/apps/${app.uuid}/notifications`, {
    token: person.account.key,
    json: { title: "t", body: "b", targeting: { type: "unreached", notification: one.uuid } },
  });
  expect(refused.status).toBe(422);
  const { to } = await person.post(`${path}/${one.uuid}/again`);
  const made = await ledTo(to);
  await rows("DELETE FROM notifications WHERE id = ?", made.id);
  expect(await rows("SELECT 1 FROM unreached WHERE of_uuid = ?", one.uuid)).toEqual([]);
});
