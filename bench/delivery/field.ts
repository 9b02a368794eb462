// Makes what everybody sends with, and the devices that are sent to.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import webPush from "web-push";
import { Recipients, type Kind, type Recipient } from "../../dev/providers/recipients.ts";
import type { Field } from "./tasks.ts";

const SUBJECT = "mailto:push@example.com";
/** Random bytes of a bearer token: Google's have about 200 characters. */
const BEARER_BYTES = 150;

/** Makes a field with `count` devices of each provider, and these devices, which can read what they are sent. */
export function makeField(receiver: string, count: number): { field: Field; devices: Recipients } {
  const devices = new Recipients();
  const made = (kind: Kind): Recipient[] => {
    const all = { sender: null, tokens: null, thirdPartyRefuses: false, wns: false };
    return devices.make(kind, { count, deadShare: 0, diedAt: 0, ...all }) ?? [];
  };
  const subscriptions = made("webpush").map(({ id, keys }) => {
    return {
      endpoint: `${receiver}/push/${id}`,
      p256dh: keys?.p256dh ?? "",
      auth: keys?.auth ?? "",
    };
  });
  const vapid = { subject: SUBJECT, ...webPush.generateVAPIDKeys() };
  const signed = webPush.getVapidHeaders(
    receiver,
    vapid.subject,
    vapid.publicKey,
    vapid.privateKey,
    "aes128gcm",
  );
  const field = {
    receiver,
    vapid,
    authorization: signed.Authorization,
    bearer: `ya29.${randomBytes(BEARER_BYTES).toString("base64url")}`,
    audience: {
      webpush: subscriptions,
      fcm: made("fcm").map(({ id }) => id),
      apns: made("apns").map(({ id }) => id),
    },
  };
  return { field, devices };
}

/** Makes a private key, PKCS #8 in PEM. */
export function makePem(type: "rsa" | "ec"): string {
  const { privateKey } =
    type === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  return String(privateKey.export({ type: "pkcs8", format: "pem" }));
}
