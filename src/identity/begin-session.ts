// Begins a session of somebody who has proved who they are, and keeps what a user has of them within bounds. better-auth
// begins those of passwords and providers; what must happen beside that is here too.
import { randomBytes } from "node:crypto";
import { and, eq, ne, notInArray, or, sql } from "drizzle-orm";
import { sessions } from "../db/schema/index.ts";
import type { Ctx } from "../domain/context.ts";
import type { At } from "./at.ts";
import { SESSION_S, sessionCookie, sessionToken } from "./cookie.ts";

/** Most sessions of a user: the oldest makes room. */
const MAX_SESSIONS = 20;
/** How long a session lasts that the browser was not to remember, s. */
const SHORT_S = 24 * 3600;
/** Bytes of ids and tokens; in hex they have the 32 and 48 characters of a name that nobody guesses. */
const ID_BYTES = 16;
const TOKEN_BYTES = 24;
/** Longest name of a browser that is kept, characters. */
export const MAX_BROWSER = 300;

/** A new id of a row. */
export const newId = () => randomBytes(ID_BYTES).toString("hex");

/** Begins a session, in place of the one that the request has. Returns its cookies. */
export async function beginSession(
  ctx: Ctx,
  at: At,
  userId: string,
  remembered: boolean,
): Promise<string[]> {
  const { token, statement } = sessionRow(ctx, at, userId, remembered);
  await statement;
  await makeRoom(ctx, at, userId, token);
  return [sessionCookie(at.origin, ctx.signIn.secret, token, remembered)];
}

/** A new session's token, and the statement that writes it. */
export function sessionRow(ctx: Ctx, at: At, userId: string, remembered: boolean) {
  const token = randomBytes(TOKEN_BYTES).toString("hex");
  const now = new Date(ctx.now());
  const statement = ctx.db.insert(sessions).values({
    id: newId(),
    userId,
    token,
    expiresAt: new Date(ctx.now() + (remembered ? SESSION_S : SHORT_S) * 1000),
    ipAddress: at.request.headers.get("cf-connecting-ip"),
    userAgent: at.request.headers.get("user-agent")?.slice(0, MAX_BROWSER) ?? null,
    createdAt: now,
    updatedAt: now,
  });
  return { token, statement };
}

/**
 * After a session began with this token: ends the one that the request came with, whoever's it was, so that a cookie that
 * somebody planted is worth nothing, and the user's oldest beyond the bound.
 */
export async function makeRoom(ctx: Ctx, at: At, userId: string, token: string): Promise<void> {
  const former = sessionToken(at, ctx.signIn.secret) ?? "";
  const newest = ctx.db
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.userId, userId))
    .orderBy(sql`${sessions.createdAt} DESC`)
    .limit(MAX_SESSIONS);
  await ctx.db
    .delete(sessions)
    .where(
      and(
        ne(sessions.token, token),
        or(
          eq(sessions.token, former),
          and(eq(sessions.userId, userId), notInArray(sessions.id, newest)),
        ),
      ),
    );
}
