// Makes the request that carries one payload to APNs (developer.apple.com, "Sending notification requests to APNs").
import { createHash } from "node:crypto";
import { collapseHeader } from "../collapse.ts";
import type { PushContent, Urgency } from "../../../kit/push/content.ts";
import type { ApnsEnvironment, ApnsSender, ApnsAddress } from "../types.ts";
import type { ApnsRequest } from "./transport.ts";

const ORIGINS: Readonly<Record<ApnsEnvironment, string>> = {
  production: "https://api.push.apple.com",
  sandbox: "https://api.sandbox.push.apple.com",
};

/** 10 delivers at once, 5 spares the device's battery, and 1 does not wake it. */
export const APNS_PRIORITY: Readonly<Record<Urgency, string>> = {
  "very-low": "1",
  low: "5",
  normal: "5",
  high: "10",
};

/**
 * Makes the request for one recipient, with the payload `body` that was made of `content`. `origin` replaces Apple's own
 * unless it is null.
 */
export function buildApnsRequest(
  address: ApnsAddress,
  { content, body }: { content: PushContent; body: string },
  sender: ApnsSender,
  origin: string | null,
): ApnsRequest {
  return {
    url: deviceUrl(address.token, sender, origin),
    headers: {
      authorization: `bearer ${sender.providerToken}`,
      "content-type": "application/json",
      "apns-topic": sender.topic,
      "apns-push-type": "alert",
      "apns-priority": APNS_PRIORITY[content.urgency],
      "apns-expiration": String(apnsExpiration(content)),
      "apns-collapse-id": collapseHeader(content.collapseId),
      "apns-id": apnsId(content.notificationId, address.token),
    },
    body,
  };
}

/** Returns the URL of a device token. `origin` replaces Apple's own unless it is null. */
export function deviceUrl(
  token: string,
  { environment }: ApnsSender,
  origin: string | null,
): string {
  return `${origin ?? ORIGINS[environment]}/3/device/${encodeURIComponent(token)}`;
}

/** Returns until when APNs keeps trying, in Unix seconds; 0 for a single attempt. */
export function apnsExpiration(content: Pick<PushContent, "ttlSeconds" | "expiresAt">): number {
  return content.ttlSeconds === 0 ? 0 : Math.floor(content.expiresAt / 1000);
}

/** Returns a UUID (version 8, RFC 9562 section 5.8) that is the same when a message is repeated. */
export function apnsId(notificationId: string, token: string): string {
  const bytes = createHash("sha256").update(`${notificationId}:${token}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
