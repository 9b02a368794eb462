// Each operation by which an API key or an operator changes something of an account leaves one entry in its audit log,
// which says who did what, and from where; those that leave none are listed here, with the reason.
import { expect, test } from "vitest";
import { DEEDS } from "../../../../src/domain/audit/deeds.ts";
import { type BodiesWorld, everything, newBodiesWorld } from "../../../support/bodies.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { png } from "../../../support/images.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newAddress, rows, send } from "../../../support/worker.ts";

/** Webhooks and callbacks lead to hosts. */
useInternet();

/** Operations that leave no entry, and why. */
const WITHOUT: Record<string, string> = {
  registerSubscriber: "of single subscribers programs tell by the thousand",
  updateSubscriber: "the same",
  unsubscribeSubscriber: "the same",
  bindSubscriber: "the same, of people in channels",
  trackClick: "what a person did with a notification",
  estimateAudience: "changes nothing",
  verifyPushCredential: "asks a provider, and changes nothing that an owner set",
  verifyAppPushCredential: "the same",
  testWebhook: "its delivery is listed with the others",
  testAccountWebhook: "the same",
  replayWebhookDelivery: "the same",
  replayAccountWebhookDelivery: "the same",
  replayWebhook: "the same",
  replayAccountWebhook: "the same",
  putPlans: "plans are of no account",
  createBuilder: "builders are of no account",
  drainBuilder: "the same",
  resumeBuilder: "the same",
  deleteBuilder: "the same",
  resealPart: "seals what all accounts have with another key, and changes nothing of what it is",
};

/** What each of the others did. */
const DID: Record<string, string> = {
  createPushApp: "app.create",
  updatePushApp: "app.update",
  deletePushApp: "app.delete",
  putPushCredential: "credential.set",
  deletePushCredential: "credential.delete",
  replaceIdentitySecret: "identity_secret.set",
  deleteIdentitySecret: "identity_secret.delete",
  importSubscribers: "subscriber.import",
  deleteSubscriber: "subscriber.delete",
  deleteUser: "subscriber.erase",
  createPushNotification: "notification.create",
  updatePushNotification: "notification.update",
  sendPushNotification: "notification.send",
  cancelPushNotification: "notification.cancel",
  createSegment: "segment.create",
  updateSegment: "segment.update",
  deleteSegment: "segment.delete",
  createWebhook: "webhook.create",
  updateWebhook: "webhook.update",
  deleteWebhook: "webhook.delete",
  rotateWebhookSecret: "webhook.rotate",
  createApp: "app.create",
  updateApp: "app.update",
  deleteApp: "app.delete",
  putAppIcon: "app.icon",
  deleteAppIcon: "app.icon",
  putAppIconForeground: "app.icon",
  deleteAppIconForeground: "app.icon",
  putAppIconMonochrome: "app.icon",
  deleteAppIconMonochrome: "app.icon",
  triggerBuild: "build.trigger",
  cancelBuild: "build.cancel",
  revokeBuildInstalls: "build.revoke",
  createNotification: "notification.create",
  cancelNotification: "notification.cancel",
  putAppPushCredential: "credential.set",
  deleteAppPushCredential: "credential.delete",
  createChannel: "channel.create",
  updateChannel: "channel.update",
  deleteChannel: "channel.delete",
  rotateChannelKey: "channel.rotate",
  createKeystore: "keystore.create",
  updateKeystore: "keystore.update",
  deleteKeystore: "keystore.delete",
  exportKeystore: "keystore.export",
  createApiKey: "key.create",
  deleteApiKey: "key.delete",
  createAccountWebhook: "webhook.create",
  updateAccountWebhook: "webhook.update",
  deleteAccountWebhook: "webhook.delete",
  rotateAccountWebhookSecret: "webhook.rotate",
  createAccount: "account.create",
  updateAccount: "account.update",
  suspendAccount: "account.suspend",
  resumeAccount: "account.resume",
  createAccountApiKey: "key.create",
  sendInstantly: "campaign.create",
  createPush: "template.create",
  createOneTimeSending: "campaign.create",
  bindPushes: "campaign.update",
  deleteEvent: "lifecycle_event.delete",
};

/** What people alone do, in other tests. */
const BY_PEOPLE =
  /^(?:(?:member|invitation)\.|campaign\.end$|account\.visit$|subscriber\.(?:export|own)$|build\.inspect$)/;

interface Op {
  id: string;
  method: string;
  path: string;
  scheme: string;
}

const document = (await (await send("GET", "/openapi.json")).json()) as any;
const operations: Op[] = Object.entries<any>(document.paths).flatMap(([path, methods]) =>
  Object.entries<any>(methods).map(([method, { operationId, security }]) => ({
    id: operationId,
    method: method.toUpperCase(),
    path,
    scheme: Object.keys(security?.[0] ?? {})[0] ?? "",
  })),
);
const changing = operations.filter(
  ({ method, scheme }) => method !== "GET" && ["apiKey", "adminToken"].includes(scheme),
);

test("every operation that changes something is in one of the lists, and every deed is tried", () => {
  const listed = [...Object.keys(WITHOUT), ...Object.keys(DID)];
  expect(changing.map(({ id }) => id).toSorted()).toEqual(listed.toSorted());
  const tried = new Set(Object.values(DID));
  expect(DEEDS.filter((deed) => !tried.has(deed) && !BY_PEOPLE.test(deed))).toEqual([]);
});

