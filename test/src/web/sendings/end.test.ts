// Ending a sending: all that is still due of it is cancelled, over as many apps as there are, and nothing more is made.
import { expect, test } from "vitest";
import { findApp } from "../../../../src/domain/apps/find-app.ts";
import { createSegment } from "../../../../src/domain/audiences/create-segment.ts";
import { deleteSegment } from "../../../../src/domain/audiences/delete-segment.ts";
import { segmentUses } from "../../../../src/domain/audiences/segment-uses.ts";
import { endCampaign } from "../../../../src/domain/campaigns/end-campaign.ts";
import type { AccountCtx } from "../../../../src/domain/context.ts";
import { findNotification } from "../../../../src/domain/notifications/find-notification.ts";
import { startRuns } from "../../../../src/domain/notifications/start-runs.ts";
import { updateNotification } from "../../../../src/domain/notifications/update-notification.ts";
import { testContext } from "../../../support/context.ts";
import {
  addPushingApps,
  instantWorld,
  notificationsOf,
  PUSH,
  type InstantWorld,
} from "../../../support/instant.ts";
import { fakePorts, type Told } from "../../../support/notifications.ts";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { useInternet } from "../../../support/receiver.ts";
import { beforeBatch, countTrips } from "../../../support/trips.ts";
import { rows } from "../../../support/worker.ts";

// pushes go nowhere
useInternet();

const TOMORROW = () => ({
  time: "15:04",
  local_time: false,
  timezone: "+00:00",
  date: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10),
});

interface World extends InstantWorld {
  person: TestPerson;
}

async function worldOf(apps: number): Promise<World> {
  const world = await instantWorld(1);
  if (apps > 1) await addPushingApps(world.account, apps - 1);
  return { ...world, person: await signedIn("marketer", world.account) };
}

const pathOf = ({ person }: World, id: number) => `${person.base}/sendings/${id}`;
const end = async (world: World, id: number) => world.person.post(`${pathOf(world, id)}/end`);
const setStatus = async (id: number, status: string, count: number, skip = 0) =>
  rows(
    `UPDATE notifications SET status = ?, started_at = 1, sent_at = iif(? = 'sending', NULL, 2), sent_count = 7
     WHERE id IN (SELECT notification_id FROM campaign_notifications WHERE campaign_id = ?
       ORDER BY notification_id LIMIT ? OFFSET ?)`,
    status,
    status,
    id,
    count,
    skip,
  );
const countsOf = async (id: number) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(await notificationsOf(id), ({ status }) => status)).map(
      ([status, all]) => [status, all?.length],
    ),
  );
const entriesOf = async ({ account }: World) =>
  rows(
    "SELECT * FROM audit_entries WHERE account_id = ? AND did = 'campaign.end' ORDER BY id",
    account.id,
  );
/** What the page said about the form, from its cookie. */
const saidBy = ({ headers }: { headers: Headers }) =>
  decodeURIComponent(headers.get("set-cookie") ?? "");

test("a segment that one of its notifications waited with is free again", async () => {
  const world = await worldOf(1);
  const { sched_id: id } = (await world.send()).body;
  await setStatus(id, "draft", 1);
  const [made] = await notificationsOf(id);
  const of = {
    ...testContext().ctx,
    principal: { accountId: world.account.id, appIds: null, by: { kind: "operator", name: null } },
  } as unknown as AccountCtx;
  const app = await findApp(of, made.app_id);
  const targeting = { type: "platform", platforms: ["web"] };
  const segment = await createSegment(of, app, { name: "Web", targeting });
  const notification = await findNotification(of, made.id);
  const named = { targeting: { type: "segment", id: segment.id } };
  await updateNotification(of, { app, notification }, named);
  expect(await segmentUses(of, app, segment)).toMatchObject({ total: 1 });
  await end(world, id);
  expect(await segmentUses(of, app, segment)).toMatchObject({ total: 0, used: 0 });
  await deleteSegment(of, app, segment.id);
});

test("300 apps: what is due is cancelled, what went out stays, in a bounded number of queries", async () => {
  const world = await worldOf(300);
  const { sched_id: id } = (await world.send()).body;
  await setStatus(id, "sent", 250);
  await setStatus(id, "sending", 9, 250);
  const trips = countTrips();
  const answer = await end(world, id);
  // who asks, the campaign, all that changes, and what the form leaves behind
  expect(trips()).toBeLessThanOrEqual(6);
  expect(answer.to).toBe(pathOf(world, id));
  expect(saidBy(answer)).toContain("Ended: 50 notifications are cancelled, 250 had gone out.");
  expect(saidBy(answer)).toContain("9 of them had begun");
  expect(await countsOf(id)).toEqual({ sent: 250, cancelled: 50 });
  expect(await entriesOf(world)).toEqual([
    expect.objectContaining({ thing_id: String(id), thing_name: "Spring", kind: "campaign" }),
  ]);
  const { html } = await world.person.get(pathOf(world, id));
  expect(html).toContain("50 notifications were cancelled, 250 had gone out.");
  expect(html).not.toContain("end-sending");
  const followed = await world.call("GET", `/sched/onesend/${id}`);
  expect(followed.body).toMatchObject({ status: "ended", ended_at: expect.stringMatching(/Z$/) });
});

