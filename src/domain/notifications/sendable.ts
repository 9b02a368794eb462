// Whether an app can send a content: it has a credential for a provider, and every provider accepts the fields and
// the size.
import { eq } from "drizzle-orm";
import { pushCredentials } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { Ctx } from "../context.ts";
import {
  defaultsOf,
  expiryOf,
  pushContent,
  settingsDefaultsOf,
  tooLong,
  type ContentDefaults,
  type NotificationContent,
} from "./content.ts";
import type { PayloadSize } from "../../kit/push/content.ts";
import type { Provider } from "../../kit/push/credentials.ts";

/**
 * Returns the largest payload that `content` makes for each provider of the app, over all its translations; for every
 * provider when the app has no credential. Refuses `notifications_not_configured` if it `mustSend` and has none, and
 * `invalid` for what a provider would refuse, naming each provider whose limit is exceeded.
 */
export async function checkSendable(
  ctx: Ctx,
  app: App,
  content: NotificationContent,
  mustSend: boolean,
): Promise<PayloadSize[]> {
  const configured = await ctx.db
    .select({ provider: pushCredentials.provider })
    .from(pushCredentials)
    .where(eq(pushCredentials.appId, app.id));
  const providers = configured.map(({ provider }) => provider);
  if (mustSend && providers.length === 0) refuse({ code: "notifications_not_configured" });
  return checkContent(ctx, app, content, providers);
}

/** The part of an app that a notification's payload depends on. */
export type SenderApp = Pick<App, "uuid" | "url" | "pushSettings">;

/**
 * Does the same as `checkSendable` when the app's `providers` are known. Refuses `invalid`. What is refused does not depend
 * on the app's own URL, since that is only sent where it fits.
 */
export function checkContent(
  ctx: Ctx,
  app: SenderApp,
  content: NotificationContent,
  providers: readonly Provider[],
): PayloadSize[] {
  const long = tooLong(content);
  if (long !== null) refuse(invalidField(["content"], long));
  const problems = ctx.contentProblems(pushContent(content, about(ctx, app, content), null));
  if (problems.length > 0) refuse({ code: "invalid", issues: problems });
  const sizesWith = (defaults: ContentDefaults) =>
    largest(ctx, app, content, defaults).filter(
      ({ provider }) => providers.length === 0 || providers.includes(provider),
    );
  const sizes = sizesWith(settingsDefaultsOf(app));
  const tooLarge = sizes.filter(isTooLarge);
  if (tooLarge.length > 0) {
    refuse({
      code: "invalid",
      issues: tooLarge.map(({ provider, bytes, limit }) => ({
        code: "custom",
        path: ["payload"],
        message: `must not be greater than ${limit} bytes for ${provider}, but is ${bytes}`,
        input: undefined,
      })),
    });
  }
  const defaults = defaultsOf(app);
  if (defaults.url === settingsDefaultsOf(app).url) return sizes;
  const filled = sizesWith(defaults);
  return filled.some(isTooLarge) ? sizes : filled;
}

function isTooLarge({ bytes, limit }: PayloadSize): boolean {
  return bytes > limit;
}

/**
 * Returns those of the app's defaults with which `content` fits the limits of `providers`. They may be longer than when
 * the content was checked, and direct sends are not checked for their size.
 */
export function fittingDefaults(
  ctx: Ctx,
  app: SenderApp,
  content: NotificationContent,
  providers: readonly Provider[],
): ContentDefaults {
  const { icon, url } = settingsDefaultsOf(app);
  const all = defaultsOf(app);
  const none = { icon: null, url: null };
  if (all.icon === null && all.url === null) return none;
  // The app's own URL is dropped first: a click's link leads there in any case. That of the settings is dropped last,
  // since it matters more than the icon.
  const choices = [all, { icon, url }, { icon: null, url }, { icon, url: null }];
  const fits = (defaults: ContentDefaults) =>
    largest(ctx, app, content, defaults).every(
      (size) => !isTooLarge(size) || !providers.includes(size.provider),
    );
  return choices.find(fits) ?? none;
}

function largest(
  ctx: Ctx,
  app: SenderApp,
  content: NotificationContent,
  defaults: ContentDefaults,
): PayloadSize[] {
  const byProvider = new Map<string, PayloadSize>();
  for (const language of [null, ...Object.keys(content.translations ?? {})]) {
    const filled = { ...about(ctx, app, content), defaults };
    const sizes = ctx.payloadSizes(pushContent(content, filled, language));
    for (const size of sizes) {
      const known = byProvider.get(size.provider);
      if (!known || size.bytes > known.bytes) byProvider.set(size.provider, size);
    }
  }
  return [...byProvider.values()];
}

/** The notification has no UUID yet, so the app's is used: all are equally long. */
function about(ctx: Ctx, app: SenderApp, content: NotificationContent) {
  return {
    uuid: app.uuid,
    defaults: defaultsOf(app),
    expiresAt: expiryOf(content, ctx.now()),
  };
}
