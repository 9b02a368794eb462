// The composition root: makes the context that verbs work with from the platform's bindings.
import { readConfig, type Config } from "./config.ts";
import { openSession } from "./db/client.ts";
import type { Ctx } from "./domain/context.ts";
import type { BuilderPoolPort, BuildLockPort } from "./domain/ports/builds.ts";
import {
  isAddressed,
  type BatchMessage,
  type DirectPort,
  type NotificationRunPort,
  type ProviderTokenPort,
  type RunsMessage,
  type SendingSharePort,
} from "./domain/ports/notifications.ts";
import type { ImportJobPort } from "./domain/ports/imports.ts";
import type { EstimateGatePort, RateLimiterPort } from "./domain/ports/limits.ts";
import type { PasswordsPort } from "./domain/ports/people.ts";
import type { WebhookLanePort } from "./domain/ports/webhooks.ts";
import { verify } from "./delivery/verify.ts";
import { createDeliveryContext, type DeliveryContext } from "./delivery/context.ts";
import { createHosts } from "./delivery/hosts.ts";
import { backlogsOf } from "./delivery/backlogs.ts";
import { enqueue } from "./delivery/enqueue.ts";
import { sendDirect } from "./delivery/send-direct.ts";
import { isSlowFor } from "./delivery/turns.ts";
import { mailBy, mailToLog } from "./delivery/mail.ts";
import {
  buildWebPayload,
  createVapidSigner,
  fetchTransport,
  contentProblems,
  payloadSizes,
  type ProviderDeps,
} from "./delivery/providers/index.ts";
import type { Connection } from "./http/env.ts";
import type { BuilderPoolObject } from "./durable/builder-pool.ts";
import type { BuildLockObject } from "./durable/build-lock.ts";
import type { EstimateGate } from "./durable/estimate-gate.ts";
import type { ImportJobObject } from "./durable/import-job.ts";
import type { NotificationRunObject } from "./durable/notification-run/notification-run.ts";
import type { ProviderTokenObject } from "./durable/provider-token.ts";
import type { PasswordHasher } from "./durable/password-hasher.ts";
import type { RateLimiter } from "./durable/rate-limiter.ts";
import type { WebhookLaneObject } from "./durable/webhook-lane.ts";
import { HostPace } from "./kit/host-pace.ts";
import { InFlight } from "./domain/webhooks/in-flight.ts";
import type { SendingShare } from "./durable/sending-share.ts";
import { createLog, type Log } from "./kit/log.ts";
import type { SessionStart } from "./kit/session.ts";

/** The Worker's bindings (wrangler.toml). The namespaces are of the objects whose classes index.ts completes. */
export interface Env {
  DB: D1Database;
  FILES: R2Bucket;
  BUILD_LOCK: DurableObjectNamespace<BuildLockObject<Env>>;
  BUILDER_POOL: DurableObjectNamespace<BuilderPoolObject<Env>>;
  RATE_LIMITER: DurableObjectNamespace<RateLimiter>;
  IMPORT_JOB: DurableObjectNamespace<ImportJobObject<Env>>;
  NOTIFICATION_RUN: DurableObjectNamespace<NotificationRunObject<Env>>;
  PROVIDER_TOKEN: DurableObjectNamespace<ProviderTokenObject<Env>>;
  WEBHOOK_LANE: DurableObjectNamespace<WebhookLaneObject<Env>>;
  SENDING_SHARE: DurableObjectNamespace<SendingShare>;
  PASSWORD_HASHER: DurableObjectNamespace<PasswordHasher>;
  ESTIMATE_GATE: DurableObjectNamespace<EstimateGate>;
  BATCHES: Queue<BatchMessage>;
  SLOW_BATCHES: Queue<BatchMessage>;
  RUNS: Queue<RunsMessage>;
  WEBHOOKS: Queue<WebhookMessage>;
}

/** A message of the webhook queue: a delivery to attempt. */
export interface WebhookMessage {
  deliveryId: number;
}

/** There is one pool for everything, in which builds and builders can meet. */
const POOL = "all";

/** Which receivers of webhooks were slow, as this isolate has seen. */
const receiverPace = new HostPace(() => Date.now());
/** The attempts at webhook deliveries of the queue that are under way in this isolate. */
const queuedAttempts = new InFlight(() => Date.now());

const configs = new WeakMap<object, Config>();

/** Returns the configuration in `env`, read once in each isolate. */
function configOf(env: Env): Config {
  const known = configs.get(env);
  if (known) return known;
  const config = readConfig({ ...env });
  configs.set(env, config);
  return config;
}

