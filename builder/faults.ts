// The ways a call or a job can end early. Messages are safe to log: they hold no token, key or request body.
import type { LeaseEnd } from "../src/protocol/builder.ts";

export interface ApiFaultDetails {
  /** HTTP status; null when no whole answer came. */
  status: number | null;
  /** The protocol's error code, or a code of the transport such as ECONNRESET; null for neither. */
  code: string | null;
  /** true: the same request may work later. */
  transient: boolean;
  /** What the API asked to wait, ms; null when it did not say. */
  retryAfterMs?: number | null;
}

/** The API could not be reached, or refused a call for another reason than the lease. */
export class ApiFault extends Error {
  override readonly name = "ApiFault";
  readonly status: number | null;
  readonly code: string | null;
  readonly transient: boolean;
  readonly retryAfterMs: number | null;

  constructor(message: string, details: ApiFaultDetails) {
    super(message);
    this.status = details.status;
    this.code = details.code;
    this.transient = details.transient;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** The job is no longer this builder's: drop it and tell nobody. */
export class LeaseEnded extends Error {
  override readonly name = "LeaseEnded";
  readonly reason: LeaseEnd;

  constructor(reason: LeaseEnd) {
    super(`the lease ended: ${reason}`);
    this.reason = reason;
  }
}

/** The process is going: give the job back so that another builder takes it. */
export class HandBack extends Error {
  override readonly name = "HandBack";
}

/** A build that cannot be made. Code and message are shown to the app's owner. */
export class BuildFailure extends Error {
  override readonly name = "BuildFailure";
  readonly code: string;
  readonly retryable: boolean;

  /** @param retryable true: another attempt may work (the host is at fault); false: the app is. */
  constructor(code: string, message: string, retryable: boolean) {
    super(message);
    this.code = code;
    this.retryable = retryable;
  }
}
