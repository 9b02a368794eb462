// What tests of notifications share: an app that can send, its subscribers, and runs and a direct path that only note their
// calls, so that tests see what the domain does by itself.
import { eq } from "drizzle-orm";
import { apps } from "../../src/db/schema/index.ts";
import type { App } from "../../src/domain/apps/find-app.ts";
import type { AccountCtx } from "../../src/domain/context.ts";
import { startRuns } from "../../src/domain/notifications/start-runs.ts";
import type { Provider } from "../../src/kit/push/credentials.ts";
import { testContext } from "./context.ts";
import { rows } from "./worker.ts";
import { newAccount, newApp, type TestAccount } from "./scenario.ts";

export interface Told {
  call: "start" | "schedule" | "cancel" | "direct";
  id: number;
  at?: number;
}

export interface NotificationWorld {
  account: TestAccount;
  ctx: AccountCtx;
  app: App;
  /** The calls that runs and the direct path got, in order. */
  told: Told[];
}

/** An account with an app that has Web Push, and a context of its own whose clock says `now`. */
export async function notificationWorld(now: () => number = Date.now): Promise<NotificationWorld> {
  const account = await newAccount();
  const { id } = await newApp(account.key);
  await configure(account, id, "webpush");
  const told: Told[] = [];
  const ctx = {
    ...testContext(now).ctx,
    ...fakePorts(told),
    principal: { accountId: account.id, appIds: null, by: { kind: "key", keyId: 1, name: "test" } },
  } as unknown as AccountCtx;
  // The run queue delivers at once.
  ctx.enqueueRuns = async (messages) => {
    for (const { notificationIds } of messages) await startRuns(ctx, notificationIds);
  };
  const [app] = await ctx.db.select().from(apps).where(eq(apps.id, id));
  if (!app) throw new Error("no app");
  return { account, ctx, app, told };
}

/** Runs and a direct path that only note their calls, and payload sizes that count title and body alone. */
export function fakePorts(told: Told[]) {
  return {
    notificationRun: () => ({
      start: async (id: number) => void told.push({ call: "start", id }),
      begin: async (id: number) => void told.push({ call: "start", id }),
      schedule: async (id: number, at: number) => void told.push({ call: "schedule", id, at }),
      cancel: async (id: number) => void told.push({ call: "cancel", id }),
      results: async () => null,
      resultsOf: async () => null,
    }),
    direct: {
      isAnySlow: () => false,
      send: async ({ id }: { id: number }) => void told.push({ call: "direct", id }),
    },
    contentProblems: () => [],
    payloadSizes: ({ title, body }: { title: string; body: string }) =>
      (["fcm", "apns", "webpush"] as const).map((provider) => ({
        provider,
        bytes: title.length + body.length,
        limit: provider === "webpush" ? 3993 : 4096,
      })),
  };
}

/** Gives an app a credential for `provider` that is never opened. */
export async function configure({ id }: TestAccount, appId: number, provider: Provider) {
  await rows(
    `INSERT INTO push_credentials
       (account_id, app_id, provider, shown, sealed, sealed_for, version, created_at, updated_at)
     VALUES (?, ?, ?, '{}', '', '', 1, 1, 1)`,
    id,
    appId,
    provider,
  );
}

export interface TestSubscriber {
  platform?: "web" | "ios" | "android";
  user_id?: string | null;
  tags?: string[];
  language?: string | null;
  country?: string | null;
  timezone?: string | null;
  status?: "active" | "inactive" | "unsubscribed";
  token_since?: number;
}

const PROVIDERS = { web: "webpush", ios: "apns", android: "fcm" } as const;

/** Puts subscribers into the database in one statement; answers their ids in order. */
export async function addSubscribers(
  app: { id: number; accountId: number },
  subscribers: TestSubscriber[],
): Promise<number[]> {
  const wanted = subscribers.map(({ platform = "web", ...subscriber }) => ({
    uuid: crypto.randomUUID(),
    platform,
    provider: PROVIDERS[platform],
    status: "active",
    token_since: 1,
    ...subscriber,
    tags: JSON.stringify(subscriber.tags ?? []),
  }));
  const inserted = await rows(
    `INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, user_id, tags, language,
       country, timezone, status, token_since, last_active_at, created_at, updated_at)
     SELECT value ->> 'uuid', ?, ?, value ->> 'platform', value ->> 'provider', 'token-' || (value ->> 'uuid'),
       value ->> 'user_id', value ->> 'tags', value ->> 'language', value ->> 'country',
       value ->> 'timezone', value ->> 'status', value ->> 'token_since', 1, 1, 1
     FROM json_each(?) ORDER BY key RETURNING id`,
    app.accountId,
    app.id,
    JSON.stringify(wanted),
  );
  return inserted.map(({ id }) => id as number);
}
