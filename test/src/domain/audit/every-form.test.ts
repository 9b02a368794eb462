// Each form of an account's pages that changes something leaves one entry in its audit log, which says which person did what to
// which thing, and from where; those that leave none are listed here, with the reason. A refused one leaves none.
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { dashboard } from "../../../../src/web/dashboard/index.ts";
import type { MemberOperation } from "../../../../src/web/dashboard/page.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { png } from "../../../support/images.ts";
import { apnsKey, serviceAccount } from "../../../support/push.ts";
import { useInternet } from "../../../support/receiver.ts";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { configure } from "../../../support/notifications.ts";
import { addResults, contentOf } from "../../../support/reports.ts";
import { newOneOfEach, type OneOfEach } from "../../../support/scenario.ts";
import { addSubscriber } from "../../../support/subscribers.ts";
import { api, bindings, rows, send } from "../../../support/worker.ts";
import { PUSH } from "../../../support/push.ts";

/** Callbacks lead to hosts. */
useInternet();

type Fields = Record<string, string | readonly string[]> | FormData;
/** What is posted, and what is noted of it; for `null` nothing. */
interface Case {
  did: string | null;
  fields?: Fields | ((world: World) => Promise<Fields>);
  /** What the form is refused for; left out for forms without fields of their own. */
  wrong?: Fields;
  before?: (world: World) => Promise<unknown>;
}

const icon = () => {
  const form = new FormData();
  form.set("icon", new File([png(512, 512)], "icon.png", { type: "image/png" }));
  return form;
};
const people = () => {
  const form = new FormData();
  form.set("file", new File(["platform,token\r\nandroid,t\r\n"], "people.csv"));
  return form;
};
/** The app has one import at a time that is not over. */
const cancelled = async ({ one }: World) =>
  rows("UPDATE imports SET state = 'cancelled' WHERE app_id = ?", one.ids.app);
const building = async ({ one }: World) =>
  rows("UPDATE builds SET status = 'building' WHERE id = ?", one.ids.build);
const buildable = async ({ one }: World) => {
  await FakeBuilder.start();
  await rows("UPDATE apps SET url = 'https://example.com' WHERE id = ?", one.ids.app);
};
const invited = async ({ owner }: World) =>
  owner.post(`${owner.base}/team/invite`, { email: "new@example.com", role: "viewer" });
const apnsFields = async () => {
  const { private_key: key, ...others } = await apnsKey();
  return { ...others, private_key_text: key };
};
const withProviders = async ({ owner, one }: World) => {
  const path = `${owner.base}/apps/${one.ids.app}/providers`;
  const key = { service_account_text: JSON.stringify(await serviceAccount()) };
  expect((await owner.post(`${path}/fcm`, key)).status).toBe(303);
  expect((await owner.post(`${path}/apns`, await apnsFields())).status).toBe(303);
};
const sha256 = Array.from({ length: 32 }, () => "AB").join(":");

/** Somebody whose the subscriber is. */
const known = async ({ subscriber }: World) =>
  rows("UPDATE subscribers SET user_id = 'ann' WHERE uuid = ?", subscriber);

/** Gives the notification a whole content. */
const filled = async ({ ids }: OneOfEach) =>
  rows(
    "UPDATE notifications SET content = ? WHERE id = ?",
    contentOf({ title: "t", body: "b" }),
    ids.notification,
  );
/** The audience builder's fields, with one condition. */
const TAGGED = {
  "targeting.start": "built",
  "targeting.how": "all",
  "targeting.0.field": "tags",
  "targeting.0.is": "any",
  "targeting.0.values": "box",
};

const webPush = async ({ one }: World) => {
  const [app] = await rows("SELECT uuid FROM apps WHERE id = ?", one.ids.app);
  await api("PUT", `${PUSH}/apps/${app.uuid}/credentials/webpush`, {
    token: one.key,
    json: { subject: "mailto:push@example.com" },
  });
};
const WRITTEN = { title: "Hello", body: "World", "targeting.start": "all" };

