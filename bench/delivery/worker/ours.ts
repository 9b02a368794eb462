// The product's own sending in a Worker of its own: each request is one batch, as the queue would hand it over. All of it is
// as deployed, from the configuration to `fetch`, but for the database, the run and the keeper of bearer tokens, which answer
// at once.
import { z } from "zod";
import { consumeBatch } from "../../../src/delivery/consume-batch.ts";
import type { Ctx } from "../../../src/domain/context.ts";
import { ContentFields } from "../../../src/domain/notifications/content-fields.ts";
import type {
  BatchMessage,
  ClaimTicketPort,
  NotificationRunPort,
  Outcome,
} from "../../../src/domain/ports/notifications.ts";
import { sealedColumns, type OpenCredential } from "../../../src/domain/subscribers/credentials.ts";
import type { Provider } from "../../../src/kit/push/credentials.ts";
import { createContext, deliveryContextOf, type Env } from "../../../src/runtime.ts";
import { CONTENT } from "../../requests.ts";
import { IDS, PROJECT, TOPIC, type OurBindings, type Vapid } from "../tasks.ts";
import { fakeDatabase } from "./fake-database.ts";

const ACCOUNT = 1;
/** How long a bearer token is good for, ms. */
const TOKEN_MS = 3_000_000;

/** What the platform would bind besides. No query reaches it. */
const NO_DATABASE = { DB: { withSession: () => ({ getBookmark: () => null }) } };

let bound: (Env & OurBindings) | null = null;
const databases: Partial<Record<Provider, Promise<Ctx["db"]>>> = {};

/** Sends one batch, and returns the outcomes that were reported to its run. */
async function sendBatch(env: Env & OurBindings, message: BatchMessage): Promise<Outcome[]> {
  const { ctx } = createContext(env, "primary", () => undefined);
  const provider = message.recipients[0]?.provider ?? "inbox";
  if (provider === "inbox") throw new Error("the benchmark fills no inbox");
  databases[provider] ??= databaseOf(ctx, env, provider);
  const reported: Outcome[] = [];
  const ticket: ClaimTicketPort = {
    complete: async (outcomes) => void reported.push(...outcomes),
  };
  const run: Pick<NotificationRunPort, "claim"> = {
    claim: async () => ({ refusals: {}, slow: [], ticket }),
  };
  const token = {
    ok: true,
    token: env.BEARER,
    expiresAt: Date.now() + TOKEN_MS,
    version: 0,
  } as const;
  const faked: Ctx = {
    ...ctx,
    db: await databases[provider],
    notificationRun: () => run as NotificationRunPort,
    providerToken: () => ({ token: async () => token }),
  };
  await consumeBatch(faked, deliveryContextOf(env), message);
  return reported;
}

/** The rows of a provider's app: its credential, and a notification. */
async function databaseOf(ctx: Ctx, env: OurBindings, provider: Provider): Promise<Ctx["db"]> {
  const id = IDS[provider];
  const credential = {
    id,
    appId: id,
    version: 1,
    acceptedBy: [provider === "webpush" ? env.RECEIVER : provider],
    ...(await sealedColumns(ctx, ACCOUNT, credentialOf(env, provider))),
  };
  const notification = {
    uuid: crypto.randomUUID(),
    accountId: ACCOUNT,
    appId: id,
    content: z.object(ContentFields).parse(CONTENT),
    app: { uuid: crypto.randomUUID(), url: "", pushSettings: {} },
    providers: JSON.stringify([provider]),
  };
  return fakeDatabase({ push_credentials: [credential], notifications: [notification] });
}

function credentialOf(env: OurBindings, provider: Provider): OpenCredential {
  switch (provider) {
    case "webpush":
      return { provider, secret: JSON.parse(env.VAPID) as Vapid };
    case "fcm": {
      const secret = {
        type: "service_account" as const,
        project_id: PROJECT,
        private_key_id: "1",
        private_key: env.RSA_KEY,
        client_email: `bench@${PROJECT}.iam.gserviceaccount.com`,
      };
      return { provider, secret };
    }
    case "apns": {
      const key = { private_key: env.EC_KEY, key_id: "ABC123DEFG", team_id: "DEF123GHIJ" };
      return { provider, secret: { ...key, topic: TOPIC, environment: "production" } };
    }
  }
}

export default {
  async fetch(request, env) {
    bound ??= { ...env, ...NO_DATABASE } as unknown as Env & OurBindings;
    return Response.json(await sendBatch(bound, await request.json()));
  },
} satisfies ExportedHandler<Env & OurBindings>;
