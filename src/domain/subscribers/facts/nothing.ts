// What the functions of this folder answer, and the texts by which anybody says that nothing is known.

/**
 * A fact in its one form, in which it is stored and compared; null where the text says that nothing is known, undefined
 * where nobody understands it.
 */
export type Understood = string | null | undefined;

/**
 * Longest text that is understood, characters: the longest language tags have some 100, with extensions, and the
 * longest names of zones 32.
 */
export const MAX_FACT = 255;

/** No text, and CLDR's names for an unknown language and an unknown time zone, whatever field they stand in. */
const NOTHING = new Set(["", "und", "etc/unknown"]);

/** Whether `text` says that nothing is known. */
export function saysNothing(text: string): boolean {
  return NOTHING.has(text.trim().toLowerCase());
}
