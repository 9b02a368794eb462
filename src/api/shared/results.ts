// The form of a notification's results: how many recipients have which, by provider and reason.
import { z } from "@hono/zod-openapi";
import type { Notification } from "../../domain/notifications/find-notification.ts";
import type { ProviderTotals, ResultTotals } from "../../domain/notifications/result-totals.ts";
import { FAILURE_REASONS, type FailureReason } from "../../domain/ports/notifications.ts";
import { Carrier } from "../../kit/push/credentials.ts";

const REASONS: Record<FailureReason, string> = {
  unregistered: "The token or push subscription is dead, as the provider says; it was retired.",
  unsubscribed: "The subscriber unsubscribed or was deleted while the notification was being sent.",
  token_or_credential:
    "The provider refuses the token or the credential, and does not say which of them.",
  credential: "The provider refuses the app's credential, or the app has none for it.",
  rejected: "The provider refuses the message, or the address can't be sent to.",
  expired: "The time to live was over before the message was sent.",
  unavailable: "Until the last attempt, the provider asked to try again later.",
  no_answer: "Until the last attempt, the provider or push service did not answer in time.",
  not_tried: "Its turn did not come in time, behind a host that keeps messages waiting.",
  cancelled: "The notification was cancelled before.",
  internal: "A fault of Slipway's own.",
};

const count = (description: string, example: number) =>
  z.int().min(0).openapi({ description, example });

const ReasonsForm = z
  .object(
    Object.fromEntries(
      FAILURE_REASONS.map((reason) => [
        reason,
        count(REASONS[reason], reason === "unregistered" ? 2 : 0),
      ]),
    ) as Record<FailureReason, z.ZodInt>,
  )
  .openapi("FailureReasons", {
    description: "How many recipients were not sent to for each reason; together `failed_count`.",
  });

const Counts = {
  sent_count: count("The number of recipients whose provider accepted the message.", 118),
  failed_count: count("The number of recipients that were not sent to, for good.", 2),
  reasons: ReasonsForm,
};

export const ResultsForm = z
  .object({
    total_count: count("The number of recipients. Until all are known, it is an estimate.", 120),
    pending_count: count("The number of recipients that have no result so far.", 0),
    ...Counts,
    providers: z
      .array(
        z
          .object({
            provider: Carrier.meta({
              description:
                "The provider that carries the messages; `inbox`: none, the devices ask for them, and one counts as sent " +
                "to when the notification stands in its list.",
            }),
            ...Counts,
          })
          .openapi("ProviderResults", {
            description: "The results of the recipients that one provider carries messages to.",
          }),
      )
      .openapi({
        description:
          "The same by provider, each provider once, and `inbox` where somebody has one; together they are the counts above.",
      }),
  })
  .openapi("NotificationResults", {
    description:
      "How many recipients of a notification have which result. Each recipient counts once, when its result is final.",
  });

/** What is said of a notification's `failure_reason`. */
export const FAILURE_REASON =
  "What providers complained of, or that nobody could be reached; null without a complaint. A notification that was sent " +
  "to some may have one too.";

/** The documentation of the operations that answer results. */
export const RESULTS =
  "Returns how many recipients were sent to and how many were not, by provider and reason. The counts agree with the " +
  "notification's `stats`. They grow while it is being sent, and are kept as long as the notification is.";

export function resultsForm(notification: Notification): z.input<typeof ResultsForm> {
  const { totalCount, sentCount, failedCount } = notification;
  const totals = notification.resultTotals as ResultTotals;
  const asked = Carrier.options.filter((carrier) => carrier !== "inbox" || totals[carrier]);
  const providers = asked.map((provider) => {
    const { sent = 0, ...failures } = totals[provider] ?? {};
    const reasons = reasonsForm([failures]);
    const failed = Object.values(reasons).reduce((sum, each) => sum + each, 0);
    return { provider, sent_count: sent, failed_count: failed, reasons };
  });
  return {
    total_count: totalCount,
    pending_count: Math.max(0, totalCount - sentCount - failedCount),
    sent_count: sentCount,
    failed_count: failedCount,
    reasons: reasonsForm(Object.values(totals)),
    providers,
  };
}

function reasonsForm(totals: readonly ProviderTotals[]): Record<FailureReason, number> {
  const sumOf = (reason: FailureReason) =>
    totals.reduce((sum, ofProvider) => sum + (ofProvider[reason] ?? 0), 0);
  return Object.fromEntries(FAILURE_REASONS.map((reason) => [reason, sumOf(reason)])) as Record<
    FailureReason,
    number
  >;
}
