// API keys: listed, minted and revoked. A key is shown once, when it is minted; only its SHA-256 is stored.
import { and, count, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { integer, label } from "../../kit/fields.ts";
import { insertFrom } from "../../db/insert-from.ts";
import { asOperator, audited, auditEntry, INSERTED_ID, type DoerCtx } from "../audit/entry.ts";
import { instant } from "../../kit/given-time.ts";
import { apiKeys } from "../../db/schema/index.ts";
import { PageQuery, slice, type Page } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { hashSecret, mintSecret, SECRET_PREFIX_SHOWN } from "../../kit/secret.ts";
import type { AccountCtx, Ctx, Principal } from "../context.ts";
import { allows, Scope } from "../scopes.ts";
import { requireApps } from "./own-apps.ts";

/**
 * Most keys of an account, expired ones included until they are deleted: many for each job and person of an account.
 */
export const MAX_KEYS = 500;
/** Most apps a key can be limited to: they travel as bound parameters, of which D1 allows 100. */
const MAX_KEY_APPS = 80;

export const CreateApiKey = z.strictObject({
  name: label(100).meta({ description: "What the key is for, in your own words.", example: "CI" }),
  /** Where this is omitted, the key may do everything. */
  scopes: z
    .array(Scope)
    .min(1)
    .max(Scope.options.length)
    .default(["*"])
    .meta({ description: "What the key may do; `*` is everything.", example: ["builds:write"] }),
  /** Where this is omitted or null, the key reaches all apps of the account. */
  app_ids: z
    .array(integer(1, Number.MAX_SAFE_INTEGER))
    .min(1)
    .max(MAX_KEY_APPS)
    .nullish()
    .meta({
      description:
        "The apps to which the key is limited. Without, or null, it reaches all apps of the account.",
      example: [7],
    }),
  expires_at: instant().nullish().meta({
    description:
      "When the key ends, in any extended form of ISO 8601 or of RFC 3339 with a zone. Without, or null, it does not.",
    example: "2027-12-24T18:00:00Z",
  }),
});

export type ApiKey = Omit<typeof apiKeys.$inferSelect, "keyHash" | "accountId" | "scopes"> & {
  scopes: Scope[];
};

/** Returns a page of the keys that the principal can see, newest first. Refuses `invalid`. */
export async function listApiKeys(ctx: AccountCtx, query: unknown): Promise<Page<ApiKey>> {
  const page = parse(PageQuery, query);
  const own = visibleKeys(ctx.principal);
  const { limit, offset } = slice(page);
  const [totals, rows] = await ctx.db.batch([
    ctx.db.select({ total: count() }).from(apiKeys).where(own),
    ctx.db.select().from(apiKeys).where(own).orderBy(desc(apiKeys.id)).limit(limit).offset(offset),
  ]);
  return { rows: rows.map(view), page: page.page, total: totals[0]?.total ?? 0 };
}

/** Returns the key with this id. Refuses `not_found`. */
export async function findApiKey(ctx: AccountCtx, id: number): Promise<ApiKey> {
  const [row] = await ctx.db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), visibleKeys(ctx.principal)));
  return row ? view(row) : refuse({ code: "not_found", what: "api_key" });
}

/** Mints a key that may do no more than whoever mints it, a key or a member in their role. Refuses `forbidden`, `invalid`. */
export async function createApiKey(ctx: AccountCtx, input: unknown) {
  const wanted = parse(CreateApiKey, input);
  const { principal } = ctx;
  const expiresAt = wanted.expires_at ?? null;
  const widerScope = wanted.scopes.find((scope) => !allows(principal.scopes, scope));
  if (widerScope !== undefined) {
    const { by } = principal;
    const giver = by.kind === "key" ? "This API key" : `Your role here, ${by.role},`;
    refuse({ code: "forbidden", message: `${giver} can't give the scope ${widerScope}.` });
  }
  const { appIds } = principal;
  if (appIds && !wanted.app_ids?.every((id) => appIds.includes(id))) {
    refuse({ code: "forbidden", message: "This API key can't give access to apps it lacks." });
  }
  if (principal.expiresAt !== null && (expiresAt === null || expiresAt > principal.expiresAt)) {
    refuse({ code: "forbidden", message: "This API key can't make one that outlives it." });
  }
  return mint(ctx, principal.accountId, wanted, expiresAt);
}

