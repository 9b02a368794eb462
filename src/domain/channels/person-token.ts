// The token of a link to a person's own page. It holds a subscription, the device that it was made for if it was made for one,
// until when it works, and the generation of the subscription's links; sealed, so that it can be neither guessed nor read, and
// nothing has to be stored for it.
import { openToken, sealToken } from "../../kit/seal.ts";

/** Bytes of a subscription's id: 24 hex digits. */
const SUBSCRIPTION_BYTES = 12;
/** Bytes of a device's id, and of the expiry in ms. */
const NUMBER_BYTES = 6;
/** Bytes of the generation. */
const GENERATION_BYTES = 3;
/** 27: with nonce and tag 51, so that each token has one text only. */
const CONTENT_BYTES = SUBSCRIPTION_BYTES + 2 * NUMBER_BYTES + GENERATION_BYTES;
/** Keeps this key different from all others that are made of the same secret. */
const PURPOSE = "channel-person";
/** Stands for no device: ids begin with 1. */
const NO_DEVICE = 0;
/** Generations count up to here and begin anew: only after so many new links within its time could a token come back. */
export const GENERATIONS = 2 ** (8 * GENERATION_BYTES);

export interface PersonToken {
  subscriptionId: string;
  /** The device whose other subscriptions are shown too; null for the subscription alone. */
  deviceId: number | null;
  /** ms. */
  expiresAt: number;
  generation: number;
}

/** Makes a token, another one each time. `secret` is the key of links. */
export async function makePersonToken(secret: string, token: PersonToken): Promise<string> {
  const numbers = Buffer.alloc(2 * NUMBER_BYTES + GENERATION_BYTES);
  numbers.writeUIntBE(token.deviceId ?? NO_DEVICE, 0, NUMBER_BYTES);
  numbers.writeUIntBE(token.expiresAt, NUMBER_BYTES, NUMBER_BYTES);
  numbers.writeUIntBE(token.generation % GENERATIONS, 2 * NUMBER_BYTES, GENERATION_BYTES);
  const content = Buffer.concat([Buffer.from(token.subscriptionId, "hex"), numbers]);
  return sealToken(secret, PURPOSE, content);
}

/** Reads a token; null for a text that `makePersonToken` did not make with this secret. */
export async function readPersonToken(secret: string, text: string): Promise<PersonToken | null> {
  const content = await openToken(secret, PURPOSE, text, CONTENT_BYTES);
  if (content === null) return null;
  const numbers = content.subarray(SUBSCRIPTION_BYTES);
  const deviceId = numbers.readUIntBE(0, NUMBER_BYTES);
  return {
    subscriptionId: content.subarray(0, SUBSCRIPTION_BYTES).toString("hex"),
    deviceId: deviceId === NO_DEVICE ? null : deviceId,
    expiresAt: numbers.readUIntBE(NUMBER_BYTES, NUMBER_BYTES),
    generation: numbers.readUIntBE(2 * NUMBER_BYTES, GENERATION_BYTES),
  };
}
