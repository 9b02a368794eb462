// What people call a device, and why a test does not reach it.
import type { Device } from "../../domain/composing/own-devices.ts";
import { CARRIER_LABELS, DEVICE_LABELS } from "../parts/subscriber-words.ts";
import { browserName } from "../security/browser-name.ts";

/** "Firefox on Linux", "Android phone". */
export function deviceName({ platform, agent }: Device): string {
  return agent === null ? DEVICE_LABELS[platform] : browserName(agent).name;
}

/** What carries its messages: "By FCM". */
export const carrierOf = ({ provider }: Device): string =>
  provider === "inbox" ? CARRIER_LABELS.inbox : `By ${CARRIER_LABELS[provider]}`;

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
