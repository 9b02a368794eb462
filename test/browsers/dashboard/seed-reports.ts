// Notifications for the screens in each state: one that was sent and confirmed, one that a refused key kept from some, one
// that goes on in waves, one that was stopped, and those that are still to come.
import { expect, vi } from "vitest";
import { providersClient, type ProvidersClient } from "../../../dev/providers/client.ts";
import type { StackNote } from "../../../dev/state.ts";
import { SOON } from "../support/tab.ts";

type Ask = (method: string, path: string, json?: unknown) => Promise<any>;

export interface SeedReports {
  /** The path of the app's list. */
  base: string;
  /** UUIDs of notifications. */
  draft: string;
  scheduled: string;
  local: string;
  sending: string;
  sent: string;
  refused: string;
  failed: string;
  cancelled: string;
  long: string;
  /** The same of an app that sent nothing. */
  emptyBase: string;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Subscribers by each provider. */
const EACH = 40;
/** Receipts and clicks of the one that was sent. */
const CONFIRMED = 30;
const CLICKED = 12;

const words = {
  title: "Fresh plums are in",
  body: "Picked this morning. Until they are gone.",
  url: "https://market.example.com/plums",
  actions: [{ title: "Show me", action: "open_url" }],
  translations: { de: { title: "Frische Pflaumen", body: "Heute früh gepflückt." } },
};

/** Makes an app with these. `account` is the path of its account's pages. */
export async function makeReports(
  note: StackNote,
  ask: Ask,
  account: string,
): Promise<SeedReports> {
  const newApp = async (name: string) =>
    (await ask("POST", "/api/v1/apps", { name, url: "https://fairs.example.com" })).data;
  const app = await newApp("Fernbank Fairs");
  const empty = await newApp("Aldmoor Post");
  const push = `/api/v1/push/apps/${app.uuid}`;
  const providers = providersClient(note.providers_url);
  const apnsKey = await makeSubscribers(ask, push, providers);
  const make = async (json: object): Promise<string> =>
    (await ask("POST", `${push}/notifications`, { ...words, ...json })).data.id;
  const ended = async (id: string, status: string) =>
    vi.waitFor(
      async () => {
        const { data } = await ask("GET", `${push}/notifications/${id}`);
        expect(data.status).toBe(status);
      },
      { ...SOON, timeout: 3 * SOON.timeout, interval: 1000 },
    );

  const sent = await make({ send: true });
  await ended(sent, "sent");
  await confirm(note, providers);
  // The first zones have that time already, the last ones not for hours.
  const wall = new Date(Date.now()).toISOString().slice(0, 16);
  const [sending, cancelled] = [
    await make({ title: "Late stalls stay open until nine", scheduled_local: wall }),
    await make({ title: "Two for one on sourdough", scheduled_local: wall }),
  ];
  await ended(sending, "sending");
  // Some have it before it is stopped.
  await vi.waitFor(
    async () => {
      const { data } = await ask("GET", `${push}/notifications/${cancelled}`);
      expect(data.stats.sent_count).toBeGreaterThan(0);
    },
    { ...SOON, interval: 1000 },
  );
  await ask("POST", `${push}/notifications/${cancelled}/cancel`);
  await providers.changeCredential("apns", apnsKey, "revoke");
  const refused = await make({ title: "Jam workshop: six places left", send: true });
  await ended(refused, "sent");
  const ios = { type: "platform", platforms: ["ios"] };
  const failed = await make({ title: "Market closed on Monday", targeting: ios, send: true });
  await ended(failed, "failed");
  const later = new Date(Date.now() + 3 * DAY_MS).toISOString().slice(0, 16);
  const long = "Haberdashery".repeat(21);
  return {
    base: `${account}/apps/${app.id}/notifications`,
    emptyBase: `${account}/apps/${empty.id}/notifications`,
    sent,
    sending,
    cancelled,
    refused,
    failed,
    draft: await make({ title: "Holiday opening hours" }),
    scheduled: await make({
      title: "Saturday box: order by Friday noon",
      scheduled_at: `${later}:00Z`,
      targeting: {
        type: "all_of",
        of: [
          { type: "platform", platforms: ["android", "web"] },
          { type: "tags", tags: ["box", "trial"] },
          { type: "not", of: [{ type: "tags", tags: ["staff"] }] },
        ],
      },
    }),
    local: await make({ title: "Good morning", scheduled_local: later }),
    long: await make({
      title: long,
      body: long.repeat(4),
      url: `https://fairs.example.com/${"p".repeat(200)}`,
      actions: [{ title: "B".repeat(100), action: "a" }],
      translations: null,
      targeting: { type: "tags", tags: ["T".repeat(100), "U".repeat(100)] },
    }),
  };
}

/** Gives the app three providers, and subscribers of each, of whom a few are dead. Returns the id of the APNs key. */
async function makeSubscribers(
  ask: Ask,
  push: string,
  providers: ProvidersClient,
): Promise<string> {
  const service_account = await providers.makeServiceAccount();
  await ask("PUT", `${push}/credentials/fcm`, { service_account });
  const key = await providers.makeApnsKey();
  await ask("PUT", `${push}/credentials/apns`, { ...key, environment: "production" });
  const subject = { subject: "mailto:push@example.com" };
  const vapid = await ask("PUT", `${push}/credentials/webpush`, subject);
  const made = { count: EACH, dead_share: 0.1, died_at: Date.now() + HOUR_MS };
  const android = await providers.makeDevices("fcm", {
    ...made,
    sender: service_account.project_id,
  });
  const ios = await providers.makeDevices("apns", { ...made, sender: key.topic });
  const web = await providers.makeSubscriptions({ ...made, sender: vapid.data.public_key });
  const about = (at: number) => ({
    ...(at % 3 === 0 ? {} : { user_id: `usr_${20_000 + at * 37}` }),
    // Half of them where the day is far ahead, half where it is behind.
    timezone: at % 2 === 0 ? "Pacific/Auckland" : "America/Los_Angeles",
  });
  const subscribers = [
    ...android.map(({ token }) => ({ platform: "android", provider: "fcm", token })),
    ...web.map(({ endpoint, p256dh, auth }) => {
      return { platform: "web", endpoint, keys: { p256dh, auth } };
    }),
    ...ios.map(({ token }) => ({ platform: "ios", provider: "apns", token })),
  ].map((each, at) => ({ ...each, ...about(at) }));
  await ask("POST", `${push}/subscribers/bulk`, { subscribers });
  return key.key_id;
}

/** Confirms that phones have the first notification, and presses it on some. */
async function confirm(note: StackNote, providers: ProvidersClient): Promise<void> {
  const messages = await providers.deliveries("fcm");
  const links = messages.flatMap(
    ({ content }) => /\/public\/t\/[^"\\]+\/delivered/.exec(JSON.stringify(content)) ?? [],
  );
  const asked = links
    .slice(-CONFIRMED)
    .flatMap((link, at) => [
      link,
      ...(at < CLICKED ? [link.replace(/delivered$/, "clicked")] : []),
    ]);
  for (const path of asked) {
    const { status } = await fetch(note.url + path, { method: "POST" });
    expect(status, path).toBeLessThan(300);
  }
}
