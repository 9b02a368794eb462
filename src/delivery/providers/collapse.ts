// Converts collapse ids to the forms that the providers accept.
import { createHash } from "node:crypto";
import { MAX_COLLAPSE_ID_BYTES } from "./types.ts";

/** Longest Topic header, characters (RFC 8030 section 5.4). */
const TOPIC_CHARACTERS = 32;
/** Header values are ASCII, and lose leading and trailing blanks. */
const HEADER_SAFE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/** Returns the id for a header: the id itself, or its SHA-256 in hex (64 bytes) if a header can't hold it. */
export function collapseHeader(collapseId: string): string {
  const fits = collapseId.length <= MAX_COLLAPSE_ID_BYTES && HEADER_SAFE.test(collapseId);
  return fits ? collapseId : sha256(collapseId);
}

/** Returns the id for a Topic header: 32 hex digits, since Topics are limited to the base64url alphabet. */
export function collapseTopic(collapseId: string): string {
  return sha256(collapseId).slice(0, TOPIC_CHARACTERS);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
