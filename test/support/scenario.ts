// What tests make again and again: accounts, and what they own. Each test makes its own.
import { chosen } from "../../src/domain/campaigns/filters.ts";
import { expect } from "vitest";
import type { Thing } from "../../src/kit/refusal.ts";
import { browserKeys } from "./keys.ts";
import { importAll, PUSH } from "./push.ts";
import { WORDS } from "./push-example.ts";
import { admin, api, bindings, eventually, rows, type Reply } from "./worker.ts";

export interface TestAccount {
  id: number;
  /** A key with every right. */
  key: string;
}

/** Opens an account with a key of its own. */
export async function newAccount(
  wanted: { plan?: string; build_credits?: number } = {},
): Promise<TestAccount> {
  const admin = { token: bindings.ADMIN_TOKEN };
  const name = `Tester ${crypto.randomUUID().slice(0, 8)}`;
  const account = await api("POST", "/api/v1/admin/accounts", {
    ...admin,
    json: { name, email: "tester@example.com", ...wanted },
  });
  const { id } = account.body.data;
  return { id, key: await newKey(id) };
}

/** Mints a key for an account. */
export async function newKey(
  accountId: number,
  wanted: { scopes?: string[]; app_ids?: number[]; expires_at?: string } = {},
): Promise<string> {
  const minted = await api("POST", `/api/v1/admin/accounts/${accountId}/api-keys`, {
    token: bindings.ADMIN_TOKEN,
    json: { name: "test", ...wanted },
  });
  return minted.body.data.key;
}

/** Makes an app; returns its object. */
export async function newApp(key: string, wanted: Record<string, unknown> = {}): Promise<any> {
  const made = await api("POST", "/api/v1/apps", {
    token: key,
    json: { name: "My App", url: "https://example.com", ...wanted },
  });
  return made.body.data;
}

/** An account with an app, as API v1 shows it. */
export interface Owner {
  account: TestAccount;
  app: { id: number; uuid: string };
}

/** An account with credits and an app. */
export async function newOwner(
  wanted: { plan?: string; build_credits?: number } = { build_credits: 5 },
  app: Record<string, unknown> = {},
): Promise<Owner> {
  const account = await newAccount(wanted);
  return { account, app: await newApp(account.key, app) };
}

/** Makes an app by the push API; returns its object, the private key included. */
export async function newPushApp(key: string, wanted: Record<string, unknown> = {}): Promise<any> {
  const made = await api("POST", `${PUSH}/apps`, {
    token: key,
    json: { name: "Push App", ...wanted },
  });
  if (made.status !== 201) throw new Error(`a push app was answered ${made.status}`);
  return made.body.data;
}

/** An account with an app, as the push API shows it: Web Push is configured. */
export interface PushOwner {
  account: TestAccount;
  app: { id: string; v1_id: number };
}

/** Rows of one import. */
const IMPORT_SIZE = 1000;

/** An account with an app made by the push API, and `browsers` subscribers: their endpoints end in 0, 1, 2 ... */
export async function newPushOwner(browsers = 0): Promise<PushOwner> {
  const account = await newAccount();
  const app = await newPushApp(account.key);
  const keys = await browserKeys();
  for (let from = 0; from < browsers; from += IMPORT_SIZE) {
    const some = Array.from({ length: Math.min(IMPORT_SIZE, browsers - from) }, (_, at) => ({
      platform: "web",
      endpoint: `https://push.example.com/${app.id}/${from + at}`,
      keys,
    }));
    await importAll(account, app.id, some);
  }
  return { account, app };
}

export interface Notifier extends PushOwner {
  /** Calls the push API below the app's notifications. */
  call: (method: string, path: string, json?: unknown, token?: string) => Promise<Reply>;
  /** Makes a notification; answers its object. */
  make: (fields?: Record<string, unknown>) => Promise<any>;
  /** The notification once it is sent or failed. */
  ended: (id: string) => Promise<any>;
}

/** An account with an app made by the push API, and the calls for its notifications. */
export async function newNotifier(): Promise<Notifier> {
  const { account, app } = await newPushOwner();
  const call: Notifier["call"] = async (method, path, json, token = account.key) =>
    api(method, `${PUSH}/apps/${app.id}/notifications${path}`, {
      token,
      ...(json === undefined ? {} : { json }),
    });
  const make: Notifier["make"] = async (fields = {}) => {
    const made = await call("POST", "", { ...WORDS, ...fields });
    expect(made.status).toBe(201);
    return made.body.data;
  };
  const ended: Notifier["ended"] = async (id) => {
    await eventually(async () => {
      const [row] = await rows("SELECT status FROM notifications WHERE uuid = ?", id);
      return ["sent", "failed"].includes(row.status);
    });
    return (await call("GET", `/${id}`)).body.data;
  };
  return { account, app, call, make, ended };
}

