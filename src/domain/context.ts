// What every verb is given: the database, the clock, the log, configuration it needs, and ports to what
// is not D1 (files in R2, Durable Objects). Verbs know these shapes only, never the platform's bindings.
import type { core } from "zod";
import type { Db } from "../db/client.ts";
import type { Log } from "../kit/log.ts";
import type { SealingKeys } from "../kit/seal.ts";
import type { BuilderPoolPort, BuildLockPort } from "./ports/builds.ts";
import type { Scope } from "./scopes.ts";
import type { PayloadSize, PushContent } from "../kit/push/content.ts";
import type {
  BatchMessage,
  NotificationRunPort,
  ProviderTokenPort,
} from "./ports/notifications.ts";

export interface Ctx {
  db: Db;
  /** The present, ms. */
  now: () => number;
  log: Log;
  sealingKeys: SealingKeys;
  linkSigningKey: string;
  files: Files;
  /** The lock of one app's builds. */
  buildLock: (appId: number) => BuildLockPort;
  builderPool: () => BuilderPoolPort;
  /** The object that sends one notification. */
  notificationRun: (notificationId: number) => NotificationRunPort;
  /** The object of this name, which mints bearer tokens of one key. */
  providerToken: (name: string) => ProviderTokenPort;
  /** Puts batches into their queue, after `delaySeconds`. */
  enqueueBatches: (messages: BatchMessage[], delaySeconds: number) => Promise<void>;
  /** Puts webhook deliveries into their queue, after `delaySeconds`. */
  enqueueWebhooks: (deliveryIds: readonly number[], delaySeconds: number) => Promise<void>;
  /** How large a notification gets for each provider, at worst. */
  payloadSizes: (content: PushContent) => PayloadSize[];
  /** What a provider would refuse about a notification's overrides and data; none: []. */
  contentProblems: (content: PushContent) => readonly core.$ZodIssue[];
  /** Asks a provider whether a credential works; null: yes. */
  verifyCredential: (credentialId: number) => Promise<{ error: string; detail: string } | null>;
  /** Contact in VAPID tokens where an app names none: a mailto: or https: address. */
  vapidSubject: string;
  /** Lets webhooks and push endpoints be on private addresses, for local use. */
  allowPrivateTargets: boolean;
  fetch: typeof fetch;
  /** Finishes `work` after the answer is sent. */
  defer: (work: Promise<unknown>) => void;
}

/** Who an API key speaks for, and what it may touch. */
export interface Principal {
  accountId: number;
  keyId: number;
  scopes: readonly Scope[];
  /** The apps the key is limited to; null: all of the account's. */
  appIds: readonly number[] | null;
  /** When the key ends, ms. */
  expiresAt: number | null;
  account: {
    name: string;
    email: string;
    buildCredits: number;
    createdAt: number;
    renewalAt: number;
  };
  plan: Plan;
  subscription: Subscription | null;
}

export interface Plan {
  id: number;
  name: string;
  price: number;
  /** null: builds cost nothing. */
  monthlyCredits: number | null;
  /** Requests a minute for each key. */
  rateLimit: number;
  features: string[];
}

export interface Subscription {
  id: number;
  status: string;
  amount: number;
  paymentMethod: string;
}

/** The context of a request made with an API key. */
export interface AccountCtx extends Ctx {
  principal: Principal;
}

/** Object storage: the part of R2 the domain uses. */
export type Files = Pick<R2Bucket, "get" | "head" | "put" | "delete" | "list">;
