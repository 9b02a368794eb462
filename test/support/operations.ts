// The operations of API v1, for tests that try each: an account that has one of everything, and each path.
import { v1 } from "../../src/api/v1/index.ts";
import type { Operation } from "../../src/http/operation.ts";
import { rows } from "./worker.ts";
import { type OneOfEach } from "./scenario.ts";

/** An id that no row has. */
export const NO_ID = 999_999_999;

/** A UUID that no row has. */
const NO_UUID = "00000000-0000-4000-8000-000000000000";

/** Every operation with its name, for `test.each`. */
export const operations: [string, Operation][] = v1.operations.map((operation) => [
  `${operation.docs.method.toUpperCase()} ${operation.docs.path}`,
  operation,
]);

/** The path of an operation on the things of `ids`; without them, on things that do not exist. */
export function pathOf({ docs }: Operation, ids: OneOfEach["ids"] = {}): string {
  const id = docs.params ? (ids[docs.params.thing] ?? NO_ID) : NO_ID;
  // What the path names is found by the webhook that it belongs to.
  const path = docs.path
    .replace("/webhooks/{id}", `/webhooks/${ids.webhook ?? NO_UUID}`)
    .replace("{delivery_id}", String(ids.delivery ?? NO_UUID))
    .replace("{provider}", "webpush");
  return v1.prefix + path.replaceAll(/\{\w+\}/g, String(id));
}

/** All that an account owns, as it lies in the database. */
export async function belongings(accountId: number): Promise<unknown> {
  const tables = [
    "apps",
    "builds",
    "notifications",
    "channels",
    "keystores",
    "api_keys",
    "credit_ledger",
    "plan_subscriptions",
    "webhooks",
  ];
  const found = tables.map(async (table) =>
    rows(`SELECT * FROM ${table} WHERE account_id = ? ORDER BY id`, accountId),
  );
  return JSON.parse(JSON.stringify(await Promise.all(found)), (name, value) =>
    name === "last_used_at" ? undefined : value,
  );
}
