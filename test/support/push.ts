// The push API as tests use it: apps, registrations of devices and browsers, credentials of providers.
import { browserKeys, ecPem, rsaPem } from "./keys.ts";
import { api, newEndpoint, type Reply } from "./worker.ts";
import { type TestAccount } from "./scenario.ts";

export const PUSH = "/api/v1/push";

/** A Web Push registration as a browser sends it, with keys of its own. */
export async function webSubscriber(wanted: Record<string, unknown> = {}) {
  return {
    platform: "web",
    endpoint: newEndpoint(),
    keys: await browserKeys(),
    ...wanted,
  };
}

/** An Android registration with a token nobody else has. */
export function androidSubscriber(wanted: Record<string, unknown> = {}) {
  return { platform: "android", provider: "fcm", token: `fcm:${crypto.randomUUID()}`, ...wanted };
}

/** An iOS registration with a token nobody else has. */
export function iosSubscriber(wanted: Record<string, unknown> = {}) {
  const token = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex");
  return { platform: "ios", provider: "apns", token, ...wanted };
}

/** Registers through the push API. */
export async function register(account: TestAccount, appId: string, json: unknown): Promise<Reply> {
  return api("POST", `${PUSH}/apps/${appId}/subscribers`, { token: account.key, json });
}

/** Registers many through the push API; what is wrong with any fails the test. */
export async function importAll(
  account: TestAccount,
  appId: string,
  subscribers: unknown[],
): Promise<{ index: number; id: string; created: boolean }[]> {
  const made = await api("POST", `${PUSH}/apps/${appId}/subscribers/bulk`, {
    token: account.key,
    json: { subscribers },
  });
  const failed = made.body.data?.find((row: { error?: string }) => row.error);
  if (made.status !== 200 || failed) throw new Error(`import: ${JSON.stringify(failed)}`);
  return made.body.data;
}

export async function serviceAccount(wanted: Record<string, unknown> = {}) {
  return {
    type: "service_account",
    project_id: "slipway-test",
    private_key_id: "0123456789abcdef",
    private_key: await rsaPem(),
    client_email: "sender@slipway-test.iam.gserviceaccount.com",
    token_uri: "https://attacker.example.com/token",
    ...wanted,
  };
}

export async function apnsKey(wanted: Record<string, unknown> = {}) {
  return {
    private_key: await ecPem(),
    key_id: "ABCDE12345",
    team_id: "TEAM567890",
    topic: "com.example.app",
    environment: "sandbox",
    ...wanted,
  };
}
