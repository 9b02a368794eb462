// The builder protocol's form of errors: ProtocolError of src/protocol. Builders know only a few codes; all others
// become an invalid request.
import { json } from "../../http/answer.ts";
import { details } from "../../http/details.ts";
import { answersOf, unmet, type ErrorFacts } from "../../http/errors.ts";
import { type LeaseEnd, ProtocolError } from "../../protocol/builder.ts";

const KnownCode = ProtocolError.shape.error.catch("invalid_request");

function body({ code, message }: ErrorFacts): ProtocolError {
  return { error: KnownCode.parse(code), message };
}

/** The answers to a refusal and to a fault of ours. */
export const { refusalAnswer, faultAnswer } = answersOf(body, {
  ...unmet(null, "forbidden"),
  unauthenticated: { says: "The builder token is not valid." },
  too_large: { says: ({ limit }) => `The body is larger than ${limit} bytes.` },
  invalid: {
    says: ({ issues }) =>
      Object.entries(details(issues))
        .map(([field, phrases]) => `${field} ${phrases.join(", ")}`)
        .join("; "),
  },
});

/** The answer to a report from a builder that no longer holds the lease. */
export function leaseLost(reason: LeaseEnd): Response {
  const message = `The lease is over: ${reason}.`;
  return protocolError(409, { error: "lease_lost", message, reason });
}

/** Makes an answer with an error of the protocol that does not correspond to a refusal. */
export function protocolError(status: number, body: ProtocolError): Response {
  return json({ status, body });
}