test("what is due at this moment is not begun any more", async () => {
  const world = await worldOf(2);
  const { sched_id: id } = (await world.send()).body;
  await end(world, id);
  const made = await notificationsOf(id);
  const told: Told[] = [];
  const ctx = {
    ...testContext(() => Date.now() + 600_000).ctx,
    ...fakePorts(told),
  } as unknown as AccountCtx;
  await startRuns(
    ctx,
    made.map((each) => each.id),
  );
  expect(told).toEqual([]);
  expect(await countsOf(id)).toEqual({ cancelled: 2 });
});

test("runs that are on are stopped through their objects", async () => {
  const world = await worldOf(3);
  const { sched_id: id } = (await world.send()).body;
  await setStatus(id, "sending", 2);
  const made = await notificationsOf(id);
  const told: Told[] = [];
  const ctx = {
    ...testContext().ctx,
    ...fakePorts(told),
    principal: { accountId: world.account.id, appIds: null, by: { kind: "operator", name: null } },
  } as unknown as AccountCtx;
  ctx.enqueueRuns = async (messages) => {
    for (const { notificationIds } of messages) await startRuns(ctx, notificationIds);
  };
  expect(await endCampaign(ctx, id)).toEqual({ cancelled: 3, stopped: 2, out: 0 });
  expect(told).toEqual(made.slice(0, 2).map((each) => ({ call: "cancel", id: each.id })));
});

test("a queue that fails leaves nothing half done, and doing it again changes nothing", async () => {
  const world = await worldOf(2);
  const { sched_id: id } = (await world.send()).body;
  await setStatus(id, "sending", 1);
  const ctx = {
    ...testContext().ctx,
    principal: { accountId: world.account.id, appIds: null, by: { kind: "operator", name: null } },
    enqueueRuns: async () => {
      throw new Error("the queue is down");
    },
  } as unknown as AccountCtx;
  expect(await endCampaign(ctx, id)).toEqual({ cancelled: 2, stopped: 1, out: 0 });
  expect(await endCampaign(ctx, id)).toEqual({ cancelled: 0, stopped: 0, out: 0 });
  expect(await countsOf(id)).toEqual({ cancelled: 2 });
  expect(await entriesOf(world)).toHaveLength(1);
});

test("a draft of it is cancelled too", async () => {
  const world = await worldOf(2);
  const { sched_id: id } = (await world.send()).body;
  await rows(
    "UPDATE notifications SET status = 'draft' WHERE id = (SELECT min(notification_id) FROM campaign_notifications WHERE campaign_id = ?)",
    id,
  );
  await end(world, id);
  expect(await countsOf(id)).toEqual({ cancelled: 2 });
});

test("one that is over is left as it is, and that is said", async () => {
  const world = await worldOf(2);
  const { sched_id: id } = (await world.send()).body;
  await setStatus(id, "sent", 2);
  await rows("UPDATE campaigns SET due_at = 1 WHERE id = ?", id);
  const answer = await end(world, id);
  expect(saidBy(answer)).toContain("Nothing was left to end: 2 had gone out.");
  expect(await rows("SELECT ended_at FROM campaigns WHERE id = ?", id)).toEqual([
    { ended_at: null },
  ]);
  expect(await entriesOf(world)).toEqual([]);
});

test("after the end nothing is made of it: not by a push that is bound later, nor by one bound at the same moment", async () => {
  const world = await worldOf(1);
  const made = await world.call("POST", "/sched/onesend", {
    name: "Fair",
    all_apps: true,
    ...TOMORROW(),
  });
  const push = await world.call("POST", "/pushes", PUSH);
  const id = made.body.id;
  const bind = async () =>
    world.call("PUT", `/sched/onesend/${id}/pushes`, { push_ids: [push.body.id] });
  // The end comes between what the binding has read and its writes.
  beforeBatch(/^update "campaigns"/, async () => end(world, id));
  const raced = await bind();
  expect(raced.status).toBe(400);
  expect(await notificationsOf(id)).toEqual([]);
  const later = await bind();
  expect(later.status).toBe(400);
  expect(later.body.error).toContain("was ended");
  expect(await notificationsOf(id)).toEqual([]);
  expect(await entriesOf(world)).toHaveLength(1);
});

test("viewers can't end one, nor can members of another account", async () => {
  const world = await worldOf(1);
  const { sched_id: id } = (await world.send()).body;
  const viewer = await signedIn("viewer", world.account);
  expect((await viewer.post(`${viewer.base}/sendings/${id}/end`)).status).toBe(403);
  expect((await viewer.get(`${viewer.base}/sendings/${id}`)).html).not.toContain("End it");
  const stranger = await signedIn();
  const foreign = await stranger.post(`${stranger.base}/sendings/${id}/end`);
  const missing = await stranger.post(`${stranger.base}/sendings/999999999/end`);
  expect(foreign.status).toBe(404);
  expect(missing.status).toBe(404);
  expect(await countsOf(id)).toEqual({ scheduled: 1 });
});

test("a key for some apps can't end what reaches others", async () => {
  const world = await worldOf(2);
  const { sched_id: id } = (await world.send()).body;
  const ctx = {
    ...testContext().ctx,
    principal: {
      accountId: world.account.id,
      appIds: [world.apps[0]],
      by: { kind: "operator", name: null },
    },
  } as unknown as AccountCtx;
  await expect(endCampaign(ctx, id)).rejects.toMatchObject({ refusal: { code: "not_found" } });
  expect(await countsOf(id)).toEqual({ scheduled: 2 });
});
