// The context that every verb is given: the database, the clock, the log, the configuration it needs, and ports to
// whatever is not D1 (files in R2, Durable Objects, queues). Verbs know only these types, and never the platform's
// bindings.
import type { core } from "zod";
import type { Db } from "../db/client.ts";
import type { memberships } from "../db/schema/index.ts";
import type { HostPace } from "../kit/host-pace.ts";
import type { Log } from "../kit/log.ts";
import type { SealingKeys } from "../kit/seal.ts";
import type { BuilderPoolPort, BuildLockPort } from "./ports/builds.ts";
import type { ImportJobPort } from "./ports/imports.ts";
import type { EstimateGatePort, RateLimiterPort } from "./ports/limits.ts";
import type { PasswordsPort, SendMail } from "./ports/people.ts";
import type { QueueBacklog } from "./ports/queues.ts";
import type { Scope } from "./scopes.ts";
import type { PayloadSize, PushContent } from "../kit/push/content.ts";
import type { CredentialVerification } from "../kit/push/credentials.ts";
import type { SubscriberPlatform } from "../kit/push/subscriber-platform.ts";
import type {
  Addressed,
  BatchMessage,
  DirectPort,
  NotificationRunPort,
  PresentCredential,
  ProviderTokenPort,
  SendingSharePort,
  RunsMessage,
} from "./ports/notifications.ts";
import type { InFlightPort, WebhookLanePort } from "./ports/webhooks.ts";

/** A member's role: domain/people, which says what each may do, knows this context. */
type Role = (typeof memberships.$inferSelect)["role"];

export interface Ctx {
  db: Db;
  /** The present time, ms. */
  now: () => number;
  log: Log;
  sealingKeys: SealingKeys;
  linkSigningKey: string;
  /** The packages of the apps that the operator lets open this host's links. */
  linkedPackages: ReadonlySet<string>;
  files: Files;
  /** The lock of one app's builds. */
  buildLock: (appId: number) => BuildLockPort;
  builderPool: () => BuilderPoolPort;
  /** The object that sends one notification. */
  notificationRun: (notificationId: number) => NotificationRunPort;
  /** Sends to a few devices without a run. */
  direct: DirectPort;
  /** The object that divides among an account's runs what it may have out. */
  sendingShare: (accountId: number) => SendingSharePort;
  /** The object that moves one import on. */
  importJob: (importId: number) => ImportJobPort;
  /** The object with this name, which mints the bearer tokens of one provider key. */
  providerToken: (name: string) => ProviderTokenPort;
  /** Recipients in a batch of a run that begins now. */
  batchSize: number;
  /** Enqueues batches, each in the queue of its lane, to be delivered after `delaySeconds`. */
  enqueueBatches: (messages: BatchMessage[], delaySeconds: number) => Promise<void>;
  /** Enqueues notifications whose runs are to be started, to be delivered after `delaySeconds`. */
  enqueueRuns: (messages: RunsMessage[], delaySeconds: number) => Promise<void>;
  /** The lane of an account's webhook deliveries that would keep others waiting. */
  webhookLane: (accountId: number) => WebhookLanePort;
  /** Which receivers' hosts were slow, as this isolate has seen. */
  receiverPace: HostPace;
  /** The attempts at deliveries of the queue that are under way in this isolate, by account. */
  queuedAttempts: InFlightPort;
  /** How much waits in each queue, as far as the platform tells within a moment. */
  queueBacklogs: () => Promise<QueueBacklog[]>;
  /** Enqueues webhook deliveries, to be delivered after `delaySeconds`. */
  enqueueWebhooks: (deliveryIds: readonly number[], delaySeconds: number) => Promise<void>;
  /** Returns the largest size that the notification can have for each provider. */
  payloadSizes: (content: PushContent) => PayloadSize[];
  /** Returns the payload by Web Push for one recipient, which the inbox of an app without an address holds too. */
  webPayload: (
    content: PushContent,
    links: { click: string | null; receipt: string | null },
    platform: SubscriberPlatform,
  ) => Record<string, unknown>;
  /** Returns what providers would refuse about a notification's overrides and data; empty when nothing. */
  contentProblems: (content: PushContent) => readonly core.$ZodIssue[];
  /** Asks a provider whether it takes messages for `recipients` with a credential, or whether the credential works. */
  verifyCredential: (
    credential: PresentCredential,
    recipients: readonly Addressed[],
  ) => Promise<CredentialVerification>;
  /** The contact in VAPID tokens of apps that set none: a mailto: or https: address. */
  vapidSubject: string;
  /** Allows webhooks and push endpoints on private addresses, for local use. */
  allowPrivateTargets: boolean;
  /** The name of the app that the demo page shows, on the local stack; null: there is no such page. */
  demoApp: string | null;
  /** An object that hashes one password. */
  passwords: () => PasswordsPort;
  /** What counts requests under this name. */
  rateLimiter: (name: string) => RateLimiterPort;
  /** What has an account's estimates wait for one another. */
  estimateGate: (accountId: number) => EstimateGatePort;
  /** Sends mail to people; null where nothing is set up that could. */
  mail: SendMail | null;
  signIn: SignIn;
  /** Where the request came from that is being answered; empty for what runs by the clock. */
  from: From;
  fetch: typeof fetch;
  /** Runs `work` to its end after the answer is sent. */
  defer: (work: Promise<unknown>) => void;
}