const CASES: Record<string, Case> = {
  makeApp: {
    did: "app.create",
    fields: { name: "New", url: "https://example.com" },
    wrong: { name: "" },
  },
  buildApp: { did: "build.trigger", before: buildable },
  deleteAppByName: { did: "app.delete", fields: { name: "My App" }, wrong: { name: "no" } },
  saveDesign: { did: "app.update", fields: { name: "Another" }, wrong: { name: "" } },
  saveIcon: { did: "app.icon", fields: async () => icon(), wrong: {} },
  removeIcon: {
    did: "app.icon",
    before: async ({ owner, one }) => owner.post(`${owner.base}/apps/${one.ids.app}/icon`, icon()),
  },
  saveIconBackground: {
    did: "app.update",
    fields: { "config.icon_background": "#112233" },
    wrong: { "config.icon_background": "red" },
  },
  ...Object.fromEntries(
    ["Foreground", "Monochrome"].flatMap((layer): [string, Case][] => [
      [`saveIcon${layer}`, { did: "app.icon", fields: async () => icon(), wrong: {} }],
      [
        `removeIcon${layer}`,
        {
          did: "app.icon",
          before: async ({ owner, one }) =>
            owner.post(`${owner.base}/apps/${one.ids.app}/icon/${layer.toLowerCase()}`, icon()),
        },
      ],
    ]),
  ),
  submitNewApiKey: {
    did: "key.create",
    fields: { name: "k", scopes: ["apps:read"], reach: "all" },
    wrong: { name: "" },
  },
  submitNewWebhook: {
    did: "webhook.create",
    fields: { of: "", url: "https://hooks.example.com/secret-path", events: "build.failed" },
    wrong: { of: "", url: "https://hooks.example.com/", events: "notification.sent" },
  },
  submitWebhook: {
    did: "webhook.update",
    fields: { url: "https://hooks.example.com/other", events: "build.failed" },
    wrong: { url: "https://hooks.example.com/", events: [] },
  },
  submitWebhookEnabled: {
    did: "webhook.update",
    fields: { enabled: "false" },
    wrong: { enabled: "x" },
  },
  submitWebhookSecret: { did: "webhook.rotate" },
  // What is sent by hand is listed with the other deliveries.
  submitWebhookTest: { did: null },
  submitWebhookReplay: { did: null, fields: { since: "24" }, wrong: { since: "x" } },
  submitDeliveryReplay: { did: null },
  submitDeleteWebhook: { did: "webhook.delete" },
  submitEndSending: { did: "campaign.end" },
  submitEndApiKey: { did: "key.delete" },
  submitInvitation: {
    did: "invitation.create",
    fields: { email: "a@example.com", role: "viewer" },
    wrong: { email: "a" },
  },
  submitEndInvitation: { did: "invitation.end", before: invited },
  submitRole: { did: "member.change", fields: { role: "developer" }, wrong: { role: "king" } },
  submitRemoveMember: { did: "member.remove" },
  submitLeaveAccount: { did: "member.leave" },
  submitLeave: { did: "member.leave" },
  submitNewChannel: { did: "channel.create", fields: { name: "c" }, wrong: { name: "" } },
  submitChannel: {
    did: "channel.update",
    fields: { name: "d", callback_url: "https://hooks.example.com/secret-path" },
    wrong: { name: "" },
  },
  // What is made by it is for a day, and lets somebody join.
  submitChannelCode: { did: null, fields: { iuid: "p" }, wrong: { iuid: "" } },
  // Channels have a list of their sends.
  submitChannelSend: { did: null, fields: { to: "nobody", title: "t", text: "t" } },
  submitChannelKey: {
    did: "channel.rotate",
    fields: { grace_seconds: "0" },
    wrong: { grace_seconds: "-1" },
  },
  submitDeleteChannel: { did: "channel.delete" },
  exportAudience: { did: "subscriber.export", fields: { tag: "box" } },
  // What devices say of themselves is in no log, nor is what their owner says of them.
  submitTag: { did: null, fields: { tag: "box" }, wrong: { tag: "" } },
  submitUntag: { did: null, fields: { tag: "box" } },
  submitFacts: { did: null, fields: { language: "de" }, wrong: { country: "Austria" } },
  submitUnsubscribe: { did: null },
  submitDeleteSubscriber: { did: "subscriber.delete" },
  // Drafts are nobody's business until they are sent: then there is an entry of the notification.
  submitDraft: { did: null, fields: { ...WRITTEN, version: "1" }, wrong: { do: "language.add" } },
  autosaveDraft: { did: null, fields: { ...WRITTEN, version: "1" } },
  countDraft: { did: null, fields: WRITTEN },
  submitDeleteDraft: { did: null },
  publishDraft: {
    did: "notification.create",
    before: webPush,
    fields: { version: "1", everyone: "0" },
    wrong: { version: "1" },
  },
  // Tests to oneself reach nobody else, and leave nothing.
  sendTest: { did: null, fields: { ...WRITTEN, version: "1" } },
  removeTestDevice: { did: null, fields: { ...WRITTEN, version: "1" } },
  subscribeTestBrowser: { did: null },
  submitNewSegment: {
    did: "segment.create",
    fields: { name: "New", ...TAGGED },
    wrong: { name: "New" },
  },
  // What is counted is kept nowhere.
  countNewSegment: { did: null, fields: TAGGED },
  countSegment: { did: null, fields: TAGGED },
  submitSegment: {
    did: "segment.update",
    fields: { name: "Other", ...TAGGED },
    wrong: { name: "", ...TAGGED },
  },
  submitDeleteSegment: { did: "segment.delete" },
  // A file is read and counted; what begins the import is noted.
  uploadImport: { did: null, fields: async () => people(), wrong: {}, before: cancelled },
  startImport: { did: "subscriber.import" },
  cancelImport: { did: null },
  submitAccountName: { did: "account.update", fields: { name: "Renamed" }, wrong: { name: "" } },
  // The log goes with the account.
  submitDeleteAccount: { did: null, fields: { name: "no" } },
  startBuild: {
    did: "build.trigger",
    before: buildable,
    fields: { preset: "debug" },
    wrong: { preset: "apk", keystore_id: "999999999" },
  },
  cancelBuildOnPage: { did: "build.cancel", before: building },
  endInstallLinks: { did: "build.revoke" },
  setPlaySigning: {
    did: "app.update",
    fields: { play_signing_sha256: sha256 },
    wrong: { play_signing_sha256: "x" },
  },
  buildProof: {
    did: "build.trigger",
    before: buildable,
    fields: async ({ one }) => ({ keystore_id: String(one.ids.keystore), adi_token: "token" }),
    wrong: { keystore_id: "999999999", adi_token: "token" },
  },
  // It asks the website, and keeps nothing.
  checkSiteLinks: { did: null },
  generateKeystore: {
    did: "keystore.create",
    fields: { name: "g", algorithm: "ec" },
    wrong: { name: "" },
  },
  // As the one before, but for where the key comes from; it is refused here.
  uploadKeystore: { did: null, fields: {} },
  exportKeystoreOnPage: {
    did: "keystore.export",
    fields: { password: "opensesame" },
    wrong: { password: "x" },
  },
  submitCancelNotification: {
    did: "notification.cancel",
    before: async ({ one }) =>
      rows("UPDATE notifications SET status = 'scheduled' WHERE id = ?", one.ids.notification),
  },
  submitSendNotification: {
    did: "notification.send",
    before: async ({ one }) => {
      await configure(one, Number(one.ids.app), "webpush");
      await filled(one);
      await rows("UPDATE notifications SET status = 'draft' WHERE id = ?", one.ids.notification);
    },
  },
  submitSendAgain: {
    did: "notification.create",
    before: async ({ one }) => {
      await configure(one, Number(one.ids.app), "webpush");
      await filled(one);
      await addResults(Number(one.ids.notification), 0, [
        { id: 1, status: "failed", reason: "no_answer" },
      ]);
    },
  },
  deleteKeystoreOnPage: { did: "keystore.delete", fields: { name: "k" } },
  // These ask others, and keep nothing.
  checkPushSite: { did: null },
  takePerson: { did: "subscriber.export", before: known },
  submitErase: { did: "subscriber.erase", before: known },
  submitAccountContact: {
    did: "account.update",
    fields: { email: "books@example.com" },
    wrong: { email: "books" },
  },
  submitMyDevice: { did: "subscriber.own", fields: { mine: "yes" } },
  // As on the composer: tests are in no log.
  tryWebPush: { did: null },
  removeTriedDevice: { did: null },
  subscribeTriedBrowser: { did: null },
  verifyWebPush: { did: null },
  verifyFcm: { did: null },
  verifyApns: { did: null },
  setWebPushKeys: {
    did: "credential.set",
    fields: { subject: "mailto:push@example.com" },
    wrong: { subject: "push" },
  },
  setPushOrigins: {
    did: "app.update",
    fields: { origins: "https://example.com" },
    wrong: { origins: "example.com" },
  },
  setPushDefaults: {
    did: "app.update",
    fields: { default_url: "https://example.com", default_icon: "" },
    wrong: { default_url: "example" },
  },
  setFcm: {
    did: "credential.set",
    fields: async () => ({ service_account_text: JSON.stringify(await serviceAccount()) }),
    wrong: { service_account_text: "{}" },
  },
  setApns: { did: "credential.set", fields: apnsFields, wrong: {} },
  removeFcm: { did: "credential.delete", before: withProviders },
  removeApns: { did: "credential.delete", before: withProviders },
};

