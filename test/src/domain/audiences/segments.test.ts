// Saved segments: made, found, changed and deleted by an account in its app; and what of them notifications need.
import { beforeAll, describe, expect, test } from "vitest";
import {
  createSegment,
  MAX_SEGMENTS_AN_APP,
} from "../../../../src/domain/audiences/create-segment.ts";
import { deleteSegment } from "../../../../src/domain/audiences/delete-segment.ts";
import { findSegment, listSegments } from "../../../../src/domain/audiences/find-segment.ts";
import { resolve } from "../../../../src/domain/audiences/resolve.ts";
import { segmentUses } from "../../../../src/domain/audiences/segment-uses.ts";
import type { Audience, Resolved } from "../../../../src/domain/audiences/targeting.ts";
import { updateSegment } from "../../../../src/domain/audiences/update-segment.ts";
import { cancelNotification } from "../../../../src/domain/notifications/cancel-notification.ts";
import { createNotification } from "../../../../src/domain/notifications/create-notification.ts";
import { updateNotification } from "../../../../src/domain/notifications/update-notification.ts";
import { notificationWorld, type NotificationWorld } from "../../../support/notifications.ts";
import { rows } from "../../../support/worker.ts";

const BETA: Resolved = { type: "tags", tags: ["beta"], match: "any" };
const GERMANS: Resolved = { type: "countries", countries: ["DE"] };

let world: NotificationWorld;
let other: NotificationWorld;

beforeAll(async () => {
  [world, other] = await Promise.all([notificationWorld(), notificationWorld()]);
});

let made = 0;

/** Makes a segment with a name of its own. */
async function segment(targeting: Resolved = BETA, of = world) {
  made += 1;
  return createSegment(of.ctx, of.app, { name: `Segment ${made}`, targeting });
}

/** Makes a draft for whom `targeting` selects. */
async function draft(targeting: Audience, more: object = {}) {
  const input = { title: "News", body: "Read", targeting, ...more };
  return createNotification(world.ctx, world.app, input);
}

/** How many conditions of `count` are one of two. */
function conditions(count: number): Resolved {
  return { type: "any_of", of: Array.from({ length: count - 1 }, () => BETA) };
}

const invalid = (path: (string | number)[]) => ({
  refusal: { code: "invalid", issues: [{ path }] },
});

test("a segment is made, found, listed by name, changed and deleted", async () => {
  const { ctx, app } = await notificationWorld();
  const b = await createSegment(ctx, app, { name: " beta ", targeting: BETA });
  const a = await createSegment(ctx, app, { name: "Ä people", targeting: GERMANS });
  expect(b).toMatchObject({ name: "beta", targeting: BETA, used: 0, lastUsedAt: null });
  expect(await findSegment(ctx, app, b.id)).toEqual(b);
  expect(await listSegments(ctx, app, {})).toEqual({
    rows: [b, a],
    total: { count: 2, isMinimum: false },
  });
  expect((await listSegments(ctx, app, { limit: "1", offset: "1" })).rows).toEqual([a]);
  const changed = await updateSegment(ctx, app, b.id, { name: "Testers" });
  expect(changed).toMatchObject({ id: b.id, name: "Testers", targeting: BETA });
  expect(await updateSegment(ctx, app, b.id, { targeting: GERMANS })).toMatchObject({
    name: "Testers",
    targeting: GERMANS,
  });
  await deleteSegment(ctx, app, b.id);
  await expect(findSegment(ctx, app, b.id)).rejects.toMatchObject({
    refusal: { code: "not_found", what: "segment" },
  });
  const noted = await rows(
    "SELECT did, thing_id, facts FROM audit_entries WHERE account_id = ? AND kind = 'segment' ORDER BY id",
    app.accountId,
  );
  expect(noted.map(({ did, thing_id: id }) => [did, id])).toEqual([
    ["segment.create", b.id],
    ["segment.create", a.id],
    ["segment.update", b.id],
    ["segment.update", b.id],
    ["segment.delete", b.id],
  ]);
  expect(JSON.parse(noted[3]?.["facts"] as string)).toEqual({ app: app.id, fields: ["targeting"] });
});