export interface OneOfEach extends TestAccount {
  /** The id of one thing of each kind, all of them the account's. */
  ids: Partial<Record<Thing, number | string>>;
}

/** Inserts several rows in one transaction, and so at the price of one; what each statement returns. */
async function insertAll(statements: [sql: string, ...values: unknown[]][]): Promise<any[]> {
  const prepared = statements.map(([sql, ...values]) => bindings.DB.prepare(sql).bind(...values));
  const answers = await bindings.DB.batch(prepared);
  return answers.map(({ results: [row] }) => row);
}

/**
 * An account with an app, a finished build, a sent notification, a segment, an import that waits to be begun, a channel, a
 * keystore, a spare API key, a campaign, and a webhook of its own with a delivery.
 */
export async function newOneOfEach(): Promise<OneOfEach> {
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
  const [build, notification, campaign, segment, imported, webhook, delivery, draft] =
    await insertAll([
      [
        `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format,
         version_name, version_code, snapshot, certificate_sha256, certificate_sha1, cost, created_at, started_at, completed_at)
       VALUES (?, ?, ?, 'completed', 'android-webview', 'debug', 'apk', '1.0.0', 1, '{}', 'c0ffee', 'bead', 1, 1, 2, 3)
       RETURNING id`,
        crypto.randomUUID(),
        account.id,
        app.id,
      ],
      [
        `INSERT INTO notifications (uuid, account_id, app_id, status, content, created_at, updated_at)
       VALUES (?, ?, ?, 'sent', '{"title":"Hello","body":"World"}', 1, 1) RETURNING id`,
        crypto.randomUUID(),
        account.id,
        app.id,
      ],
      [
        `INSERT INTO campaigns (account_id, name, due_at, template_ids, filters, revision, created_at)
       VALUES (?, 'Spring', 9999999999999, '[]', ?, ?, 1) RETURNING id`,
        account.id,
        JSON.stringify(chosen({})),
        crypto.randomUUID(),
      ],
      [
        `INSERT INTO segments (uuid, account_id, app_id, name, name_key, targeting, conditions, created_at, updated_at)
       VALUES (?, ?, ?, 's', 's', '{"type":"tags","tags":["box"],"match":"any"}', 1, 1, 1) RETURNING uuid`,
        crypto.randomUUID(),
        account.id,
        app.id,
      ],
      [
        `INSERT INTO imports (uuid, account_id, app_id, state, file_name, encoding, delimiter, columns, preview, rows, chunks,
         by_name, created_at, updated_at, files_until)
       VALUES (?, ?, ?, 'ready', 'people.csv', 'utf-8', ',', '[]', '[]', 1, '[[0,1,1]]', 'Ann', ?4, ?4, ?4 + 86400000) RETURNING uuid`,
        crypto.randomUUID(),
        account.id,
        app.id,
        Date.now(),
      ],
      [
        `INSERT INTO webhooks (uuid, account_id, url, secret_sealed, events, enabled, created_at, updated_at)
       VALUES (?, ?, 'https://hooks.example.com/', 'sealed', '["build.failed"]', 1, 1, 1) RETURNING id, uuid`,
        crypto.randomUUID(),
        account.id,
      ],
      [
        `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, created_at, ended_at)
       VALUES (?, (SELECT max(id) FROM webhooks WHERE account_id = ?), 'build.failed', '{}', 'delivered', 1, 1, 2) RETURNING uuid`,
        crypto.randomUUID(),
        account.id,
      ],
      [
        `INSERT INTO drafts (uuid, account_id, app_id, fields, version, created_by, updated_by, created_at, updated_at)
       VALUES (?, ?, ?, ?, 1, 'x', 'x', 1, 1) RETURNING uuid`,
        crypto.randomUUID(),
        account.id,
        app.id,
        JSON.stringify({ title: "Hello", body: "World", targeting: { type: "all" } }),
      ],
    ]);
  return {
    ...account,
    ids: {
      campaign: campaign.id,
      draft: draft.uuid,
      webhook: webhook.uuid,
      delivery: delivery.uuid,
      account: account.id,
      app: app.id,
      build: build.id,
      notification: notification.id,
      segment: segment.uuid,
      import: imported.uuid,
      channel: channel.body.data.id,
      keystore: keystore.body.data.id,
      builder: builder.body.data.id,
      api_key: spare.body.data.id,
    },
  };
}

/** Suspends the account, as an operator does. */
export async function suspend(
  accountId: number,
  reason = "Its apps imitate a bank",
): Promise<void> {
  const { status } = await admin("POST", `/accounts/${accountId}/suspend`, { reason });
  if (status !== 200) throw new Error(`suspending answered ${status}`);
}
