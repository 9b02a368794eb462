// The catalogue of the domain's refusals. A refusal has a code and facts, but no HTTP status and no sentence: those are
// in one table for all surfaces (http/errors.ts).
import type { core } from "zod";

/** What can be missing. A thing of another account is refused as missing too. */
export type Thing =
  | "account"
  | "api_key"
  | "app"
  | "build"
  | "builder"
  | "channel"
  | "code"
  | "delivery"
  | "draft"
  | "identity_secret"
  | "import"
  | "installation"
  | "invitation"
  | "keystore"
  | "lifecycle_event"
  | "member"
  | "notification"
  | "login"
  | "passkey"
  | "plan"
  | "template"
  | "push_credential"
  | "campaign"
  | "segment"
  | "session"
  | "subscriber"
  | "subscription"
  | "webhook"
  | "route";

export type Refusal =
  /** `expiredAt`, ms: the API key was right until then. */
  | { code: "unauthenticated"; expiredAt?: number }
  /** `scope`: the one that the API key lacks, if that is why. */
  | { code: "forbidden"; message: string; scope?: string }
  /** Whoever runs the installation has stopped the account, `since`, ms, for the `reason` that it wrote. */
  | { code: "account_suspended"; since: number; reason: string }
  | { code: "rate_limited"; retryAfterS: number }
  | { code: "not_found"; what: Thing }
  | { code: "malformed"; message: string }
  | { code: "too_large"; limit: number }
  | { code: "method_not_allowed"; allow: readonly string[] }
  /** `isGuess`: a field was meant as a proof, and nobody who could have made one did (http/wrong-credentials.ts). */
  | { code: "invalid"; issues: readonly core.$ZodIssue[]; isGuess?: boolean }
  | { code: "active_build" }
  | { code: "active_builds" }
  /** `packages`: those of its releases that are still known; absent where an active build needs the keystore. */
  | { code: "keystore_in_use"; packages?: readonly string[] }
  /** Certificates by their SHA-256. `keystoreId`: which keystore signed the newest release, if it is still there. */
  | { code: "signing_key_changed"; expected: string; given: string; keystoreId: number }
  | { code: "package_changed"; expected: string; given: string }
  /** `highest`: the highest version code that was released. */
  | { code: "version_code_used"; highest: number; given: number; format: string }
  | { code: "insufficient_credits"; required: number; available: number }
  /** `lacking`: the format that none of the builders makes which are there. */
  | { code: "no_builders"; lacking?: string }
  | { code: "build_not_completed"; status: string }
  | { code: "artifact_not_found" }
  /** `aab`: its format is not for phones; `deleted`: its file is gone. `status`: the build's. */
  | { code: "not_installable"; reason: "aab" | "unfinished" | "deleted"; status: string }
  | { code: "not_cancellable"; status: string }
  | { code: "link_invalid"; expired: boolean }
  /** An invitation that was accepted, withdrawn or replaced, or is over; or none. */
  | { code: "invitation_ended" }
  | { code: "notifications_not_configured" }
  | { code: "already_sent"; status: string }
  | { code: "not_editable"; status: string }
  /** `notifications`: the first of the `total` that wait and name the segment. */
  | {
      code: "segment_in_use";
      notifications: readonly { id: string; title: string; status: string }[];
      total: number;
    }
  | { code: "delivery_pending" }
  | { code: "changed_meanwhile" }
  /** `version`: the draft's now; `by`: the name of who saved it at `at`, ms, or null for somebody who is gone. */
  | { code: "draft_changed"; draft: string; version: number; by: string | null; at: number }
  /** The installation can send no mail to people, and what was asked for needs one. */
  | { code: "mail_not_configured" }
  /** `accounts`: the names of those that would be left without an owner. */
  | { code: "last_owner"; accounts: readonly string[] }
  | { code: "idempotency_conflict"; running: boolean };

export type RefusalCode = Refusal["code"];

/** The refusal with the code `C`. */
export type RefusalOf<C extends RefusalCode> = Extract<Refusal, { code: C }>;

/** Ends the request with a refusal. */
export class RefusalError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.code);
    this.name = "RefusalError";
    this.refusal = refusal;
  }
}

/** Throws a RefusalError. */
export function refuse(refusal: Refusal): never {
  throw new RefusalError(refusal);
}

/**
 * Makes a refusal of one field. `message` begins with a verb ("must be ..."), since surfaces complete a sentence with
 * it: "The <field> field ...".
 */
export function invalidField(
  path: readonly (string | number)[],
  message: string,
): RefusalOf<"invalid"> {
  return {
    code: "invalid",
    issues: [{ code: "custom", path: [...path], message, input: undefined }],
  };
}
