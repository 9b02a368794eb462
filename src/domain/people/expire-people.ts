// Deletes what time ended of people's: sessions, what was to be brought back once, and users who never confirmed their address,
// so that it is free for who has it. Runs daily, in bounded statements; may run twice at once.
import { and, lt, sql } from "drizzle-orm";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { sessions, users, verifications } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** How long a user may take to confirm the address, ms. A link works for an hour, and can be had again. */
const UNCONFIRMED_MS = 7 * DAY_MS;
/** Bounds of each deletion: 50,000 a day, far more than limits let be made. */
const BOUNDS = { rows: 1000, statements: 50 };

/** Deletes ended sessions, ended verifications, and users who did not confirm their address within a week. */
export async function expirePeople(ctx: Ctx): Promise<void> {
  const now = new Date(ctx.now());
  const ended = { key: sessions.id, where: lt(sessions.expiresAt, now) };
  await deleteInParts(ctx.db, sessions, ended, BOUNDS);
  const over = { key: verifications.id, where: lt(verifications.expiresAt, now) };
  await deleteInParts(ctx.db, verifications, over, BOUNDS);
  // Written as in the index `users_unconfirmed`.
  const where = and(
    sql`email_verified = 0`,
    lt(users.createdAt, new Date(ctx.now() - UNCONFIRMED_MS)),
  );
  await deleteInParts(ctx.db, users, { key: users.id, where }, BOUNDS);
}
