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
/** An id that no segment has. */
const NOBODY = "00000000-0000-4000-8000-000000000000";
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

test("a name counts once an app, whatever its case, and an app has at most so many", async () => {
  const { ctx, app } = await notificationWorld();
  const one = await createSegment(ctx, app, { name: "Über Beta", targeting: BETA });
  const two = await createSegment(ctx, app, { name: "Two", targeting: BETA });
  await expect(
    createSegment(ctx, app, { name: "über beta", targeting: GERMANS }),
  ).rejects.toMatchObject(invalid(["name"]));
  await expect(updateSegment(ctx, app, two.id, { name: "ÜBER BETA" })).rejects.toMatchObject(
    invalid(["name"]),
  );
  expect(await updateSegment(ctx, app, one.id, { name: "über Beta" })).toMatchObject({
    name: "über Beta",
  });
  // Another app may have the same.
  await createSegment(other.ctx, other.app, { name: "Über Beta", targeting: BETA });
  await rows(
    `INSERT INTO segments (uuid, account_id, app_id, name, name_key, targeting, conditions, created_at, updated_at)
     SELECT 'u' || value || ?1, ?2, ?1, value, value, '{"type":"all"}', 1, 1, 1
       FROM json_each(?3)`,
    app.id,
    app.accountId,
    JSON.stringify(Array.from({ length: MAX_SEGMENTS_AN_APP - 2 }, (_, at) => `s${at}`)),
  );
  await expect(
    createSegment(ctx, app, { name: "One too many", targeting: BETA }),
  ).rejects.toMatchObject(invalid(["segments"]));
});

test.each([
  [{ name: "", targeting: BETA }, ["name"]],
  [{ name: "a".repeat(81), targeting: BETA }, ["name"]],
  [{ name: "No targeting" }, ["targeting"]],
  [{ name: "Null", targeting: null }, ["targeting"]],
  [{ name: "Other", targeting: BETA, color: "red" }, []],
  [{ name: "Typo", targeting: { type: "segments" } }, ["targeting", "type"]],
  [{ name: "Nested", targeting: { type: "segment", id: NOBODY } }, ["targeting", "type"]],
  [
    {
      name: "Deep",
      targeting: { type: "not", of: [{ type: "segment", id: NOBODY }] },
    },
    ["targeting", "of", 0, "type"],
  ],
])("%j is refused", async (input, path) => {
  await expect(createSegment(world.ctx, world.app, input)).rejects.toMatchObject(invalid(path));
});

describe("a segment of another account or app", () => {
  test("is as one that is not there", async () => {
    const foreign = await segment(BETA, other);
    const missing = { refusal: { code: "not_found", what: "segment" } };
    const { ctx, app } = world;
    await expect(findSegment(ctx, app, foreign.id)).rejects.toMatchObject(missing);
    await expect(updateSegment(ctx, app, foreign.id, { name: "x" })).rejects.toMatchObject(missing);
    await expect(deleteSegment(ctx, app, foreign.id)).rejects.toMatchObject(missing);
    // With the other's app, too, an account finds what is its own alone.
    await expect(findSegment(ctx, other.app, foreign.id)).rejects.toMatchObject(missing);
    await expect(draft({ type: "segment", id: foreign.id })).rejects.toMatchObject(
      invalid(["targeting", "id"]),
    );
    expect(await findSegment(other.ctx, other.app, foreign.id)).toEqual(foreign);
  });
});

