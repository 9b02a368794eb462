// Reading the members of a manifest, which may hold anything: what has another type than the standard says is not there (W3C,
// Web Application Manifest, "Processing the manifest").

/** What of a manifest was not taken, and why, as a sentence. */
export interface Left {
  field: string;
  reason: string;
}

/** Longest text that is read, characters: as long as any address. */
const MAX_TEXT = 2000;

/** The text of a member, trimmed; null where there is none, or more than `most` characters. */
export function textAt(
  object: Record<string, unknown>,
  key: string,
  most = MAX_TEXT,
): string | null {
  const value = object[key];
  if (typeof value !== "string" || value.length > most) return null;
  const text = value.toWellFormed().trim();
  return text === "" ? null : text;
}

/** The objects among the first `most` of a member's list, each with its place there. */
export function listAt(
  object: Record<string, unknown>,
  key: string,
  most: number,
): (readonly [at: number, item: Record<string, unknown>])[] {
  const value: unknown = object[key];
  const items: unknown[] = Array.isArray(value) ? value.slice(0, most) : [];
  return items.flatMap((item, at) => (isObject(item) ? [[at, item] as const] : []));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
