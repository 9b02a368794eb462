// What the pages answer to what is not a visit: a wrong method, too many requests.
import { answersOf, retryAfter, unmet, type Told } from "../../http/errors.ts";

const body = ({ message }: Told) => ({ message });

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
  rate_limited: { headers: retryAfter },
});
