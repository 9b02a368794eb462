// What a subscriber runs on: a browser, an iOS device or an Android device; and which provider serves which.
import { z } from "zod";
import type { Provider } from "./credentials.ts";

export const SubscriberPlatform = z.enum(["web", "ios", "android"]);
export type SubscriberPlatform = z.infer<typeof SubscriberPlatform>;

/**
 * The platforms that each provider delivers to; the first is meant where nobody says which. An Android app without
 * Firebase is a Web Push subscriber, with a push service of its own on the device.
 */
export const PLATFORMS: Readonly<
  Record<Provider, readonly [SubscriberPlatform, ...SubscriberPlatform[]]>
> = {
  fcm: ["android", "ios", "web"],
  apns: ["ios"],
  webpush: ["web", "android"],
};
