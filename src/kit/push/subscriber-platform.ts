// What a subscriber runs on: a browser, an iOS device or an Android device.
import { z } from "zod";

export const SubscriberPlatform = z.enum(["web", "ios", "android"]);
export type SubscriberPlatform = z.infer<typeof SubscriberPlatform>;
