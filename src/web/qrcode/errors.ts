// The answers of the pages to requests that they refuse, for a wrong method or too many requests.
import { answersOf, unmet, type ErrorFacts } from "../../http/errors.ts";

const body = ({ message }: ErrorFacts) => ({ message });

/** The answers to a refusal and to a fault of ours. */
export const { refusalAnswer, faultAnswer } = answersOf(body, {
  ...unmet(
    "The request can't be read.",
    "unauthenticated",
    "forbidden",
    "malformed",
    "too_large",
    "invalid",
  ),
});
