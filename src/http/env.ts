// What Hono carries from one middleware to the next.
import type { Ctx } from "../domain/context.ts";
import type { SessionStart } from "../kit/session.ts";
import type { Log } from "../kit/log.ts";

/** What a request is given by the composition root. */
export interface Connection {
  adminToken: string;
  /** Origin of links given out; "" means the request's own. */
  publicUrl: string;
  log: Log;
  /** Opens the request's context; the first call decides where the database session starts. */
  open: (start: SessionStart) => Ctx;
  /** The bookmark of what the request has seen of the database; null before its first query. */
  bookmark: () => string | null;
  rateLimiter: (name: string) => RateLimiterPort;
}

export interface HttpEnv {
  Bindings: { connection: Connection };
  Variables: {
    requestId: string;
    /** The account that spoke; 0 for operators, builders and anyone. */
    accountId: number;
  };
}

/** The RateLimiter object as http sees it. */
export interface RateLimiterPort {
  /** Counts a request in the present minute. */
  hit: () => Promise<{ count: number; resetAt: number }>;
}
