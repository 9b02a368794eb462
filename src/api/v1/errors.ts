// API v1's form of errors: {"message"}, for some codes with "error" and facts. Violations are {"message", "errors"}
// in the sentences of docs/contracts.md, App-builder 2 and 7.
import { z } from "@hono/zod-openapi";
import { answersOf, challenge, isOfRequests, type ErrorFacts } from "../../http/errors.ts";
import type { Refusal, Thing } from "../../kit/refusal.ts";
import { microseconds } from "../../kit/time.ts";
import { shownStatus } from "./forms.ts";
import { sentences } from "./sentences.ts";

export const ErrorBody = z
  .object({
    message: z
      .string()
      .openapi({ description: "What is wrong, as a sentence.", example: "App not found." }),
    error: z.string().optional().openapi({
      description: "A code for programs, where clients have to tell this refusal from others.",
    }),
    status: z.string().optional().openapi({
      description: "The status of the build or notification, where that is why it was refused.",
    }),
    required_credits: z
      .int()
      .optional()
      .openapi({ description: "Of a 402: how many credits the build costs." }),
    available_credits: z
      .int()
      .optional()
      .openapi({ description: "Of a 402: how many credits the account has." }),
    expected_certificate_sha256: z.string().optional().openapi({
      description:
        "Of `signing_key_changed`: the SHA-256 of the certificate of the app's releases, in hex.",
    }),
    certificate_sha256: z.string().optional().openapi({
      description: "Of `signing_key_changed`: that of the keystore that the request names.",
    }),
    expected_keystore_id: z.int().optional().openapi({
      description:
        "Of `signing_key_changed`: the keystore that signed the newest release. It may be deleted since.",
    }),
    expected_package_name: z
      .string()
      .optional()
      .openapi({ description: "Of `package_changed`: the package name of the app's releases." }),
    package_name: z
      .string()
      .optional()
      .openapi({ description: "Of `package_changed`: the app's present one." }),
    highest_version_code: z
      .int()
      .optional()
      .openapi({ description: "Of `version_code_used`: the highest version code released." }),
    version_code: z
      .int()
      .optional()
      .openapi({ description: "Of `version_code_used`: that of the refused build." }),
    package_names: z.array(z.string()).optional().openapi({
      description:
        "Of `keystore_in_use`, where the keystore signed releases: the package names of those whose apps are still there.",
    }),
    suspended_at: z
      .string()
      .optional()
      .openapi({ description: "Of `account_suspended`: since when, in UTC." }),
    suspended_reason: z
      .string()
      .optional()
      .openapi({ description: "Of `account_suspended`: why, as whoever suspended it wrote." }),
    request_id: z
      .string()
      .optional()
      .openapi({ description: "Of a 500: the id of the request, by which its operators find it." }),
  })
  .openapi("Error", { description: "API v1's refusal of a request." });
export const InvalidBody = z
  .object({
    message: z.string().openapi({
      description: "The first sentence of `errors`, and how many there are besides.",
      example: "The name field is required.",
    }),
    errors: z.record(z.string(), z.array(z.string())).openapi({
      description: "The sentences about each field that is not valid, by its dotted name.",
      example: { name: ["The name field is required."] },
    }),
  })
  .openapi("ValidationError", {
    description: "API v1's refusal of a request whose fields are not valid.",
  });

function body({ message, code, cause, requestId }: ErrorFacts) {
  if (cause.code === "invalid") return sentences(cause.issues);
  if (cause.code === "internal") return { message, request_id: requestId };
  return isOfRequests(cause.code) ? { message } : { message, error: code, ...facts(cause) };
}

/** The answers to a refusal and to a fault of ours. */
export const { refusalAnswer, faultAnswer } = answersOf(body, {
  unauthenticated: { headers: challenge },
  rate_limited: { says: "Too Many Attempts." },
  not_found: { says: ({ what }) => missing(what) },
  internal: { says: "Server Error" },
});

/** The bodies of these refusals, by their codes, as examples for the document. */
export function refusalExamples(...refusals: Refusal[]): Record<string, { value: unknown }> {
  const told = refusals.map((one) => [one.code, { value: refusalAnswer(one, "").body }]);
  return Object.fromEntries(told);
}

/** The facts of a cause that a body has besides its sentence. */
function facts(cause: ErrorFacts["cause"]): object {
  switch (cause.code) {
    case "account_suspended":
      return { suspended_at: microseconds(cause.since), suspended_reason: cause.reason };
    case "insufficient_credits":
      return { required_credits: cause.required, available_credits: cause.available };
    case "keystore_in_use":
      return cause.packages === undefined ? {} : { package_names: cause.packages };
    case "signing_key_changed":
      return {
        expected_certificate_sha256: cause.expected,
        certificate_sha256: cause.given,
        expected_keystore_id: cause.keystoreId,
      };
    case "package_changed":
      return { expected_package_name: cause.expected, package_name: cause.given };
    case "version_code_used":
      return { highest_version_code: cause.highest, version_code: cause.given };
    case "build_not_completed":
    case "not_installable":
    case "not_cancellable":
      return { status: cause.status };
    case "already_sent":
    case "not_editable":
      return { status: shownStatus(cause.status) };
    default:
      return {};
  }
}

/** Sentences about things that are not named by the words of their code. */
const MISSING: Partial<Record<Thing, string>> = {
  route: "Not found.",
  api_key: "API key not found.",
  campaign: "Sending not found.",
  installation: "Instance not found.",
  template: "Push not found.",
};

/** The sentence for a missing thing: "Push credential not found." */
function missing(what: Thing): string {
  const sentence = MISSING[what];
  if (sentence !== undefined) return sentence;
  return `${what.charAt(0).toUpperCase()}${what.slice(1).replaceAll("_", " ")} not found.`;
}
