// What the page of health calls what the domain names.
import { COUNTING, EACH_MINUTE, EXPIRING } from "../../domain/health/cron-runs.ts";
import type { WaitingKind } from "../../domain/health/waiting.ts";
import { clip } from "../parts/clip.ts";

/** When the jobs of a schedule run. */
export const JOBS_OF: Readonly<Record<string, string>> = {
  [EACH_MINUTE]: "each minute",
  [COUNTING]: "02:00 UTC",
  [EXPIRING]: "03:00 UTC",
};

const PROVIDERS: Readonly<Record<string, string>> = {
  fcm: "FCM",
  apns: "APNs",
  webpush: "Web push",
  inbox: "Inboxes",
  build: "Builds",
};

export const providerWord = (name: string): string => PROVIDERS[name] ?? name;

const QUEUES: Readonly<Record<string, string>> = {
  batches: "Batches",
  slow_batches: "Batches for slow hosts",
  runs: "Sends to begin",
  webhooks: "Webhook messages",
  sends_due: "Sends that are due",
  deliveries: "Webhook deliveries that are due",
};

export const queueWord = (name: string): string => QUEUES[name] ?? name;

export const WAITING_WORDS: Readonly<Record<WaitingKind, string>> = {
  builds_pending: "Builds waiting for a builder",
  builds_building: "Builds being made",
  sends: "Sends under way",
  sends_due: "Sends due and not begun",
  deliveries: "Webhook deliveries due",
  lane_deliveries: "Webhook deliveries in slow lanes",
};

/** A reason as people read it: `fcm:no_answer` is "FCM: no answer". */
export function reasonWord(name: string): string {
  const [provider = "", ...reason] = name.split(":");
  return `${providerWord(provider)}: ${reason.join(":").replaceAll("_", " ")}`;
}

/** Longest name of an app or account, and longest host, characters: what is asked for every ten seconds is small. */
const MAX_NAMED = 40;
const MAX_HOST = 80;

/** A name, shortened. */
export const named = (name: string): string => clip(name, MAX_NAMED);

/** A host, shortened. */
export const hostNamed = (host: string): string => clip(host, MAX_HOST);

/** The host of an address, without what follows it. */
export const hostOf = (url: string): string => hostNamed(URL.parse(url)?.host ?? url);

/** 12,000,000 as "12 MB". */
export function size(bytes: number): string {
  return bytes < 1e9
    ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
    : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Longest text of somebody else's that is shown, characters: the page is renewed each ten seconds. */
const MOST_SHOWN = 160;

/** What providers, jobs and owners say, cut where it is long. */
export const brief = (text: string): string => clip(text, MOST_SHOWN);
