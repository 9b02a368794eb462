// The answers to refusals and faults. One table gives every code a status, an English sentence and headers; a missing
// code does not compile, so every surface has an answer to each. A surface adds the form of the body, and replaces
// those parts of single replies that its contract wants to be different.
import type { Refusal, RefusalCode, RefusalOf } from "../kit/refusal.ts";
import { wholeSeconds } from "../kit/time.ts";
import type { Answer } from "./answer.ts";

/** Why a request failed: a refusal, or a fault of ours, of which clients learn nothing but the request's id. */
type Cause = Refusal | { code: "internal"; requestId: string };
type Code = Cause["code"];
type CauseOf<C extends Code> = Extract<Cause, { code: C }>;

/** The statuses of refusals and faults. */
export type Status = 400 | 401 | 402 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 500 | 503;

/** The reply to one code, without the form of its body. */
interface Reply<C extends Code> {
  status: Status;
  /** The sentence, or a function that makes it from the cause's facts. */
  says: string | ((cause: CauseOf<C>) => string);
  headers?: (cause: CauseOf<C>) => Record<string, string>;
}

/** The replies of a surface that differ from the table: of each reply only the parts that differ. */
type OwnReplies = { [C in Code]?: Partial<Reply<C>> };

/** The facts from which a surface makes the body of an error. */
export interface ErrorFacts {
  status: Status;
  message: string;
  /** The cause's code; an expired link has its own code. */
  code: Code | "link_expired";
  cause: Cause;
  requestId: string;
}

/**
 * Headers that ask for a bearer token, which RFC 6750 section 3 requires of a 401, and say of an API key that it has
 * expired (section 3.1). Of other tokens they say nothing, as nothing is known of them.
 */
export function challenge(refusal: { expiredAt?: number }): Record<string, string> {
  const { expiredAt } = refusal;
  if (expiredAt === undefined) return { "www-authenticate": "Bearer" };
  return bearerError({ error: "invalid_token", error_description: expired(expiredAt) });
}

/** The header that says why an API key may not do this, and which scope it lacks, if that is why (RFC 6750 section 3.1). */
export function lackedRight(refusal: { message: string; scope?: string }): Record<string, string> {
  const { message, scope } = refusal;
  const lacking = scope === undefined ? {} : { scope };
  return bearerError({ error: "insufficient_scope", error_description: message, ...lacking });
}

/** What a refused API key is told that has expired. */
export function expired(at: number): string {
  return `The API key expired at ${wholeSeconds(at)}`;
}

/** What the people and programs of a suspended account are told. */
export function suspended({ since, reason }: RefusalOf<"account_suspended">): string {
  const ended = /[.!?]$/.test(reason) ? reason : `${reason}.`;
  return `This account has been suspended since ${wholeSeconds(since)}: ${ended} Ask whoever runs this installation.`;
}

/** What strangers are told, who need not know why. */
export const STOPPED =
  "Whoever runs this installation has stopped the account that this belongs to: nothing of it is handed out.";

/** The values must have neither quotes nor backslashes. */
function bearerError(attributes: Record<string, string>): Record<string, string> {
  const told = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
  return { "www-authenticate": `Bearer ${told.join(", ")}` };
}

/** Replies to codes that any request can receive, whatever its operation. */
const OF_REQUESTS = {
  unauthenticated: { status: 401, says: "Unauthenticated." },
  forbidden: {
    status: 403,
    says: ({ message }) => message,
    // Not every forbidden request has a key that could be told: pages of a wrong origin have none.
    headers: (refusal) => (refusal.scope === undefined ? {} : lackedRight(refusal)),
  },
  rate_limited: {
    status: 429,
    says: "Too many requests.",
    headers: ({ retryAfterS }) => ({ "retry-after": String(retryAfterS) }),
  },
  not_found: { status: 404, says: "Not found." },
  malformed: { status: 400, says: ({ message }) => message },
  too_large: {
    status: 413,
    says: ({ limit }) => `The request body is larger than ${limit} bytes.`,
  },
  method_not_allowed: {
    status: 405,
    says: "Method not allowed.",
    headers: ({ allow }) => ({ allow: allow.join(", ") }),
  },
  invalid: { status: 422, says: "Some fields are not valid." },
  internal: { status: 500, says: ({ requestId }) => `Server error, request ${requestId}.` },
} satisfies { [C in Code]?: Reply<C> };