interface World {
  /** The id of an invitation that is open; null for none. */
  invitation: number | null;
  one: OneOfEach;
  /** The id of a subscriber of the app. */
  subscriber: string;
  /** The UUID of the notification. */
  notification: string;
  owner: TestPerson;
  /** Somebody else in the account. */
  other: TestPerson;
}

const isForm = (operation: object): operation is MemberOperation => "may" in operation;
const forms = dashboard.operations
  .filter(isForm)
  .filter(({ docs }) => docs.method === "post")
  .map(({ docs }): [string, string] => [docs.operationId, docs.path]);

/** An account with one thing of each kind, and what the form needs besides. */
async function newWorld(form: string): Promise<World> {
  const one = await newOneOfEach();
  const owner = await signedIn("owner", one);
  const other = await signedIn("viewer", one);
  const subscriber = await addSubscriber(one.id, Number(one.ids.app));
  const [{ uuid }] = await rows(
    "SELECT uuid FROM notifications WHERE id = ?",
    one.ids.notification,
  );
  const made: World = { one, notification: uuid, owner, other, subscriber, invitation: null };
  // Whoever leaves is not the only owner.
  await signedIn("owner", one);
  await CASES[form]?.before?.(made);
  const [invitation] = await rows("SELECT id FROM invitations WHERE account_id = ?", one.id);
  return { ...made, invitation: invitation?.id ?? null };
}

