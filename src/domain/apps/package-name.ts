// Makes a package name from an app's name, for owners who give none.
import { JAVA_KEYWORDS } from "./app-input.ts";

/** Longest segment that is made from a name, characters. */
const MAX_SEGMENT = 30;

/**
 * Returns a Java package name that no other app has: the letters and digits of `name`, followed by the start of
 * `uuid` (32 bits), which distinguishes apps with the same name.
 */
export function packageNameFor(name: string, uuid: string): string {
  const letters = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "")
    .slice(0, MAX_SEGMENT);
  const segment = /^[a-z]/.test(letters) ? letters : `app${letters}`;
  const unique = `a${uuid.slice(0, 8)}`;
  return `app.slipway.${unique}.${JAVA_KEYWORDS.has(segment) ? `${segment}_` : segment}`;
}