/** Makes a context whose database session starts at `start`, and a function that returns the session's bookmark. */
export function createContext(
  env: Env,
  start: SessionStart,
  waitUntil: (work: Promise<unknown>) => void,
  log: Log = createLog(),
): { ctx: Ctx; bookmark: () => string | null } {
  const config = configOf(env);
  const session = openSession(env.DB, start);
  const ctx: Ctx = {
    db: session.db,
    now: () => Date.now(),
    log,
    sealingKeys: config.sealingKeys,
    linkSigningKey: config.linkSigningKey,
    linkedPackages: config.linkedPackages,
    files: env.FILES,
    buildLock: (appId): BuildLockPort =>
      env.BUILD_LOCK.get(env.BUILD_LOCK.idFromName(`app:${appId}`)),
    builderPool: (): BuilderPoolPort => env.BUILDER_POOL.get(env.BUILDER_POOL.idFromName(POOL)),
    notificationRun: (id): NotificationRunPort =>
      env.NOTIFICATION_RUN.get(env.NOTIFICATION_RUN.idFromName(`notification:${id}`)),
    direct: directOf(env, () => ctx),
    importJob: (id): ImportJobPort => env.IMPORT_JOB.get(env.IMPORT_JOB.idFromName(`import:${id}`)),
    providerToken: (name): ProviderTokenPort =>
      env.PROVIDER_TOKEN.get(env.PROVIDER_TOKEN.idFromName(name)),
    enqueueRuns: async (messages, delaySeconds) => enqueue(env.RUNS, messages, delaySeconds),
    webhookLane: (accountId): WebhookLanePort =>
      env.WEBHOOK_LANE.get(env.WEBHOOK_LANE.idFromName(`account:${accountId}`)),
    receiverPace,
    queuedAttempts,
    sendingShare: (accountId): SendingSharePort =>
      env.SENDING_SHARE.get(env.SENDING_SHARE.idFromName(`account:${accountId}`)),
    batchSize: config.batchSize,
    enqueueBatches: async (messages, delaySeconds) => {
      const { ordinary = [], slow = [] } = Object.groupBy(messages, ({ lane }) => lane);
      await enqueue(env.BATCHES, ordinary, delaySeconds);
      await enqueue(env.SLOW_BATCHES, slow, delaySeconds);
    },
    enqueueWebhooks: async (deliveryIds, delaySeconds) =>
      enqueue(
        env.WEBHOOKS,
        deliveryIds.map((deliveryId) => ({ deliveryId })),
        delaySeconds,
      ),
    queueBacklogs: async () => backlogsOf(queuesOf(env)),
    payloadSizes,
    webPayload: buildWebPayload,
    contentProblems,
    verifyCredential: async (credential, recipients) =>
      verify(ctx, deliveryContextOf(env), credential, recipients),
    vapidSubject: config.vapidSubject,
    allowPrivateTargets: config.allowPrivateTargets,
    demoApp: config.demoApp,
    passwords: (): PasswordsPort => env.PASSWORD_HASHER.get(env.PASSWORD_HASHER.newUniqueId()),
    rateLimiter: (name): RateLimiterPort => env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(name)),
    estimateGate: (accountId): EstimateGatePort =>
      env.ESTIMATE_GATE.get(env.ESTIMATE_GATE.idFromName(`account:${accountId}`)),
    mail: mailOf(config, log),
    signIn: config.signIn,
    from: { address: null, requestId: null, agent: null },
    fetch: async (input, init) => fetch(input, init),
    defer: (work) =>
      waitUntil(work.catch((error: unknown) => log.error("deferred_work_failed", error))),
  };
  return { ctx, bookmark: session.bookmark };
}

/** The queues, by the names under which health shows them. */
function queuesOf({ BATCHES, SLOW_BATCHES, RUNS, WEBHOOKS }: Env) {
  return { batches: BATCHES, slow_batches: SLOW_BATCHES, runs: RUNS, webhooks: WEBHOOKS };
}

/** What sends to a few devices without a run, in the context that `ctxOf` returns. */
function directOf(env: Env, ctxOf: () => Ctx): DirectPort {
  return {
    isAnySlow: (accountId, recipients) => {
      const { pace } = deliveryContextOf(env);
      return recipients.filter(isAddressed).some((each) => isSlowFor(pace, accountId, each));
    },
    send: async (direct) => sendDirect(ctxOf(), deliveryContextOf(env), direct),
  };
}

/** What sends mail to people; null where nothing is set up. */
function mailOf({ mail }: Config, log: Log) {
  if (mail === "log") return mailToLog(log);
  return mail && mailBy(mail, async (input, init) => fetch(input, init));
}

const deliveryContexts = new WeakMap<object, DeliveryContext>();

/** Returns the delivery context of this isolate, whose caches are kept between batches. */
export function deliveryContextOf(env: Env): DeliveryContext {
  const known = deliveryContexts.get(env);
  if (known) return known;
  const { providers, publicUrl, allowPrivateTargets } = configOf(env);
  const send = async (url: string, init: RequestInit) => fetch(url, init);
  const deps: ProviderDeps = {
    fetch: send,
    now: () => Date.now(),
    fcmUrl: providers.fcm,
    googleTokenUrl: providers.googleToken,
    apnsUrl: providers.apns,
    apns: fetchTransport(send),
    vapid: createVapidSigner(),
    leadsTo: createHosts(send, () => Date.now(), allowPrivateTargets),
  };
  const created = createDeliveryContext(deps, publicUrl);
  deliveryContexts.set(env, created);
  return created;
}

/** Makes the connection of one request. */
export function connect(env: Env, execution: ExecutionContext): Connection {
  const config = configOf(env);
  const log = createLog();
  let opened: ReturnType<typeof createContext> | undefined;
  return {
    adminToken: config.adminToken,
    metricsToken: config.metricsToken,
    publicUrl: config.publicUrl,
    assetLinks: config.assetLinks,
    hasDemo: config.demoApp !== null,
    localSignIn: config.localSignIn,
    log,
    open: (start) => {
      opened ??= createContext(env, start, (work) => execution.waitUntil(work), log);
      return opened.ctx;
    },
    bookmark: () => opened?.bookmark() ?? null,
    rateLimiter: (name): RateLimiterPort => env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(name)),
  };
}
