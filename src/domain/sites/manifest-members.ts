// Reading the members of a manifest, which may hold anything: what has another type than the standard says is not there (W3C,
// Web Application Manifest, "Processing the manifest").

/** What of a manifest was not taken, and why, as a sentence. */
export interface Left {
  field: string;
  reason: string;
}

/** Longest text that is read, characters: as long as any address. */
const MAX_TEXT = 2000;

/** The text of a member, trimmed; null where there is none. */
export function textAt(object: Record<string, unknown>, key: string): string | null {
  const value = object[key];
  if (typeof value !== "string" || value.length > MAX_TEXT) return null;
  const text = value.toWellFormed().trim();
  return text === "" ? null : text;
}

/** The objects in the list of a member, `most` at most. */
export function listAt(
  object: Record<string, unknown>,
  key: string,
  most: number,
): Record<string, unknown>[] {
  const value = object[key];
  return Array.isArray(value) ? value.slice(0, most).filter(isObject) : [];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