describe("a targeting with segments", () => {
  test("is resolved wherever it names them", async () => {
    const [beta, germans] = [await segment(), await segment(GERMANS)];
    const targeting: Audience = {
      type: "any_of",
      of: [
        { type: "segment", id: beta.id },
        { type: "not", of: [{ type: "segment", id: germans.id }] },
        { type: "segment", id: beta.id },
      ],
    };
    expect(await resolve(world.ctx, world.app.id, targeting)).toEqual({
      type: "any_of",
      of: [BETA, { type: "not", of: [GERMANS] }, BETA],
    });
  });

  test("tells each that is not there by its place", async () => {
    const beta = await segment();
    const gone = { type: "segment", id: crypto.randomUUID() } as const;
    const targeting: Audience = {
      type: "all_of",
      of: [gone, { type: "segment", id: beta.id }, { type: "not", of: [gone] }],
    };
    await expect(draft(targeting)).rejects.toMatchObject({
      refusal: {
        code: "invalid",
        issues: [
          { path: ["targeting", "of", 0, "id"] },
          { path: ["targeting", "of", 2, "of", 0, "id"] },
        ],
      },
    });
  });

  test("may have forty conditions with theirs, and no more", async () => {
    const half = await segment(conditions(20));
    const name = { type: "segment", id: half.id } as const;
    // With the one around them, forty and forty-one.
    await draft({ type: "any_of", of: [name, conditions(19)] });
    await expect(draft({ type: "any_of", of: [name, conditions(20)] })).rejects.toMatchObject(
      invalid(["targeting"]),
    );
    await expect(draft({ type: "any_of", of: [name, name] })).rejects.toMatchObject(
      invalid(["targeting"]),
    );
    const many = Array.from({ length: 11 }, () => name);
    await expect(draft({ type: "any_of", of: many })).rejects.toMatchObject(invalid(["targeting"]));
  });
});

describe("a segment that notifications wait with", () => {
  test("names them, and is not deleted before they let it go", async () => {
    const { ctx, app } = world;
    const used = await segment();
    const name = { type: "segment", id: used.id } as const;
    const first = await draft(name, { title: "First" });
    const due = new Date(Date.now() + 86_400_000).toISOString();
    const second = await draft({ type: "not", of: [name] }, { title: "2nd", scheduled_at: due });
    expect(await segmentUses(ctx, app, used)).toEqual({
      waiting: [
        { id: second.uuid, title: "2nd", status: "scheduled", scheduledAt: second.scheduledAt },
        { id: first.uuid, title: "First", status: "draft", scheduledAt: null },
      ],
      total: 2,
      used: 0,
      lastUsedAt: null,
    });
    await expect(deleteSegment(ctx, app, used.id)).rejects.toMatchObject({
      refusal: {
        code: "segment_in_use",
        total: 2,
        notifications: [{ id: second.uuid }, { id: first.uuid }],
      },
    });
    await updateNotification(ctx, { app, notification: first }, { title: "Still" });
    expect(await segmentUses(ctx, app, used)).toMatchObject({ total: 2 });
    await updateNotification(ctx, { app, notification: first }, { targeting: GERMANS });
    expect(await segmentUses(ctx, app, used)).toMatchObject({ total: 1 });
    await cancelNotification(ctx, second.id);
    expect(await segmentUses(ctx, app, used)).toMatchObject({ total: 0 });
    await deleteSegment(ctx, app, used.id);
  });

  test("does not become so large that they could not be sent", async () => {
    const { ctx, app } = world;
    const [grows, beside] = [await segment(), await segment(conditions(10))];
    const name = { type: "segment", id: grows.id } as const;
    await draft({ type: "any_of", of: [name, name, { type: "segment", id: beside.id }] });
    // 1 around them, 10 beside, and twice its own.
    expect(await updateSegment(ctx, app, grows.id, { targeting: conditions(14) })).toBeDefined();
    await expect(
      updateSegment(ctx, app, grows.id, { targeting: conditions(15) }),
    ).rejects.toMatchObject(invalid(["targeting"]));
    expect(await updateSegment(ctx, app, grows.id, { targeting: BETA })).toMatchObject({
      targeting: BETA,
    });
  });

  test("is still there when the notification is written, or that is refused", async () => {
    const gone = await segment();
    const { ctx, app } = world;
    const statement = ctx.db.batch.bind(ctx.db);
    // Deleted after it was looked up, and before the row is written.
    const racing = {
      ...ctx,
      db: new Proxy(ctx.db, {
        get: (db, key) =>
          key === "batch"
            ? async (items: Parameters<typeof statement>[0]) => {
                await rows("DELETE FROM segments WHERE uuid = ?", gone.id);
                return statement(items);
              }
            : Reflect.get(db, key),
      }),
    };
    const input = { title: "a", body: "b", targeting: { type: "segment", id: gone.id } };
    await expect(createNotification(racing, app, input)).rejects.toMatchObject(
      invalid(["targeting"]),
    );
    expect(await rows("SELECT 1 FROM notifications WHERE content ->> 'title' = 'a'")).toEqual([]);
  });
});
