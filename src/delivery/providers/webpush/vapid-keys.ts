// VAPID credentials (RFC 8292): making a key pair, and checking one that is brought along.
import { createECDH } from "node:crypto";
import { z } from "zod";
import { checkWith, refuseField } from "../checked.ts";
import type { Checked } from "../types.ts";
import { decodeKey, isPoint } from "./subscription.ts";
import { isPublicHost } from "./public-host.ts";

const CURVE = "prime256v1";
/** A scalar of P-256. */
const SCALAR_BYTES = 32;

/** Uncompressed point and scalar, base64url without padding. */
export interface VapidKeys {
  publicKey: string;
  privateKey: string;
}

/** Who push services may ask; Apple refuses messages of a subject that can't be reached. */
const Subject = z
  .string()
  .max(320)
  .refine(isReachable, { message: "must be a mailto: or https: address on a public host" });

const Form = z.strictObject({
  subject: Subject,
  public_key: z.string().optional(),
  private_key: z.string().optional(),
});

/** A VAPID credential as it is kept. */
export interface VapidCredential extends VapidKeys {
  subject: string;
}

/** A new key pair on P-256. */
export function generateVapidKeys(): VapidKeys {
  const pair = createECDH(CURVE);
  const publicKey = pair.generateKeys("base64url");
  return { publicKey, privateKey: padded(pair.getPrivateKey()).toString("base64url") };
}

/**
 * Checks `{subject, public_key?, private_key?}`. Without keys, `current` ones are kept, or a pair is made
 * when there are none.
 */
export function checkVapidCredential(
  input: unknown,
  current: VapidKeys | null,
): Checked<VapidCredential> {
  const form = checkWith(Form, input);
  if (!form.ok) return form;
  const { subject, public_key: publicKey, private_key: privateKey } = form.value;
  if (publicKey === undefined && privateKey === undefined) {
    return { ok: true, value: { subject, ...(current ?? generateVapidKeys()) } };
  }
  const keys = checkVapidKeys(publicKey ?? "", privateKey ?? "");
  return keys.ok ? { ok: true, value: { subject, ...keys.value } } : keys;
}

/** Checks a pair: both of the right form, and the public key that of the private one. */
export function checkVapidKeys(publicKey: string, privateKey: string): Checked<VapidKeys> {
  const point = decodeKey(publicKey);
  if (point === null || !isPoint(point)) {
    return refuseField(["public_key"], "must be a P-256 public key: 65 bytes, base64url");
  }
  const scalar = decodeKey(privateKey);
  if (scalar?.length !== SCALAR_BYTES || !isPairOf(scalar, point)) {
    return refuseField(
      ["private_key"],
      "must be the 32-byte private key of the public key, base64url",
    );
  }
  return {
    ok: true,
    value: { publicKey: point.toString("base64url"), privateKey: scalar.toString("base64url") },
  };
}

function isPairOf(scalar: Uint8Array, point: Buffer): boolean {
  try {
    const pair = createECDH(CURVE);
    pair.setPrivateKey(scalar);
    return pair.getPublicKey().equals(point);
  } catch {
    return false; // zero, or not below the curve's order
  }
}

function isReachable(subject: string): boolean {
  if (subject.startsWith("mailto:")) {
    const address = subject.slice("mailto:".length);
    return z.email().safeParse(address).success && isPublicHost(address.replace(/^.*@/, ""));
  }
  const url = subject.startsWith("https://") ? URL.parse(subject) : null;
  return url !== null && isPublicHost(url.hostname);
}

/** A scalar with leading zeros is shorter in some libraries' hands. */
function padded(scalar: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(SCALAR_BYTES - scalar.length), scalar]);
}
