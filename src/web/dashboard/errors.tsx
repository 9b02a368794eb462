// The pages of requests to the dashboard that are refused.
import { answersOf, type ErrorFacts } from "../../http/errors.ts";
import type { Answer } from "../../http/answer.ts";
import type { Refusal } from "../../kit/refusal.ts";
import { documentResponse } from "./document.tsx";
import { Door } from "./door.tsx";
import { tooMany } from "./form-state.ts";

const { refusalAnswer, faultAnswer } = answersOf((facts: ErrorFacts) => facts, {
  rate_limited: { says: tooMany },
  malformed: { status: 404, says: "Nothing is at this address." },
  not_found: {
    says: "Nothing is at this address, or it belongs to an account that you are no member of.",
  },
});

/** The page for a refusal. */
export function refusalPage(refusal: Refusal, requestId: string): Response {
  return pageOf(refusalAnswer(refusal, requestId));
}

/** The page for a fault of ours. */
export function faultPage(requestId: string): Response {
  return pageOf(faultAnswer(requestId));
}

const TITLES: Readonly<Record<number, string>> = {
  403: "Not yours to do",
  404: "Not found",
  405: "Not done this way",
  429: "Too much at once",
  500: "Something broke here",
};

function pageOf({ status, body, headers = {} }: Answer): Response {
  const { message } = body as ErrorFacts;
  const title = TITLES[status] ?? "This did not work";
  // The request is not known here, so that the page follows the system's theme.
  return documentResponse(new Request("https://page.invalid"), {
    title,
    status,
    headers,
    body: (
      <Door title={title} text={message}>
        <a class="btn btn--primary" href="/dashboard">
          To the dashboard
        </a>
      </Door>
    ),
  });
}
