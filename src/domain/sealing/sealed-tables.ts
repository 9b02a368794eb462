// Every table with sealed values (kit/seal.ts), in the order in which they are sealed again. A new column that is named
// `sealed`, or ends in `_sealed`, belongs in here: a test compares the list with the schema. Not in here are the bearer
// tokens of providers, which an object keeps for 50 minutes (durable/provider-token.ts), and what other secrets seal:
// second factors (SIGN_IN_KEY) and tokens of links (LINK_SIGNING_KEY).
import { asc, gt, type GetColumnData } from "drizzle-orm";
import { getTableConfig, type SQLiteColumn, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { apps, channelCodes, keystores, pushCredentials, webhooks } from "../../db/schema/index.ts";
import { boundTo as boundToCode } from "../channels/codes.ts";
import type { Ctx } from "../context.ts";
import { boundTo as boundToKeystore } from "../keystores/sealed-key.ts";
import { boundTo as boundToCredential } from "../subscribers/credentials.ts";
import { boundTo as boundToApp } from "../subscribers/identity-secret.ts";
import { boundTo as boundToWebhook } from "../webhooks/secrets.ts";

/** Rows read at once: few enough for the memory of a Worker, and more are only more calls. */
const ROWS = 100;
/** The same of keystores: a value can hold a whole chain of certificates, up to half a megabyte. */
const KEYSTORE_ROWS = 10;

/** A row with its sealed values by the name of their column; null where there is none. */
export interface SealedRow {
  /** The value of the unique column by which the table is walked. */
  key: string | number;
  values: Record<string, string | null>;
  /** What all of them are sealed for. */
  boundTo: string;
}

export interface SealedTable {
  name: string;
  /** The unique column by which it is walked, and those with sealed values. */
  key: SQLiteColumn;
  sealed: SQLiteColumn[];
  /** Most rows of a page. */
  rows: number;
  /** Returns the page of rows behind the key `after`; null: the first page. */
  page: (ctx: Ctx, after: string | number | null) => Promise<SealedRow[]>;
}

export const SEALED_TABLES: readonly SealedTable[] = [
  sealedTable(keystores, {
    key: keystores.id,
    sealed: [keystores.sealed],
    of: { accountId: keystores.accountId, sealedFor: keystores.sealedFor },
    boundTo: boundToKeystore,
    rows: KEYSTORE_ROWS,
  }),
  sealedTable(pushCredentials, {
    key: pushCredentials.id,
    sealed: [pushCredentials.sealed],
    of: {
      accountId: pushCredentials.accountId,
      provider: pushCredentials.provider,
      sealedFor: pushCredentials.sealedFor,
    },
    boundTo: boundToCredential,
  }),
  sealedTable(apps, {
    key: apps.id,
    sealed: [apps.identitySecretSealed, apps.previousIdentitySecretSealed],
    of: { uuid: apps.uuid },
    boundTo: boundToApp,
  }),
  sealedTable(webhooks, {
    key: webhooks.id,
    sealed: [webhooks.secretSealed, webhooks.previousSecretSealed],
    of: { uuid: webhooks.uuid },
    boundTo: ({ uuid }) => boundToWebhook(uuid),
  }),
  sealedTable(channelCodes, {
    key: channelCodes.codeHash,
    sealed: [channelCodes.sealed],
    of: { codeHash: channelCodes.codeHash },
    boundTo: ({ codeHash }) => boundToCode(codeHash),
  }),
];

type Row<Of extends Record<string, SQLiteColumn>> = { [Name in keyof Of]: GetColumnData<Of[Name]> };

function sealedTable<Of extends Record<string, SQLiteColumn>>(
  table: SQLiteTable,
  given: {
    key: SQLiteColumn;
    sealed: SQLiteColumn[];
    of: Of;
    boundTo: (row: Row<Of>) => string;
    rows?: number;
  },
): SealedTable {
  const { key, sealed, of, boundTo, rows = ROWS } = given;
  const values = Object.fromEntries(sealed.map((column) => [column.name, column]));
  return {
    name: getTableConfig(table).name,
    key,
    sealed,
    rows,
    page: async (ctx, after) => {
      const found = await ctx.db
        .select({ key, values, of })
        .from(table)
        .where(after === null ? undefined : gt(key, after))
        .orderBy(asc(key))
        .limit(rows);
      // drizzle can't tell what columns hold whose table it does not know.
      const typed = found as unknown as (Omit<SealedRow, "boundTo"> & { of: Row<Of> })[];
      return typed.map((row) => ({
        key: row.key,
        values: row.values,
        boundTo: boundTo(row.of),
      }));
    },
  };
}
