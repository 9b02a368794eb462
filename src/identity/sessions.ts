// A person's sessions, known by their ids: a token is in its cookie and nowhere else.
import { and, desc, eq, gt, ne } from "drizzle-orm";
import { sessions } from "../db/schema/index.ts";
import type { PersonCtx } from "../domain/context.ts";
import { refuse } from "../kit/refusal.ts";
import { DAY_MS } from "../kit/time.ts";

/** A session younger than this may change what is worth a password, ms: a browser left open should not be enough. */
export const FRESH_MS = DAY_MS;

export interface SessionView {
  id: string;
  /** Whether it is the one that asks. */
  isCurrent: boolean;
  /** The network address that it began at; null where none is known. */
  address: string | null;
  /** What the browser said of itself (User-Agent). */
  browser: string | null;
  /** When it began, was last known to be used, to the day, and ends unless it is used, ms. */
  createdAt: number;
  usedAt: number;
  expiresAt: number;
}

/** Returns the person's sessions that last, the newest first. There are at most 20. */
export async function listSessions(ctx: PersonCtx): Promise<SessionView[]> {
  const found = await ctx.db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, ctx.person.id), gt(sessions.expiresAt, new Date(ctx.now()))))
    .orderBy(desc(sessions.createdAt));
  return found.map((row) => ({
    id: row.id,
    isCurrent: row.id === ctx.person.sessionId,
    address: row.ipAddress,
    browser: row.userAgent,
    createdAt: row.createdAt.getTime(),
    usedAt: row.updatedAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
  }));
}

/** Ends one session of the person, which may be the one that asks. Refuses `not_found`. */
export async function endSession(ctx: PersonCtx, id: string): Promise<void> {
  const ended = await ctx.db
    .delete(sessions)
    .where(and(eq(sessions.id, id), eq(sessions.userId, ctx.person.id)))
    .returning({ id: sessions.id });
  if (ended.length === 0) refuse({ code: "not_found", what: "session" });
}

/** Ends all sessions of the person but the one that asks. */
export async function endOtherSessions(ctx: PersonCtx): Promise<void> {
  const { id, sessionId } = ctx.person;
  await ctx.db.delete(sessions).where(and(eq(sessions.userId, id), ne(sessions.id, sessionId)));
}

/** Refuses `forbidden` unless the person signed in within the last day. */
export async function requireFresh(ctx: PersonCtx): Promise<void> {
  const [session] = await ctx.db
    .select({ createdAt: sessions.createdAt })
    .from(sessions)
    .where(eq(sessions.id, ctx.person.sessionId));
  if (session && session.createdAt.getTime() > ctx.now() - FRESH_MS) return;
  refuse({
    code: "forbidden",
    message: "You signed in more than a day ago. Sign in again, then repeat this.",
  });
}
