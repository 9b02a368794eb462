// Ids of 24 hex digits that sort by age: the time of creation in milliseconds, and 48 random bits.
import { hex } from "./crypto.ts";

/** Digits of the time, which suffice until the year 10889. */
const TIME_DIGITS = 12;
const RANDOM_BYTES = 6;

export const HEX_ID = /^[0-9a-f]{24}$/;

/** Makes a new id at `now`, ms. */
export function newHexId(now: number): string {
  const time = now.toString(16).padStart(TIME_DIGITS, "0");
  return time + hex(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
}
