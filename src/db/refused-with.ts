// Why the database refused a write.

/** The message of the database about a row that would refer to a missing row. */
export const FOREIGN_KEY = "FOREIGN KEY constraint failed";

/** Whether the database refused a write with this message. drizzle wraps the error, whose cause names the CHECK. */
export function refusedWith(error: unknown, words: string): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.message.includes(words)) return true;
  }
  return false;
}
