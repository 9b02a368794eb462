// Why the database refused a write.

/** What it says of a row that would refer to nothing. */
export const FOREIGN_KEY = "FOREIGN KEY constraint failed";

/** Whether the database refused with these words: drizzle wraps its error, which names the CHECK in the cause. */
export function refusedWith(error: unknown, words: string): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.message.includes(words)) return true;
  }
  return false;
}