/** How people sign in. */
export interface SignIn {
  /** Signs cookies and links in mails. */
  secret: string;
  /** Where people may sign in by what they have elsewhere. */
  providers: Partial<Record<"github" | "google", { clientId: string; clientSecret: string }>>;
  /** Whether anybody may sign up, or only who is invited. */
  signUp: "invited" | "open";
}

/** Where a request came from. */
export interface From {
  /** The network address, as Cloudflare reports it. */
  address: string | null;
  requestId: string | null;
  /** What the client calls itself (User-Agent), shortened. */
  agent: string | null;
}

/** Somebody who is signed in. */
export interface Person {
  id: string;
  name: string;
  email: string;
  sessionId: string;
  /** Whether they run the installation. */
  isOperator: boolean;
}

/** The context of a request of somebody who is signed in. */
export interface PersonCtx extends Ctx {
  person: Person;
}

/** What lets an operator look at an account that they are no member of (people/visits.ts). */
export interface Visit {
  /** When it ends by itself, ms. */
  endsAt: number;
}

/** The account that is acted for, by whom, and what they may do there. */
export interface Principal {
  accountId: number;
  /** Who acts for the account: an API key, or a member in their role. */
  by:
    | { kind: "key"; keyId: number; name: string }
    | { kind: "person"; person: Person; role: Role; visit?: Visit };
  scopes: readonly Scope[];
  /** The apps that the key is limited to; null for all of the account's. */
  appIds: readonly number[] | null;
  /** When the key expires, ms; null for never. */
  expiresAt: number | null;
  account: {
    name: string;
    email: string;
    buildCredits: number;
    createdAt: number;
    renewalAt: number;
    /** ms; null for one that goes on. */
    suspendedAt: number | null;
    /** Why, for its people and programs. */
    suspendedReason: string | null;
  };
  plan: Plan;
  subscription: PlanSubscription | null;
}

export interface Plan {
  id: number;
  name: string;
  price: number;
  /** null means that builds cost nothing. */
  monthlyCredits: number | null;
  /** Requests a minute for each key. */
  rateLimit: number;
  /** Requests a minute to the push API, of all keys of an account together. */
  pushRateLimit: number;
  /** Registrations of single subscribers a minute, by an account; they count apart from its other requests. */
  registrationRateLimit: number;
  /** Most subscribers of each app, in whatever status. */
  maxSubscribers: number;
  features: string[];
}

export interface PlanSubscription {
  id: number;
  status: string;
  amount: number;
  paymentMethod: string;
}

/** The context of a request for an account, by an API key or a member. */
export interface AccountCtx extends Ctx {
  principal: Principal;
}

/** The context of what is read of one account, for its members or for operators. */
export interface OfAccountCtx extends Ctx {
  principal: Pick<Principal, "accountId">;
}

/** Object storage: the part of R2 the domain uses. */
export type Files = Pick<R2Bucket, "get" | "head" | "put" | "delete" | "list">;
