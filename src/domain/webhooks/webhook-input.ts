// The fields of a webhook that owners can set, when they create it and later.
import { z } from "zod";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { WebUrl } from "../apps/app-input.ts";
import type { Ctx } from "../context.ts";
import { AccountEvent, WebhookEvent } from "./events.ts";
import { Secret } from "./secrets.ts";
import { urlProblem, resolvesTo } from "./target.ts";

/** The schemas of a webhook that can be sent the events of `Event`. */
function inputs<Event extends typeof WebhookEvent | typeof AccountEvent>(Event: Event) {
  const Events = z
    .array(Event)
    .min(1)
    .max(Event.options.length)
    .transform((events) => [...new Set(events)])
    .meta({ description: "The events that it is sent.", example: [Event.options.at(-1)] });
  const Enabled = z.boolean().meta({
    description:
      "Whether it is sent events. `true` also ends what failed before, and what was held is sent.",
  });
  const Url = WebUrl.meta({
    description:
      "Where events are POSTed: https, on a public host. Another one also ends what failed before.",
    example: "https://example.com/hooks/slipway",
  });
  return {
    Create: z.strictObject({
      url: Url,
      /** Where this is omitted or null, a secret is made. */
      secret: Secret.nullish(),
      events: Events,
      enabled: Enabled.default(true),
    }),
    Update: z.strictObject({
      url: Url.optional(),
      secret: Secret.optional(),
      events: Events.optional(),
      enabled: Enabled.optional(),
    }),
  };
}

/** What can be set of a webhook of an app, and of one of an account. */
export const APP_INPUT = inputs(WebhookEvent);
export const ACCOUNT_INPUT = inputs(AccountEvent);

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
