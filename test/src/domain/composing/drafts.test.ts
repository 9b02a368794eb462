// Drafts: kept as they were typed, bounded, saved only over what was seen, published once, and gone with their app.
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { deleteApp } from "../../../../src/domain/deletion/delete-app.ts";
import { createDraft, MAX_DRAFTS } from "../../../../src/domain/composing/create-draft.ts";
import { deleteDraft, expireDrafts } from "../../../../src/domain/composing/delete-drafts.ts";
import { DraftFields, NOTHING_TYPED } from "../../../../src/domain/composing/draft-fields.ts";
import { seeDraft } from "../../../../src/domain/composing/editors.ts";
import { fieldsOf } from "../../../../src/domain/composing/fields-of.ts";
import { findDraft, listDrafts } from "../../../../src/domain/composing/find-draft.ts";
import { contentInputOf, scheduleInputOf } from "../../../../src/domain/composing/input-of.ts";
import { publishDraft } from "../../../../src/domain/composing/publish-draft.ts";
import { saveDraft } from "../../../../src/domain/composing/save-draft.ts";
import { contentOf } from "../../../../src/domain/notifications/content.ts";
import { ContentFields } from "../../../../src/domain/notifications/content-fields.ts";
import { Targeting } from "../../../../src/domain/audiences/targeting.ts";
import type { AccountCtx } from "../../../../src/domain/context.ts";
import type { RefusalError } from "../../../../src/kit/refusal.ts";
import { as as member, join, newPerson } from "../../../support/members.ts";
import { notificationWorld, type NotificationWorld } from "../../../support/notifications.ts";
import { propertyRuns } from "../../../support/property-runs.ts";
import { rows } from "../../../support/worker.ts";

const DAY_MS = 86_400_000;
const WORDS = { title: "Fresh plums", body: "At the north gate" };

const refusalOf = async (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: RefusalError) => error.refusal,
  );

/** The world as somebody who is signed in sees it. */
async function as({ account, ctx }: NotificationWorld, name: string): Promise<AccountCtx> {
  const person = await newPerson({ name });
  await join(account.id, person, "marketer");
  const { principal } = await member(person, account.id);
  return { ...ctx, principal };
}

const Json = fc.jsonValue({ maxDepth: 2 });
const Text = fc.stringMatching(/^[a-zäß€]{1,12}$/);
const Address = fc.option(
  Text.map((path) => `https://example.com/${encodeURIComponent(path)}`),
  { nil: null },
);
const Override = fc.option(
  fc.dictionary(
    fc.constantFrom("channel_id", "priority", "sound", "badge", "category", "x"),
    Json,
    {
      maxKeys: 4,
    },
  ),
  { nil: null },
);
const Content = fc.record({
  title: Text,
  body: Text,
  icon: Address,
  image: Address,
  url: Address,
  actions: fc.uniqueArray(fc.record({ title: Text, action: Text, url: Address }), {
    maxLength: 4,
    selector: ({ action }) => action,
  }),
  data: fc.option(fc.dictionary(Text, Json, { maxKeys: 4 }), { nil: null }),
  platform_overrides: fc.option(fc.record({ android: Override, ios: Override, web: Override }), {
    nil: null,
  }),
  translations: fc.option(
    fc.dictionary(
      fc.constantFrom("de", "pt-BR", "zh-Hant", "fr"),
      fc.record({ title: Text, body: Text, url: Address, image: Address, icon: Address }),
      { maxKeys: 3 },
    ),
    { nil: null },
  ),
  ttl: fc.integer({ min: 0, max: 2_419_200 }),
  urgency: fc.constantFrom("very-low", "low", "normal", "high"),
  collapse_id: fc.option(fc.stringMatching(/^[!-~]{1,20}$/), { nil: null }),
});

/** What means the same in two ways, in one. */
function plain({ platform_overrides: overrides, translations, ...content }: any) {
  const given = Object.entries<any>(translations ?? {}).map(([language, words]) => [
    language,
    Object.fromEntries(Object.entries(words).filter(([, value]) => value !== null)),
  ]);
  const has = overrides && Object.values(overrides).some((each) => each !== null);
  return {
    ...content,
    platform_overrides: has ? overrides : null,
    translations: given.length > 0 ? Object.fromEntries(given) : null,
  };
}