/** Mints any key for an account, for operators. The account must exist. Refuses `invalid`. */
export async function createApiKeyFor(ctx: Ctx, accountId: number, input: unknown) {
  const wanted = parse(CreateApiKey, input);
  return mint(asOperator(ctx, accountId), accountId, wanted, wanted.expires_at ?? null);
}

/**
 * Deletes a key. Requests that write are refused at once, those that read as soon as the deletion has reached the
 * replica of the database that they read from. Refuses `not_found`.
 */
export async function revokeApiKey(ctx: AccountCtx, id: number): Promise<void> {
  const isIt = and(eq(apiKeys.id, id), visibleKeys(ctx.principal));
  const [, gone] = await ctx.db.batch([
    // Before the deletion, which leaves nothing to be named.
    auditEntry(
      ctx,
      { did: "key.delete", id, name: sql`${apiKeys.name}` },
      sql`FROM ${apiKeys} WHERE ${isIt}`,
    ),
    ctx.db.delete(apiKeys).where(isIt).returning({ id: apiKeys.id }),
  ]);
  if (gone.length === 0) refuse({ code: "not_found", what: "api_key" });
}

/**
 * The condition that holds for the account's keys. A key that is limited to some apps sees only keys that are limited
 * to these apps too.
 */
function visibleKeys({ accountId, appIds }: Principal) {
  const own = eq(apiKeys.accountId, accountId);
  if (!appIds) return own;
  const reached = sql`SELECT value FROM json_each(${JSON.stringify(appIds)})`;
  return and(
    own,
    sql`${apiKeys.appIds} IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM json_each(${apiKeys.appIds}) WHERE value NOT IN (${reached}))`,
  );
}

async function mint(
  ctx: DoerCtx,
  accountId: number,
  wanted: z.output<typeof CreateApiKey>,
  expiresAt: number | null,
): Promise<{ key: string; apiKey: ApiKey }> {
  if (expiresAt !== null && expiresAt <= ctx.now()) {
    refuse(invalidField(["expires_at"], "must be a date in the future"));
  }
  const appIds = wanted.app_ids ? [...new Set(wanted.app_ids)] : null;
  if (appIds) await requireApps(ctx, { accountId, appIds: null }, appIds);
  const key = mintSecret("sw_live_");
  const row = {
    accountId,
    name: wanted.name,
    keyHash: await hashSecret(key),
    keyPrefix: key.slice(0, SECRET_PREFIX_SHOWN),
    scopes: [...new Set(wanted.scopes)],
    appIds,
    expiresAt,
    createdAt: ctx.now(),
  };
  const present = sql`(SELECT count(*) FROM ${apiKeys} WHERE ${apiKeys.accountId} = ${accountId})`;
  const ifRoom = sql`WHERE ${present} < ${MAX_KEYS}`;
  const [made] = await audited(ctx, insertFrom(ctx.db, apiKeys, row, ifRoom).returning(), {
    did: "key.create",
    id: INSERTED_ID,
    name: row.name,
    facts: { scopes: row.scopes, apps: appIds },
  });
  if (!made) return refuse(invalidField(["api_keys"], `must not be more than ${MAX_KEYS}`));
  return { key, apiKey: view(made) };
}

function view(row: typeof apiKeys.$inferSelect): ApiKey {
  const { keyHash: _keyHash, accountId: _accountId, scopes, ...shown } = row;
  return { ...shown, scopes: scopes as Scope[] };
}
