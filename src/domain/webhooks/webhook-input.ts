// What can be said about a webhook, on creation and later.
import { z } from "zod";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { WebUrl } from "../apps/app-input.ts";
import type { Ctx } from "../context.ts";
import { WebhookEvent } from "./events.ts";
import { misfitOf, resolvesTo } from "./target.ts";

/** Longest secret, characters: HMAC-SHA-256 gains nothing beyond 64. */
const MAX_SECRET = 255;

const Secret = z
  .string()
  .min(1, { abort: true })
  .max(MAX_SECRET)
  // the document's patterns have no flags
  .refine((text) => /^[^\p{Cc}\p{Cs}]*$/u.test(text), {
    message: "must not hold control characters",
  });

const Events = z
  .array(WebhookEvent)
  .min(1)
  .max(WebhookEvent.options.length)
  .transform((events) => [...new Set(events)]);

export const CreateWebhook = z.strictObject({
  url: WebUrl,
  /** Omitted or null: one is made. */
  secret: Secret.nullish(),
  events: Events,
  enabled: z.boolean().default(true),
});

export const UpdateWebhook = z.strictObject({
  url: WebUrl.optional(),
  secret: Secret.optional(),
  events: Events.optional(),
  enabled: z.boolean().optional(),
});

/**
 * Refuses `invalid`, naming `field`, for a URL that is not https or leads, by its name or address, into a
 * private network.
 */
export async function requireTarget(
  ctx: Pick<Ctx, "fetch" | "allowPrivateTargets">,
  text: string,
  field = "url",
): Promise<void> {
  const url = new URL(text);
  const misfit = misfitOf(url, ctx.allowPrivateTargets);
  if (misfit !== null) refuse(invalidField([field], misfit));
  if (ctx.allowPrivateTargets) return;
  // a name nothing is known of yet may come to be; each delivery looks again
  if ((await resolvesTo(ctx, url.hostname)) === "private") {
    refuse(invalidField([field], "must not lead to a private address"));
  }
}
