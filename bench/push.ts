// Measures complete sends on the local stack, from the request that creates a notification to its status `sent`: whether
// the whole keeps up with large audiences. Most of the time is that of the simulators, through which every fetch passes, and of
// the database and the queues, which share workerd's thread; what sending itself costs, bench/delivery.ts measures. The peers
// send the same text to the same stand-ins from Node: npm web-push for Web Push, and plain fetch for FCM. The stand-in
// providers, in another process, only count.
//
//   node bench/push.ts [RECIPIENTS ...]       default 1000 10000 100000, FCM without the last
import { Agent } from "node:http";
import { importPKCS8, SignJWT } from "jose";
import webPush from "web-push";
import { z } from "zod";
import type { Api } from "../dev/api.ts";
import { post, postByFetch, webPushPost } from "./peers.ts";
import { PushApp, withPushStack, type PushStack } from "./push-stack.ts";
import { fcmPost } from "./requests.ts";
import { measurePeer, measureSend, seed, type SeededSubscriber } from "./sending.ts";

/** Default sizes of the audience. The last takes about a minute. */
const SIZES = [1_000, 10_000, 100_000];
const FCM_SIZES = SIZES.slice(0, 2);
/** Concurrent requests of a peer; both are measured. */
const PEER_AT_ONCE = [50, 100];
/** Recipients of a peer: enough for a stable figure, but few enough to be quick. */
const PEER_RECIPIENTS = 5_000;
/** Recipients that the stand-ins make in one call. */
const MADE_AT_ONCE = 10_000;

const Token = z.object({ access_token: z.string() });

const named = process.argv.slice(2).map(Number);

await withPushStack(async (stack) => {
  await measureWebPush(stack, named.length > 0 ? named : SIZES);
  await measureFcm(stack, named.length > 0 ? named : FCM_SIZES);
});

async function measureWebPush(stack: PushStack, sizes: readonly number[]): Promise<void> {
  const { api, providers, stateDir } = stack;
  const browsers = async (all: number, sender: string) =>
    made(all, async (count) =>
      (await providers.makeSubscriptions({ count, sender })).map(({ endpoint, p256dh, auth }) => {
        return { platform: "web", provider: "webpush", token: endpoint, p256dh, auth };
      }),
    );

  console.log("\nWeb Push, create to sent, HTTP to workerd itself, no proxy between");
  const ours: number[] = [];
  for (const size of sizes) {
    const app = await newApp(api, `Web ${size}`);
    seed(stateDir, app.v1_id, await browsers(size, app.vapid_public_key));
    ours.push(await measureSend(api, stateDir, app.id, size));
  }
  const keys = webPush.generateVAPIDKeys();
  const vapidDetails = { subject: "mailto:push@example.com", ...keys };
  const targets = await browsers(PEER_RECIPIENTS, keys.publicKey);
  const theirs: number[] = [];
  for (const atOnce of PEER_AT_ONCE) {
    const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
    const send = async ({ token, p256dh, auth }: SeededSubscriber) => {
      const browser = { endpoint: token, p256dh: p256dh ?? "", auth: auth ?? "" };
      await post(agent, webPushPost(browser, { vapidDetails }), 201);
    };
    theirs.push(await measurePeer("npm web-push", targets, atOnce, send));
    agent.destroy();
  }
  console.log(`ratio, ours to web-push's best: ${ratio(ours, theirs)}`);
}

async function measureFcm(stack: PushStack, sizes: readonly number[]): Promise<void> {
  const { api, providers, providersUrl, stateDir } = stack;
  const phones = async (all: number, sender: string) =>
    made(all, async (count) =>
      (await providers.makeDevices("fcm", { count, sender })).map(({ token }) => {
        return { platform: "android", provider: "fcm", token, p256dh: null, auth: null };
      }),
    );

  console.log("\nFCM, create to sent");
  const account = await providers.makeServiceAccount();
  const ours: number[] = [];
  for (const size of sizes) {
    const app = await newApp(api, `Android ${size}`);
    const credential = { service_account: account };
    await api.put(`/api/v1/push/apps/${app.id}/credentials/fcm`, credential, z.unknown());
    seed(stateDir, app.v1_id, await phones(size, account.project_id));
    ours.push(await measureSend(api, stateDir, app.id, size));
  }
  const devices = await phones(PEER_RECIPIENTS, account.project_id);
  const bearer = await accessToken(providersUrl, account);
  const address = `${providersUrl}/fcm/v1/projects/${account.project_id}/messages:send`;
  const theirs: number[] = [];
  for (const atOnce of PEER_AT_ONCE) {
    const send = async ({ token }: SeededSubscriber) =>
      postByFetch(fcmPost(address, bearer, token), 200);
    theirs.push(await measurePeer("plain fetch", devices, atOnce, send));
  }
  console.log(`ratio, ours to plain fetch's best: ${ratio(ours, theirs)}`);
}

async function newApp(api: Api, name: string) {
  return (await api.post("/api/v1/push/apps", { name }, PushApp)).data;
}

/** Exchanges an assertion for a token, like Google's own libraries. */
async function accessToken(
  providersUrl: string,
  of: { private_key: string; private_key_id: string; client_email: string },
): Promise<string> {
  const key = await importPKCS8(of.private_key, "RS256");
  const scope = "https://www.googleapis.com/auth/firebase.messaging";
  const assertion = await new SignJWT({ scope })
    .setProtectedHeader({ alg: "RS256", kid: of.private_key_id })
    .setIssuer(of.client_email)
    .setAudience(`${providersUrl}/fcm/token`)
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(key);
  const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  const body = new URLSearchParams({ grant_type, assertion });
  const response = await fetch(`${providersUrl}/fcm/token`, { method: "POST", body });
  return Token.parse(await response.json()).access_token;
}

function ratio(ours: readonly number[], theirs: readonly number[]): string {
  return (Math.max(...ours) / Math.max(...theirs)).toFixed(2);
}

async function made(
  count: number,
  make: (count: number) => Promise<SeededSubscriber[]>,
): Promise<SeededSubscriber[]> {
  const rows: SeededSubscriber[] = [];
  while (rows.length < count) {
    rows.push(...(await make(Math.min(MADE_AT_ONCE, count - rows.length))));
  }
  return rows;
}
