// What people call a device, and why a test does not reach it.
import type { Device } from "../../domain/composing/own-devices.ts";
import { browserName } from "../security/browser-name.ts";

const PLATFORMS = { web: "A browser", ios: "iPhone or iPad", android: "Android phone" } as const;

/** What carries its messages, as people read it. */
const CARRIERS = {
  fcm: "By FCM",
  apns: "By APNs",
  webpush: "By Web Push",
  inbox: "Asks for its messages itself",
} as const;

/** "Firefox on Linux", "Android phone". */
export function deviceName({ platform, agent }: Device): string {
  return agent === null ? PLATFORMS[platform] : browserName(agent).name;
}

export const carrierOf = ({ provider }: Device): string => CARRIERS[provider];

const UNREACHED: Readonly<Record<Exclude<Device["reach"], "ok">, string>> = {
  gone: "Not reached: it is unsubscribed, or its address is dead. Subscribe it again.",
  no_way: "Not reached: the app has no credential for the service that carries its messages.",
};

/** Why nothing reaches the device; null where it is reached. */
export const unreached = ({ reach }: Device): string | null =>
  reach === "ok" ? null : UNREACHED[reach];

/** "Sent to 2 devices." */
export const sentTo = (devices: number): string =>
  `The test is on its way to ${devices === 1 ? "one device" : `${devices} devices`}.`;