test("every content can be typed: as a draft's fields, and as content again, it is the same", () => {
  const parser = z.object(ContentFields);
  fc.assert(
    fc.property(Content, (given) => {
      const content = contentOf(parser.parse(given));
      const fields = DraftFields.parse(JSON.parse(JSON.stringify(fieldsOf(content, null))));
      const again = contentOf(parser.parse(contentInputOf(fields)));
      // As JSON, in which there is no -0.
      expect(JSON.parse(JSON.stringify(plain(again)))).toEqual(
        JSON.parse(JSON.stringify(plain(content))),
      );
    }),
    { numRuns: propertyRuns(500) },
  );
});

test.each([
  ["2026-12-24T18:00", "Europe/Berlin", "2026-12-24T17:00:00.000Z"],
  ["2026-07-24T18:00", "Europe/Berlin", "2026-07-24T16:00:00.000Z"],
  ["2026-07-24T18:00:30", "UTC", "2026-07-24T18:00:30.000Z"],
  // Clocks go forward over it.
  ["2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
  ["2026-07-24T18:00", "Mars/Olympus", "2026-07-24T18:00"],
  ["", "UTC", ""],
])("a moment %s in %s is %s", (scheduled_at, zone, moment) => {
  const fields = { ...NOTHING_TYPED, when: "at" as const, scheduled_at, zone };
  expect(scheduleInputOf(fields)).toEqual({ scheduled_at: moment, scheduled_local: null });
});

test("an app has so many drafts, each of so many bytes", async () => {
  const { ctx, app } = await notificationWorld();
  const long = { ...NOTHING_TYPED, body: "x".repeat(300_000) };
  expect(await refusalOf(createDraft(ctx, app, { fields: long }))).toMatchObject({
    code: "invalid",
  });
  await rows(
    `INSERT INTO drafts (uuid, account_id, app_id, fields, version, created_by, updated_by, created_at, updated_at)
      SELECT 'd' || value || '-' || ?, ?, ?, '{}', 1, '', '', 1, 1 FROM json_each(?)`,
    app.id,
    app.accountId,
    app.id,
    JSON.stringify(Array.from({ length: MAX_DRAFTS - 1 }, (_, at) => at)),
  );
  const last = await createDraft(ctx, app, { fields: { ...NOTHING_TYPED, ...WORDS } });
  expect(await refusalOf(createDraft(ctx, app, { fields: NOTHING_TYPED }))).toMatchObject({
    code: "invalid",
    issues: [{ path: ["drafts"] }],
  });
  const listed = await listDrafts(ctx, app, { per_page: "1" });
  expect(listed).toMatchObject({ total: MAX_DRAFTS, rows: [{ id: last.id, title: WORDS.title }] });
  await expireDrafts({ ...ctx, now: () => 91 * DAY_MS + 1 });
  expect((await listDrafts(ctx, app, {})).total).toBe(1);
});

test("of two who save the same version one is refused, and told who the other is", async () => {
  const world = await notificationWorld();
  const { app } = world;
  const [ann, ben] = [await as(world, "Ann"), await as(world, "Ben")];
  const { id } = await createDraft(ann, app, { fields: NOTHING_TYPED });
  const save = async (ctx: AccountCtx, title: string) =>
    saveDraft(ctx, app, id, { version: 1, fields: { ...NOTHING_TYPED, title } });
  const [hers, his] = await Promise.all([refusalOf(save(ann, "A")), refusalOf(save(ben, "B"))]);
  expect([hers, his].filter((each) => each === null)).toHaveLength(1);
  const winner = hers === null ? "Ann" : "Ben";
  expect(hers ?? his).toMatchObject({ code: "draft_changed", draft: id, version: 2, by: winner });
  expect(await findDraft(ann, app, id)).toMatchObject({ version: 2, updatedBy: winner });
});

test("who has a draft open is known for half a minute", async () => {
  let now = Date.now();
  const world = await notificationWorld(() => now);
  const { app } = world;
  const [ann, ben] = [await as(world, "Ann"), await as(world, "Ben")];
  const draft = await createDraft(ann, app, { fields: NOTHING_TYPED });
  expect(await seeDraft(ann, app, draft)).toEqual([]);
  expect(await seeDraft(ben, app, draft)).toEqual(["Ann"]);
  now += 31_000;
  expect(await seeDraft(ben, app, draft)).toEqual([]);
  expect(await seeDraft(ann, app, draft)).toEqual(["Ben"]);
});

test("a draft that is published many times at once is sent once, and one that is refused stays", async () => {
  const { ctx, app, told } = await notificationWorld();
  const typed = { ...NOTHING_TYPED, ...WORDS };
  const { id } = await createDraft(ctx, app, { fields: { ...typed, url: "no" } });
  const publish = async (version: number) => publishDraft(ctx, app, id, { version, everyone: 1 });
  expect(await refusalOf(publish(1))).toMatchObject({
    code: "invalid",
    issues: [{ path: ["url"] }],
  });
  await saveDraft(ctx, app, id, { version: 1, fields: typed });
  expect(await refusalOf(publish(1))).toMatchObject({ code: "draft_changed", version: 2 });
  expect(await refusalOf(publishDraft(ctx, app, id, { version: 2 }))).toMatchObject({
    issues: [{ path: ["everyone"] }],
  });
  const all = await Promise.all([1, 2, 3, 4].map(async () => refusalOf(publish(2))));
  expect(all.filter((each) => each === null)).toHaveLength(1);
  expect(all.filter((each) => each?.code === "not_found")).toHaveLength(3);
  expect(told).toHaveLength(1);
  const made = await rows("SELECT * FROM notifications WHERE app_id = ?", app.id);
  expect(made).toEqual([expect.objectContaining({ status: "sending" })]);
  const noted = await rows(
    "SELECT did FROM audit_entries WHERE account_id = ? AND did LIKE 'not%'",
    app.accountId,
  );
  expect(noted).toEqual([{ did: "notification.create" }]);
});

test("everyone is who says so by whatever conditions", async () => {
  const { ctx, app } = await notificationWorld();
  const asks = async (targeting: unknown) => {
    const { id } = await createDraft(ctx, app, {
      fields: { ...NOTHING_TYPED, ...WORDS, targeting },
    });
    return (await refusalOf(publishDraft(ctx, app, id, { version: 1 })))?.code === "invalid";
  };
  const tags = Targeting.parse({ type: "tags", tags: ["a"] });
  const all = { type: "all" };
  expect(await asks(null)).toBe(true);
  expect(await asks({ type: "any_of", of: [tags, all] })).toBe(true);
  expect(await asks({ type: "all_of", of: [all] })).toBe(true);
  expect(await asks({ type: "all_of", of: [tags, all] })).toBe(false);
});

test("a copy has the words and no time, and a draft of another app or account is not there", async () => {
  const { ctx, app } = await notificationWorld();
  const other = await notificationWorld();
  const { id } = await createDraft(ctx, app, { fields: { ...NOTHING_TYPED, ...WORDS } });
  const sent = await publishDraft(ctx, app, id, { version: 1, everyone: 0 });
  const fields = { ...NOTHING_TYPED, ...WORDS };
  const copy = await createDraft(ctx, app, { fields, copied_from: sent.uuid });
  expect(copy).toMatchObject({ copiedFrom: sent.uuid, notification: null });
  for (const ctxOf of [other.ctx, { ...ctx, principal: other.ctx.principal }]) {
    expect(await refusalOf(findDraft(ctxOf, other.app, copy.id))).toMatchObject({ what: "draft" });
    expect(await refusalOf(deleteDraft(ctxOf, app, copy.id))).toMatchObject({ what: "draft" });
  }
  const foreign = createDraft(other.ctx, other.app, {
    fields: NOTHING_TYPED,
    notification: sent.uuid,
  });
  expect(await refusalOf(foreign)).toMatchObject({ what: "notification" });
  await rows("UPDATE notifications SET status = 'sent' WHERE app_id = ?", app.id);
  await deleteApp(ctx, app);
  expect(await rows("SELECT id FROM drafts WHERE app_id = ?", app.id)).toEqual([]);
});
