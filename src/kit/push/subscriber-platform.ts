// What a subscriber runs on: a browser, an iOS device or an Android device; and who carries messages to which.
import { z } from "zod";
import type { Carrier } from "./credentials.ts";

export const SubscriberPlatform = z.enum(["web", "ios", "android"]);
export type SubscriberPlatform = z.infer<typeof SubscriberPlatform>;

/**
 * The platforms that each carrier delivers to; the first is meant where nobody says which. An Android app without
 * Firebase is a Web Push subscriber, with a push service of its own on the device; where there is none, it has an inbox.
 */
export const PLATFORMS: Readonly<
  Record<Carrier, readonly [SubscriberPlatform, ...SubscriberPlatform[]]>
> = {
  fcm: ["android", "ios", "web"],
  apns: ["ios"],
  webpush: ["web", "android"],
  inbox: ["android"],
};
