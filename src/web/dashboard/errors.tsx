// The pages of requests to the dashboard that are refused.
import { answersOf, type ErrorFacts } from "../../http/errors.ts";
import type { Answer } from "../../http/answer.ts";
import type { Refusal, RefusalOf } from "../../kit/refusal.ts";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { documentResponse } from "./document.tsx";
import { Door } from "./door.tsx";
import { tooMany } from "./form-state.ts";

const { refusalAnswer, faultAnswer } = answersOf((facts: ErrorFacts) => facts, {
  rate_limited: { says: tooMany },
  malformed: { status: 404 },
  method_not_allowed: { says: "This address takes what its page sends, and nothing else." },
  not_found: {
    says:
      "It may have been deleted, or belongs to an account that you are no member of. Both look the same on " +
      "purpose.",
  },
  internal: { says: "This is a fault of ours, and nothing that you did. It was written down." },
});

/** The page for a refusal, in the theme of who asked. */
export function refusalPage(refusal: Refusal, requestId: string, request: Request): Response {
  if (refusal.code === "account_suspended") return suspendedPage(refusal, requestId, request);
  return pageOf(refusalAnswer(refusal, requestId), requestId, request);
}

/** The page for a fault of ours. */
export function faultPage(requestId: string, request: Request): Response {
  return pageOf(faultAnswer(requestId), requestId, request);
}

/** The page of an account that is suspended: why, and a way to the person's other accounts. */
function suspendedPage(
  refusal: RefusalOf<"account_suspended">,
  requestId: string,
  request: Request,
): Response {
  const title = "This account is suspended";
  return documentResponse(request, {
    title,
    status: 403,
    body: (
      <Door
        title={title}
        text={
          <>
            Whoever runs this installation suspended it{" "}
            <Moment at={refusal.since} now={Date.now()} />. Its keys don't work, and nothing of it
            is built or sent.
          </>
        }
      >
        <Notice tone="bad">
          <p>
            <strong>Why:</strong> <span class="break">{refusal.reason}</span>
          </p>
        </Notice>
        <p>
          Nothing was deleted, and devices stay registered. To have the account go on, ask whoever
          runs this installation.
        </p>
        <div class="row">
          <a class="btn btn--primary" href="/dashboard?choose">
            Choose another account
          </a>
          <a class="btn" href="/dashboard/security">
            Sign-in and security
          </a>
        </div>
        <p class="muted small">
          Request <code class="break">{requestId}</code>. Name it when you ask for help.
        </p>
      </Door>
    ),
  });
}

const TITLES: Readonly<Record<number, string>> = {
  403: "This is not yours to do",
  404: "This page isn't here",
  405: "This can't be opened",
  429: "Too many requests",
  500: "Something broke here",
};

function pageOf(answer: Answer, requestId: string, request: Request): Response {
  const { status, body, headers = {} } = answer;
  const { message } = body as ErrorFacts;
  const title = TITLES[status] ?? "This did not work";
  const after = Number(headers["retry-after"]);
  return documentResponse(request, {
    title,
    status,
    headers,
    body: (
      <Door
        title={title}
        text={
          status === 429 ? `Try again in ${after} ${after === 1 ? "second" : "seconds"}.` : message
        }
      >
        <div class="row">
          <a class="btn btn--primary" href="/dashboard">
            Go to your apps
          </a>
          {status === 404 && (
            <a class="btn" href="/dashboard?choose">
              Choose another account
            </a>
          )}
        </div>
        <p class="muted small">
          Request <code class="break">{requestId}</code>. Name it when you ask for help.
        </p>
      </Door>
    ),
  });
}