const REPLIES: { [C in Code]: Reply<C> } = {
  ...OF_REQUESTS,
  account_suspended: { status: 403, says: suspended },
  active_build: { status: 409, says: "App already has an active build in progress." },
  active_builds: { status: 409, says: "Cannot delete app with active builds." },
  keystore_in_use: {
    status: 409,
    says: ({ packages }) =>
      packages === undefined
        ? "Cannot delete a keystore that an active build needs."
        : "This keystore signed releases. Without its key nobody can make an update of them that devices install, and " +
          "it can't be made again. Export it and keep the copy, then delete it with ?force=true.",
  },
  signing_key_changed: {
    status: 409,
    says: ({ expected, given }) =>
      `The app's releases are signed with the certificate ${expected}, and this build would be with ${given}: no device ` +
      "that has the app could install it as an update. Name the keystore with that certificate, or send " +
      "allow_signing_key_change: true if the key is lost or replaced.",
  },
  package_changed: {
    status: 409,
    says: ({ expected, given }) =>
      `The app was released as ${expected}, and this build would be ${given}, which devices and stores take for another ` +
      "app. Give the app its package name back, or send allow_package_change: true to release it as a new app.",
  },
  version_code_used: {
    status: 409,
    says: ({ highest, given, format }) =>
      `The version code ${given} can't be released as ${format.toUpperCase()}: the highest released is ${highest}, and ` +
      "an update needs a higher one. Raise the app's version_code, send auto_increment: true, or send " +
      "allow_version_reuse: true if nobody has that release.",
  },
  insufficient_credits: { status: 402, says: "Insufficient build credits." },
  no_builders: {
    status: 503,
    says: ({ lacking }) => {
      const sentence = "No builders available. Please try again later.";
      return lacking === undefined
        ? sentence
        : `${sentence} None of the builders that are there makes ${lacking.toUpperCase()}s.`;
    },
  },
  build_not_completed: { status: 400, says: ({ status }) => unfinished(status) },
  artifact_not_found: { status: 404, says: "Build artifact not available." },
  not_installable: { status: 409, says: uninstallable },
  not_cancellable: { status: 400, says: "Cannot cancel a build that has already finished." },
  link_invalid: {
    status: 403,
    says: ({ expired }) => `This download link ${expired ? "has expired" : "is not valid"}.`,
  },
  invitation_ended: {
    status: 404,
    says: "This invitation has ended. Ask whoever invited you for a new one.",
  },
  notifications_not_configured: {
    status: 400,
    says: "Push notifications are not configured for this app.",
  },
  already_sent: {
    status: 400,
    says: "Cannot cancel a notification that has already been sent.",
  },
  not_editable: { status: 409, says: "Only drafts and scheduled notifications can be changed." },
  segment_in_use: { status: 409, says: stillUsed },
  delivery_pending: {
    status: 409,
    says: "This delivery is still pending: only one that was delivered or has failed can be sent again.",
  },
  draft_changed: {
    status: 409,
    says: ({ by }) => `${by ?? "Somebody else"} saved this draft in the meantime.`,
  },
  changed_meanwhile: { status: 409, says: "This was changed by others at the same time." },
  mail_not_configured: {
    status: 503,
    says: "This installation can't send mail yet. Its operator has to set that up.",
  },
  last_owner: {
    status: 409,
    says: ({ accounts }) =>
      `You are the last owner of ${accounts.join(", ")}. Make somebody else an owner there, or delete it, first.`,
  },
  idempotency_conflict: {
    status: 409,
    says: ({ running }) =>
      running
        ? "A request with this Idempotency-Key is still running."
        : "This Idempotency-Key was used before with another request body.",
  },
};

