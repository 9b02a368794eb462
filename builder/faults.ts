// The errors that end a call or a job early. Their messages contain no token, key or request body, so they can be
// logged.
import type { IconPicture, LeaseEnd } from "../src/protocol/builder.ts";

export interface ApiFaultDetails {
  /** HTTP status, or null without a complete answer. */
  status: number | null;
  /** The protocol's error code, or a code of the transport such as ECONNRESET, or null. */
  code: string | null;
  /** Whether the same request may succeed later. */
  transient: boolean;
  /** How long the API asked to wait, ms, or null. */
  retryAfterMs?: number | null;
}

/** The API could not be reached, or refused a call for a reason other than the lease. */
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

/** The lease has ended: the builder drops the job without a report. */
export class LeaseEnded extends Error {
  override readonly name = "LeaseEnded";
  readonly reason: LeaseEnd;

  constructor(reason: LeaseEnd) {
    super(`the lease ended: ${reason}`);
    this.reason = reason;
  }
}

/** The process must stop: the builder hands the job back, so that another one takes it. */
export class HandBack extends Error {
  override readonly name = "HandBack";
}

/** The build is impossible. Code and message are shown to the app's owner. */
export class BuildFailure extends Error {
  override readonly name = "BuildFailure";
  readonly code: string;
  readonly retryable: boolean;
  readonly picture: IconPicture | undefined;

  /**
   * @param retryable whether another attempt may succeed, because the fault is with the host and not with the app
   * @param picture the one that can't be drawn, if that is why
   */
  constructor(code: string, message: string, retryable: boolean, picture?: IconPicture) {
    super(message);
    this.code = code;
    this.retryable = retryable;
    this.picture = picture;
  }
}
