// Collapse ids in the forms the providers take.
import { createHash } from "node:crypto";
import { MAX_COLLAPSE_ID_BYTES } from "./types.ts";

/** Longest Topic of a web push, characters (RFC 8030 section 5.4). */
const TOPIC_CHARACTERS = 32;
/** Header values are ASCII; leading and trailing blanks would be lost. */
const HEADER_SAFE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/** The id as a header value: as it is, or its SHA-256 in hex (64 bytes) when no header could hold it. */
export function collapseHeader(collapseId: string): string {
  const fits = collapseId.length <= MAX_COLLAPSE_ID_BYTES && HEADER_SAFE.test(collapseId);
  return fits ? collapseId : sha256(collapseId);
}

/** The id as a Topic: 32 hex digits, since Topics are limited to the base64url alphabet. */
export function collapseTopic(collapseId: string): string {
  return sha256(collapseId).slice(0, TOPIC_CHARACTERS);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
