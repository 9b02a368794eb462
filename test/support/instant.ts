// The instant-send API as tests use it: accounts whose apps can push, what is sent, and installed apps.
import { audiencePage } from "../../src/domain/audiences/audience.ts";
import type { Resolved } from "../../src/domain/audiences/targeting.ts";
import { testContext } from "./context.ts";
import { configure } from "./notifications.ts";
import { api, newAddress, rows, type Reply } from "./worker.ts";
import { newAccount, newApp, type TestAccount } from "./scenario.ts";

export const INSTANT = "/api/b/v2";
export const DEVICES = "/api/r/v2";
export const MINUTE = 60_000;

export const PUSH = {
  default_lang: "en",
  translations: [
    { language: "en", title: "Hello", text: "How are you?", link: "https://example.com/en" },
    { language: "pt", title: "Olá", text: "Como vai?", link: "https://example.com/pt" },
  ],
};

export interface InstantWorld {
  account: TestAccount;
  /** Ids of apps that have Web Push and FCM configured. */
  apps: number[];
  call: (method: string, path: string, json?: unknown) => Promise<Reply>;
  /** Sends PUSH instantly, with `filters`. */
  send: (filters?: Record<string, unknown>, wanted?: Record<string, unknown>) => Promise<Reply>;
}

/** An account with `count` apps that can push. */
export async function instantWorld(count = 1): Promise<InstantWorld> {
  const account = await newAccount();
  const apps: number[] = [];
  for (let at = 0; at < count; at += 1) apps.push(await newPushingApp(account));
  const call = callAs(account.key);
  return {
    account,
    apps,
    call,
    send: async (filters = {}, wanted = {}) =>
      call("POST", "/send/instant", { name: "Spring", filters, push: PUSH, ...wanted }),
  };
}

export async function newPushingApp(account: TestAccount): Promise<number> {
  const { id } = await newApp(account.key);
  await configure(account, id, "webpush");
  await configure(account, id, "fcm");
  return id;
}

/** Gives an account `count` more apps that can push, in two statements. */
export async function addPushingApps({ id }: TestAccount, count: number): Promise<void> {
  await rows(
    `INSERT INTO apps (uuid, account_id, name, platform, url, package_name, version_name, version_code, config,
       created_at, updated_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     SELECT 'many-' || ? || '-' || i, ?, 'App', 'android-webview', '', 'com.example.app', '1.0', 1, '{}', 1, 1 FROM n`,
    count,
    id,
    id,
  );
  await rows(
    `INSERT INTO push_credentials
       (account_id, app_id, provider, shown, sealed, sealed_for, version, created_at, updated_at)
     SELECT account_id, id, 'webpush', '{}', '', '', 1, 1, 1 FROM apps
     WHERE account_id = ? AND uuid LIKE 'many-%'`,
    id,
  );
}

/** Calls of the instant-send API with this key. */
export function callAs(token: string): InstantWorld["call"] {
  return async (method, path, json) =>
    api(method, INSTANT + path, { token, ...(json === undefined ? {} : { json }) });
}

/** The notifications that a campaign made, oldest first. */
export async function notificationsOf(campaignId: number): Promise<any[]> {
  const found = await rows(
    `SELECT n.* FROM campaign_notifications AS link JOIN notifications AS n ON n.id = link.notification_id
     WHERE link.campaign_id = ? ORDER BY n.id`,
    campaignId,
  );
  return found.map((row) => ({
    ...row,
    content: JSON.parse(row.content),
    targeting: JSON.parse(row.targeting),
  }));
}

export interface Device {
  id: string;
  icToken: string;
  call: (method: string, path: string, json?: unknown) => Promise<Reply>;
}

/** Registers an installation of an app. */
export async function newDevice(
  appId: number,
  wanted: Record<string, unknown> = {},
): Promise<Device> {
  const headers = { "cf-connecting-ip": newAddress() };
  const icToken = crypto.randomUUID();
  const made = await api("POST", `${DEVICES}/apps/${appId}/instances`, {
    headers,
    json: { ic_token: icToken, ...wanted },
  });
  if (made.status !== 200) throw new Error(`an installation was answered ${made.status}`);
  const { id } = made.body;
  return {
    id,
    icToken,
    call: async (method, path, json) =>
      api(method, `${DEVICES}/apps/${appId}/instances/${id}${path}`, {
        headers,
        ...(json === undefined ? {} : { json }),
      }),
  };
}

/** An installation that has given an FCM address. */
export async function reachedDevice(
  appId: number,
  info: Record<string, unknown> = {},
): Promise<Device> {
  const device = await newDevice(appId);
  const updated = await device.call("PUT", "/info", {
    transport_type: "fcm",
    transport_token: `fcm:${crypto.randomUUID()}`,
    platform_type: "android",
    ...info,
  });
  if (updated.status !== 200)
    throw new Error(`an installation's info was answered ${updated.status}`);
  return device;
}

/** The subscriber of an installation. */
export async function subscriberOf({ id }: Device): Promise<any> {
  const [row] = await rows(
    `SELECT s.* FROM installations AS i JOIN subscribers AS s ON s.id = i.subscriber_id
     WHERE i.uuid = ?`,
    id,
  );
  return row && { ...row, tags: JSON.parse(row.tags) };
}

/** The subscribers a notification's audience has now, by id. */
export async function reachedBy(notification: { app_id: number; targeting: unknown }) {
  const page = { after: 0, upTo: Number.MAX_SAFE_INTEGER, zones: null, limit: 1000 };
  const audience = notification.targeting as Resolved;
  const { recipients } = await audiencePage(testContext().ctx, notification.app_id, audience, page);
  return recipients.map(({ id }) => id);
}
