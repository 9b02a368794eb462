// The bindings and variables that Hono carries from one middleware to the next.
import type { Ctx } from "../domain/context.ts";
import type { RateLimiterPort } from "../domain/ports/limits.ts";
import type { SessionStart } from "../kit/session.ts";
import type { Log } from "../kit/log.ts";
import type { Quota } from "./quota.ts";

/** What src/index.ts provides for each request. */
export interface Connection {
  adminToken: string;
  /** The token of who may read the installation's figures, and nothing else; null: there is none. */
  metricsToken: string | null;
  /** Origin of the links that answers contain; "" means the request's own origin. */
  publicUrl: string;
  /** The asset links of this host, as JSON; null for none. */
  assetLinks: string | null;
  /** Whether there is a demo page, as on the local stack alone. */
  hasDemo: boolean;
  /** The token by which an address of the local stack signs people in; null: there is none, as in every deployment. */
  localSignIn: string | null;
  log: Log;
  /** Opens the request's context; the first call decides where the database session starts. */
  open: (start: SessionStart) => Ctx;
  /** The bookmark of the database state that the request has seen; null before its first query. */
  bookmark: () => string | null;
  rateLimiter: (name: string) => RateLimiterPort;
}

export interface HttpEnv {
  Bindings: { connection: Connection };
  Variables: {
    requestId: string;
    /** The account that made the request; 0 for operators, builders and anonymous callers. */
    accountId: number;
    /** Whether an operator visits that account. */
    isVisit?: boolean;
    /** The rate limits that the request was counted by so far. */
    quotas: Quota[];
  };
}
