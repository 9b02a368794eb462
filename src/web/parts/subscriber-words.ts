// What pages call platforms, who carries messages, and states of subscribers.
import type { Subscriber } from "../../domain/subscribers/find-subscriber.ts";

type Platform = Subscriber["platform"];

export const PLATFORM_LABELS: Readonly<Record<Platform, string>> = {
  android: "Android",
  web: "Web",
  ios: "iOS",
};

/** The platforms in the order in which pages name them, each with the fill that figures give it. */
export const PLATFORMS: readonly { key: Platform; label: string; fill: string }[] = [
  { key: "android", label: PLATFORM_LABELS.android, fill: "s1" },
  { key: "web", label: PLATFORM_LABELS.web, fill: "s2" },
  { key: "ios", label: PLATFORM_LABELS.ios, fill: "s3" },
];

/** A device of a platform, as the person who holds it calls it. */
export const DEVICE_LABELS: Readonly<Record<Platform, string>> = {
  android: "Android phone",
  web: "Browser",
  ios: "iPhone or iPad",
};

export const CARRIER_LABELS: Readonly<Record<Subscriber["provider"], string>> = {
  fcm: "FCM",
  apns: "APNs",
  webpush: "Web Push",
  inbox: "Asks by itself",
};

export const STATE_LABELS: Readonly<Record<Subscriber["status"], string>> = {
  active: "Active",
  inactive: "Inactive",
  unsubscribed: "Unsubscribed",
};