const entries = async () => rows("SELECT * FROM audit_entries ORDER BY id DESC LIMIT 3");
const count = async () => (await rows("SELECT count(*) n FROM audit_entries"))[0].n as number;

/** One that can be opened. */
const credential = async ({ bodies, credentials }: BodiesWorld, path: string) =>
  send("PUT", path.replace("/verify", ""), {
    headers: credentials["apiKey"]!,
    json: bodies["putPushCredential"],
  });

const delivered = async () => rows("UPDATE webhook_deliveries SET status = 'delivered'");

/** What has to be there before an operation finds something to change. */
/** Sets the picture that is removed. */
const pictured = async ({ credentials }: BodiesWorld, path: string) =>
  send("PUT", path, { headers: credentials["apiKey"]!, body: png(8, 8) });

const BEFORE: Record<string, (world: BodiesWorld, path: string) => Promise<unknown>> = {
  deleteIdentitySecret: async ({ credentials }, path) =>
    send("POST", path, { headers: credentials["apiKey"]!, json: {} }),
  deleteAppIcon: pictured,
  deleteAppIconForeground: pictured,
  deleteAppIconMonochrome: pictured,
  triggerBuild: async ({ account }) => {
    await FakeBuilder.start();
    await rows("UPDATE apps SET url = 'https://example.com' WHERE account_id = ?", account.id);
  },
  cancelBuild: async ({ account }) =>
    rows("UPDATE builds SET status = 'building' WHERE account_id = ?", account.id),
  verifyPushCredential: credential,
  verifyAppPushCredential: credential,
  replayWebhookDelivery: delivered,
  replayAccountWebhookDelivery: delivered,
  resumeAccount: async ({ account }) =>
    rows("UPDATE accounts SET suspended_at = 1, suspended_reason = 'x' WHERE id = ?", account.id),
  deleteEvent: async ({ account }) =>
    rows(
      "INSERT INTO lifecycle_events (app_id, name, created_at, last_used_at) SELECT id, ?, 1, 1 FROM apps WHERE account_id = ?",
      "x".repeat(22),
      account.id,
    ),
};

/** What an operation is sent. */
function bodyOf(id: string, bodies: BodiesWorld["bodies"]) {
  return id.startsWith("putAppIcon") ? { body: png(512, 512) } : bodies[id] && { json: bodies[id] };
}

/** Operations after which the world lacks what others need. */
const TAKES = /^(?:delete|cancel|send|suspend|revoke|unsubscribe)/;

let world: BodiesWorld | undefined;

test.each(changing.map((op): [string, Op] => [op.id, op]))(
  "%s leaves as many entries as it should",
  async (id, { method, path: template, scheme }) => {
    world ??= await newBodiesWorld();
    const { account, bodies, credentials, fillings } = world;
    const path = fillings(template);
    await BEFORE[id]?.(world, path);
    const before = await count();
    const address = newAddress();
    const headers = {
      ...credentials[scheme],
      "cf-connecting-ip": address,
      "user-agent": "Audit test",
    };
    const body = bodyOf(id, bodies);
    const answer = await send(method, path, { headers, ...body });
    const text = await answer.text();
    expect(answer.status, text).toBeLessThan(300);
    if (TAKES.test(id)) world = undefined;
    const did = DID[id];
    expect((await count()) - before, text).toBe(did === undefined ? 0 : 1);
    if (did === undefined) return;
    const [entry] = await entries();
    expect(entry).toMatchObject({
      did,
      kind: did.split(".")[0],
      address,
      agent: "Audit test",
      request_id: answer.headers.get("x-request-id"),
    });
    if (scheme === "apiKey") {
      expect(entry).toMatchObject({ account_id: account.id, who_name: "test" });
      expect(entry.who).toMatch(/^key:\d+$/);
    } else expect(entry).toMatchObject({ who: "operator", who_name: "Operator" });
  },
);

/** What is changed by objects, and noted after it: it stays changed where it can't be noted. */
const NOTED_AFTER = ["deletePushApp", "deleteApp", "triggerBuild", "cancelBuild"];

test.each(changing.filter(({ id }) => id in DID).map((op): [string, Op] => [op.id, op]))(
  "%s changes nothing that can't be noted",
  async (id, { method, path: template, scheme }) => {
    world ??= await newBodiesWorld();
    const { bodies, credentials, fillings } = world;
    const path = fillings(template);
    await BEFORE[id]?.(world, path);
    const before = await everything();
    await rows(
      "CREATE TRIGGER unnoted BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'unnoted'); END",
    );
    try {
      const body = bodyOf(id, bodies);
      const answer = await send(method, path, { headers: credentials[scheme]!, ...body });
      const text = await answer.text();
      if (NOTED_AFTER.includes(id)) {
        world = undefined;
        expect(answer.status, text).toBeLessThan(300);
      } else {
        expect(answer.status, text).toBe(500);
        expect(await everything()).toEqual(before);
        // It stayed suspended.
        if (id === "resumeAccount") world = undefined;
      }
    } finally {
      await rows("DROP TRIGGER unnoted");
    }
  },
);