function pathOf(template: string, made: World): string {
  const { one, notification, other, subscriber, invitation } = made;
  const ids: Record<string, unknown> = {
    ...one.ids,
    notification,
    key: one.ids.api_key,
    sending: one.ids.campaign,
    member: other.id,
    subscriber,
    invitation,
  };
  return `/dashboard${template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(ids[name]))}`;
}

test("every form is in the list", () => {
  expect(forms.map(([id]) => id).toSorted()).toEqual(Object.keys(CASES).toSorted());
});

const entries = async ({ one }: World) =>
  rows("SELECT * FROM audit_entries WHERE account_id = ? ORDER BY id", one.id);

/** Deeds that objects do: they are noted once they are done. */
const DONE_ELSEWHERE = new Set(["app.delete", "build.trigger", "build.cancel"]);

// A form has one world for both tests, since the first changes nothing in it.
describe.each(forms)("%s", (id, template) => {
  const { did, fields = {}, wrong } = CASES[id] ?? { did: null };
  const isInBatch = did !== null && !DONE_ELSEWHERE.has(did);
  let world: World;
  let path: string;
  beforeAll(async () => {
    world = await newWorld(id);
    path = pathOf(template, world);
  });
  const fieldsGiven = async () => (typeof fields === "function" ? fields(world) : fields);

  test.runIf(isInBatch)("changes nothing if its entry can't be written", async () => {
    const { owner } = world;
    const given = await fieldsGiven();
    const before = await kept();
    await rows(
      "CREATE TRIGGER no_entries BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    onTestFinished(async () => void (await rows("DROP TRIGGER no_entries")));
    const body =
      given instanceof FormData
        ? given
        : new URLSearchParams(
            Object.entries(given).flatMap(([name, value]) =>
              [value].flat().map((each) => [name, each]),
            ),
          );
    const headers = { cookie: owner.cookie, "sec-fetch-site": "same-origin", accept: "text/html" };
    const answer = await send("POST", path, { body, headers });
    await answer.text();
    expect(answer.status).toBe(500);
    expect(await kept()).toEqual(before);
  });

  test("leaves as many entries as it should", async () => {
    const { owner } = world;
    const from = { "cf-connecting-ip": "203.0.113.9", "user-agent": "Form test" };
    const present = (await entries(world)).length;
    if (wrong) {
      const { status } = await owner.post(path, wrong, from);
      expect(status).toBe(422);
      expect(await entries(world)).toHaveLength(present);
    }
    const { status, html } = await owner.post(path, await fieldsGiven(), from);
    const made = (await entries(world)).slice(present);
    if (did === null) {
      expect(made).toEqual([]);
      return;
    }
    expect([200, 303], html).toContain(status);
    expect(made).toEqual([
      expect.objectContaining({
        did,
        who: `person:${owner.id}`,
        who_name: owner.name,
        address: "203.0.113.9",
        agent: "Form test",
        request_id: expect.any(String),
        thing_id: expect.any(String),
      }),
    ]);
    for (const secret of ["opensesame", "secret-path", sha256, "token"]) {
      expect(made[0].facts).not.toContain(secret);
    }
  });
});

/** All that forms change, of every account. */
async function kept(): Promise<unknown[]> {
  const tables = [
    "accounts",
    "api_keys",
    "apps",
    "builds",
    "channels",
    "webhooks",
    "invitations",
    "imports",
    "memberships",
    "keystores",
    "audit_entries",
  ];
  const all = await bindings.DB.batch(
    tables.map((table) => bindings.DB.prepare(`SELECT * FROM ${table}`)),
  );
  // When a key was used last is told a moment later.
  return JSON.parse(
    JSON.stringify(
      all.map(({ results }) => results),
      (name, value) => (name === "last_used_at" ? 0 : value),
    ),
  );
}

test("what changes nothing leaves no entry: the same role, a design as it was", async () => {
  const world = await newWorld("saveDesign");
  const { owner, other, one } = world;
  const present = (await entries(world)).length;
  expect((await owner.post(`${owner.base}/team/${other.id}/role`, { role: "viewer" })).status).toBe(
    303,
  );
  const [app] = await rows(
    "SELECT id FROM apps WHERE account_id = ? ORDER BY id DESC LIMIT 1",
    one.id,
  );
  const path = `${owner.base}/apps/${app.id}/design`;
  expect((await owner.post(path, { name: "Once" })).status).toBe(303);
  expect(await entries(world)).toHaveLength(present + 1);
  expect((await owner.post(path, { name: "Once" })).status).toBe(303);
  expect(await entries(world)).toHaveLength(present + 1);
});
