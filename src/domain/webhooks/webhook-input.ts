// The fields of a webhook that owners can set, when they create it and later.
import { z } from "zod";
import { PLAIN_PATTERN } from "../../kit/fields.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { WebUrl } from "../apps/app-input.ts";
import type { Ctx } from "../context.ts";
import { WebhookEvent } from "./events.ts";
import { urlProblem, resolvesTo } from "./target.ts";

/** Longest secret, characters: HMAC-SHA-256 gains nothing from more than 64 bytes. */
const MAX_SECRET = 255;

const Secret = z
  .string()
  .min(1, { abort: true })
  .max(MAX_SECRET)
  // A `refine` and not a `regex`, since patterns in the OpenAPI document can't have flags.
  .refine((text) => /^[^\p{Cc}\p{Cs}]*$/u.test(text), {
    message: "must not hold control characters",
  })
  .meta({ pattern: PLAIN_PATTERN });

const Events = z
  .array(WebhookEvent)
  .min(1)
  .max(WebhookEvent.options.length)
  .transform((events) => [...new Set(events)]);

export const CreateWebhook = z.strictObject({
  url: WebUrl.meta({
    description: "Where events are POSTed: https, on a public host.",
    example: "https://example.com/hooks/slipway",
  }),
  /** Where this is omitted or null, a secret is made. */
  secret: Secret.nullish().meta({
    description: "The secret with which deliveries are signed. Without, or null, one is made.",
  }),
  events: Events.meta({ description: "The events to send.", example: ["notification.sent"] }),
  enabled: z
    .boolean()
    .default(true)
    .meta({ description: "Whether it is sent anything from the beginning." }),
});

export const UpdateWebhook = z.strictObject({
  url: WebUrl.optional().meta({ description: "Where events are POSTed: https, on a public host." }),
  secret: Secret.optional().meta({
    description: "The secret with which deliveries are signed from now on.",
  }),
  events: Events.optional().meta({
    description: "The events to send.",
    example: ["notification.sent", "notification.failed"],
  }),
  enabled: z
    .boolean()
    .optional()
    .meta({ description: "Whether it is sent anything.", example: true }),
});

/**
 * Checks a webhook's URL. Refuses `invalid` for `field` when the URL is not https, or its host is in a private
 * network by name or address.
 */
export async function requireTarget(
  ctx: Pick<Ctx, "fetch" | "allowPrivateTargets">,
  text: string,
  field = "url",
): Promise<void> {
  const url = new URL(text);
  const problem = urlProblem(url, ctx.allowPrivateTargets);
  if (problem !== null) refuse(invalidField([field], problem));
  if (ctx.allowPrivateTargets) return;
  // A host that can't be resolved yet is accepted, since each delivery checks it again.
  if ((await resolvesTo(ctx, url.hostname)) === "private") {
    refuse(invalidField([field], "must not lead to a private address"));
  }
}