/** Why there is nothing to download of a build with this status. */
function unfinished(status: string): string {
  switch (status) {
    case "failed":
      return "Build has failed: there is nothing to download.";
    case "cancelled":
      return "Build was cancelled: there is nothing to download.";
    default:
      return "Build is not completed yet.";
  }
}

/** Why there is no link to install a build, and what to do instead. */
function uninstallable({ reason, status }: RefusalOf<"not_installable">): string {
  if (reason === "aab") {
    return "An AAB is for stores and can't be installed: build an APK (build_format apk) to install it on a phone.";
  }
  const again = "there is nothing to install. Build the app again.";
  if (reason === "deleted") return `The build's file was deleted: ${again}`;
  switch (status) {
    case "failed":
      return `Build has failed: ${again}`;
    case "cancelled":
      return `Build was cancelled: ${again}`;
    default:
      return "Build is not completed yet. Ask again once its status is completed.";
  }
}

/** Notifications that a sentence names; the others are counted. */
const NAMED = 3;

/** Why a segment can't be deleted, and what to do first. */
function stillUsed({ notifications, total }: RefusalOf<"segment_in_use">): string {
  const named = notifications.slice(0, NAMED).map(({ title, status }) => `"${title}" (${status})`);
  const more = total > named.length ? ` and ${total - named.length} more` : "";
  return (
    `Notifications that are still to be sent use this segment: ${named.join(", ")}${more}. Change whom they are for, or ` +
    "cancel them, first."
  );
}

/** Whether any request can receive this code, whatever its operation. */
export function isOfRequests(code: Code): boolean {
  return code in OF_REQUESTS;
}

/** Codes for which only API v1 has a sentence, unless a surface has a reply of its own. */
const V1_ONLY: readonly RefusalCode[] = [
  "active_build",
  "active_builds",
  "keystore_in_use",
  "signing_key_changed",
  "package_changed",
  "version_code_used",
  "insufficient_credits",
  "no_builders",
  "build_not_completed",
  "artifact_not_found",
  "not_installable",
  "not_cancellable",
  "link_invalid",
  "invitation_ended",
  "notifications_not_configured",
  "already_sent",
  "not_editable",
  "segment_in_use",
  "delivery_pending",
  "draft_changed",
  "changed_meanwhile",
  "mail_not_configured",
  "last_owner",
  "idempotency_conflict",
];

/**
 * Replies of a surface to codes that none of its operations refuses with, including those in `also`: a 400 with the
 * sentence `says`, or with the code if that is null. Codes added later are left to the table.
 */
export function unmet(says: string | null, ...also: RefusalCode[]): OwnReplies {
  const replies: [Code, Partial<Reply<never>>][] = [...V1_ONLY, ...also].map((code) => [
    code,
    { status: 400, says: says ?? code, headers: () => ({}) },
  ]);
  return Object.fromEntries(replies);
}

/** Makes a surface's answers to refusals and faults: `body` makes their bodies, `own` replaces parts of the table. */
export function answersOf(body: (facts: ErrorFacts) => unknown, own: OwnReplies) {
  const answer = (cause: Cause, requestId: string): Answer => {
    // This is the reply to the cause's own code, which the compiler can't infer from the look-up.
    const reply = { ...REPLIES[cause.code], ...own[cause.code] } as Reply<Code>;
    const { status, says, headers } = reply;
    const message = typeof says === "string" ? says : says(cause);
    const isExpired = cause.code === "link_invalid" && cause.expired;
    const code: ErrorFacts["code"] = isExpired ? "link_expired" : cause.code;
    const facts = { status, message, code, cause, requestId };
    return { status, body: body(facts), headers: headers?.(cause) ?? {} };
  };
  return {
    refusalAnswer: (refusal: Refusal, requestId: string) => answer(refusal, requestId),
    faultAnswer: (requestId: string) => answer({ code: "internal", requestId }, requestId),
  };
}
