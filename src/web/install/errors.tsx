// The pages of requests that are refused, whatever they look like: people see them.
import type { Answer } from "../../http/answer.ts";
import { answersOf, unmet, type ErrorFacts } from "../../http/errors.ts";
import type { Refusal } from "../../kit/refusal.ts";
import { doorPage } from "../door.tsx";
import { endedPage, unknownPage } from "./gone-view.tsx";

const { refusalAnswer, faultAnswer } = answersOf((facts: ErrorFacts) => facts, {
  ...unmet("The request can't be read."),
  // What is no address of a link is none, however it is no address.
  malformed: { status: 404 },
});

/** The page for a refusal. */
export function refusalPage(refusal: Refusal, requestId: string): Response {
  if (refusal.code === "artifact_not_found") return endedPage({ kind: "deleted" }, Date.now());
  return pageOf(refusalAnswer(refusal, requestId));
}

/** The page for a fault of ours. */
export function faultPage(requestId: string): Response {
  return pageOf(faultAnswer(requestId));
}

function pageOf({ status, body, headers = {} }: Answer): Response {
  const { message } = body as ErrorFacts;
  switch (status) {
    case 404:
      return unknownPage();
    case 405:
      return doorPage({
        status,
        title: "This page can only be opened",
        text: "It takes nothing: open its link in a browser.",
        headers,
      });
    case 429:
      return doorPage({
        status,
        title: "Too many requests",
        text: "Many pages were opened from this network within a minute. Wait a minute, then open the link again.",
        headers,
      });
    default:
      return doorPage({ status, title: "This did not work", text: message, headers });
  }
}
