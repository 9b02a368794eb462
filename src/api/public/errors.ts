// The public surface's form of errors: {"message", "error"}, with the violations of each field in "details".
import { z } from "@hono/zod-openapi";
import { details } from "../../http/details.ts";
import { answersOf, STOPPED, unmet, type ErrorFacts } from "../../http/errors.ts";

export const ErrorBody = z
  .object({
    message: z
      .string()
      .openapi({ description: "What is wrong, as a sentence.", example: "Not found." }),
    error: z.string().openapi({ description: "A code for programs.", example: "not_found" }),
  })
  .openapi("PublicError", { description: "The public surface's refusal of a request." });
export const InvalidBody = ErrorBody.extend({
  details: z.record(z.string(), z.array(z.string())).openapi({
    description: "Phrases about each field that is not valid, by its dotted name.",
    example: { platform: ["is required"] },
  }),
}).openapi("PublicValidationError", {
  description: "The public surface's refusal of a request whose fields are not valid.",
});

function body({ message, code, cause }: ErrorFacts) {
  const plain = { message, error: code };
  return cause.code === "invalid" ? { ...plain, details: details(cause.issues) } : plain;
}

/** The answers to a refusal and to a fault of ours. */
export const { refusalAnswer, faultAnswer } = answersOf(body, {
  ...unmet("The request can't be read."),
  unauthenticated: { says: "The app key or subscriber token is missing or not valid." },
  account_suspended: { says: STOPPED },
  artifact_not_found: { says: "This file has been deleted." },
  link_invalid: {
    says: ({ expired }) =>
      expired
        ? "This download link has expired. Ask for a new one."
        : "This download link is not valid.",
  },
});
