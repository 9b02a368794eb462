// Suspends an account, and lets it go on again. The flag and the end of its sends and imports are one transaction: from then
// on nobody gets in, and triggers refuse whatever would begin (src/domain/accounts/suspension.ts). What happens in objects,
// builds and runs, is stopped right after it; the cron goes on where that was interrupted, and with what is too much for one
// request.
import { and, asc, desc, eq, inArray, isNotNull, isNull, ne, or, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { NEEDS_RUN } from "../../db/notification-indexes.ts";
import { accounts, builds, imports, notifications } from "../../db/schema/index.ts";
import { label } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { requireAccount } from "../accounts/operate-accounts.ts";
import { isSuspended, WHY_CANCELLED } from "../accounts/suspension.ts";
import { asOperator, auditEntry } from "../audit/entry.ts";
import type { Ctx } from "../context.ts";
import { FILES_KEPT_MS } from "../imports/import-files.ts";
import { syncRun } from "../notifications/sync-run.ts";
import { SCHEDULED, stopRuns } from "../notifications/start-runs.ts";

/** Longest reason, characters: a few sentences. */
export const MAX_REASON = 500;
/** Builds, and runs, that one call stops itself: each is a call of an object, of which an invocation may make 1,000. */
const STOPPED_AT_ONCE = 40;
/** Sends that one statement cancels; the cron takes the rest. */
const CANCELLED_AT_ONCE = 5000;

export const SuspendAccount = z.strictObject({
  reason: label(MAX_REASON).meta({
    description: "Why, for the account's people and programs, and to whom they can write.",
    example: "Its apps imitate a bank. Write to abuse@slipway.example.",
  }),
});

/**
 * Suspends the account for the `reason` that its people and programs are told. Its keys, members and channels get
 * `account_suspended` from then on; its builds and sends that are on are cancelled, builds with their credit back, and its
 * imports fail. One that is suspended already gets the new reason, and stays suspended since when it was. Refuses
 * `not_found`, `invalid`.
 */
export async function suspendAccount(ctx: Ctx, accountId: number, input: unknown): Promise<void> {
  await requireAccount(ctx, accountId);
  const { reason } = parse(SuspendAccount, input);
  const isIt = and(
    eq(accounts.id, accountId),
    isNull(accounts.deletedAt),
    or(isNull(accounts.suspendedReason), ne(accounts.suspendedReason, reason)),
  );
  const [, , cancelled] = await ctx.db.batch([
    ctx.db
      .update(accounts)
      .set({
        suspendedAt: sql`coalesce(${accounts.suspendedAt}, ${ctx.now()})`,
        suspendedReason: reason,
      })
      .where(isIt),
    auditEntry(asOperator(ctx, accountId), {
      did: "account.suspend",
      id: accountId,
      name: sql`(SELECT name FROM accounts WHERE id = ${accountId})`,
      facts: { reason },
    }),
    cancelSends(ctx, eq(notifications.accountId, accountId)),
    failImports(ctx, eq(imports.accountId, accountId)),
  ]);
  // Of one that goes on again by now, nothing that began since.
  const isOfIt = sql`${eq(builds.accountId, accountId)} AND ${isSuspended(builds.accountId)}`;
  await stopObjects(ctx, cancelled, isOfIt);
}

/**
 * Lets a suspended account go on. What was cancelled stays cancelled. One that is not suspended stays as it is, and nothing is
 * noted. Refuses `not_found`.
 */
export async function resumeAccount(ctx: Ctx, accountId: number): Promise<void> {
  await requireAccount(ctx, accountId);
  await ctx.db.batch([
    ctx.db
      .update(accounts)
      .set({ suspendedAt: null, suspendedReason: null })
      .where(and(eq(accounts.id, accountId), isNotNull(accounts.suspendedAt))),
    auditEntry(asOperator(ctx, accountId), {
      did: "account.resume",
      id: accountId,
      name: sql`(SELECT name FROM accounts WHERE id = ${accountId})`,
    }),
  ]);
}

/**
 * Stops what goes on in suspended accounts: what a suspension could not stop itself, or was interrupted at. Runs each minute;
 * reads what is under way in the installation, which is little.
 */
export async function stopSuspended(ctx: Ctx): Promise<void> {
  const [cancelled] = await ctx.db.batch([
    cancelSends(ctx, isSuspended(notifications.accountId)),
    failImports(ctx, isSuspended(imports.accountId)),
  ]);
  await stopObjects(ctx, cancelled, isSuspended(builds.accountId));
}

/**
 * The statement that cancels what runs send in these accounts, and returns it. What the direct path sends is over within
 * seconds; what was cut off there is cancelled when it would be handed to a run.
 */
function cancelSends(ctx: Ctx, inAccounts: SQL) {
  const some = ctx.db
    .select({ id: notifications.id })
    .from(notifications)
    .where(and(NEEDS_RUN, eq(notifications.status, "sending"), inAccounts))
    .limit(CANCELLED_AT_ONCE);
  return ctx.db
    .update(notifications)
    .set({ status: "cancelled", failureReason: WHY_CANCELLED, updatedAt: ctx.now() })
    .where(inArray(notifications.id, some))
    .returning({ ...SCHEDULED, status: notifications.status, total: notifications.totalCount });
}

/** The statement that ends imports that go on in these accounts. What they did stays. */
function failImports(ctx: Ctx, inAccounts: SQL) {
  const now = ctx.now();
  return ctx.db
    .update(imports)
    .set({
      state: "failed",
      failure: "suspended",
      preview: [],
      endedAt: now,
      updatedAt: now,
      filesUntil: now + FILES_KEPT_MS,
    })
    .where(and(sql`state IN ('counting', 'ready', 'running')`, inAccounts));
}

/** Stops the runs of cancelled sends, those first that had the most recipients, and the builds of these accounts. */
async function stopObjects(
  ctx: Ctx,
  cancelled: readonly (Parameters<typeof syncRun>[1] & { total: number })[],
  inAccounts: SQL,
): Promise<void> {
  const runs = cancelled.toSorted((one, other) => other.total - one.total);
  const active = await ctx.db
    .select({ id: builds.id, appId: builds.appId })
    .from(builds)
    .where(and(inArray(builds.status, ["pending", "building"]), inAccounts))
    // Those that builders have.
    .orderBy(asc(builds.status), desc(builds.id))
    .limit(STOPPED_AT_ONCE);
  await Promise.all([
    ...runs.slice(0, STOPPED_AT_ONCE).map(async (each) => syncRun(ctx, each)),
    ...active.map(async (each) => stopBuild(ctx, each)),
  ]);
  await stopRuns(ctx, runs.slice(STOPPED_AT_ONCE));
}

/** Cancels a build. If its lock can't be reached now, the cron does it. */
async function stopBuild(ctx: Ctx, { id, appId }: { id: number; appId: number }): Promise<void> {
  try {
    await ctx.buildLock(appId).cancel(id, WHY_CANCELLED);
  } catch (error) {
    ctx.log.error("build_not_stopped", error, { build: id });
  }
}
