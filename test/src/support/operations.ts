// The operations of API v1, for tests that try each: an account that has one of everything, and each path.
import { v1 } from "../../../src/api/v1/index.ts";
import type { Operation } from "../../../src/http/operation.ts";
import type { Thing } from "../../../src/kit/refusal.ts";
import { admin, api, newAccount, newApp, rows, type TestAccount } from "./worker.ts";

/** An id that no row has. */
export const NO_ID = 999_999_999;

/** Every operation with its name, for `test.each`. */
export const operations: [string, Operation][] = v1.operations.map((operation) => [
  `${operation.docs.method.toUpperCase()} ${operation.docs.path}`,
  operation,
]);

export interface World extends TestAccount {
  /** The id of one thing of each kind, all of them the account's. */
  ids: Partial<Record<Thing, number | string>>;
}

/** An account with an app, a finished build, a sent notification, a channel, a keystore and a spare API key. */
export async function newWorld(): Promise<World> {
  const account = await newAccount();
  const token = account.key;
  const app = await newApp(token);
  const keystore = await api("POST", "/api/v1/keystores", {
    token,
    json: { name: "k", algorithm: "ec" },
  });
  const channel = await api("POST", "/api/v1/channels", {
    token,
    json: { name: "c", app_id: app.id },
  });
  const builder = await admin("POST", "/builders", { name: "host" });
  const spare = await api("POST", "/api/v1/api-keys", { token, json: { name: "spare" } });
  const [build] = await rows(
    `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format,
       version_name, version_code, snapshot, cost, created_at, started_at, completed_at)
     VALUES (?, ?, ?, 'completed', 'android-webview', 'debug', 'apk', '1.0.0', 1, '{}', 1, 1, 2, 3)
     RETURNING id`,
    crypto.randomUUID(),
    account.id,
    app.id,
  );
  const [notification] = await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, created_at, updated_at)
     VALUES (?, ?, ?, 'sent', '{"title":"Hello","body":"World"}', 1, 1) RETURNING id`,
    crypto.randomUUID(),
    account.id,
    app.id,
  );
  return {
    ...account,
    ids: {
      account: account.id,
      app: app.id,
      build: build.id,
      notification: notification.id,
      channel: channel.body.data.id,
      keystore: keystore.body.data.id,
      builder: builder.body.data.id,
      api_key: spare.body.data.id,
    },
  };
}

/** The path of an operation on the things of `ids`; without them, on things that do not exist. */
export function pathOf({ docs }: Operation, ids: World["ids"] = {}): string {
  const id = docs.params ? (ids[docs.params.thing] ?? NO_ID) : NO_ID;
  return v1.prefix + docs.path.replace("{provider}", "webpush").replaceAll(/\{\w+\}/g, String(id));
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
    "subscriptions",
  ];
  const found = tables.map(async (table) =>
    rows(`SELECT * FROM ${table} WHERE account_id = ? ORDER BY id`, accountId),
  );
  return JSON.parse(JSON.stringify(await Promise.all(found)), (name, value) =>
    name === "last_used_at" ? undefined : value,
  );
}
