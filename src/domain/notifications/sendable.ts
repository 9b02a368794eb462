// Whether an app can send a content: it has a credential for a provider, and every provider accepts the fields and
// the size.
import { eq } from "drizzle-orm";
import type { core } from "zod";
import { pushCredentials } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { Ctx } from "../context.ts";
import {
  defaultsOf,
  expiryOf,
  pushContent,
  settingsDefaultsOf,
  type ContentDefaults,
} from "./content.ts";
import { tooLong, tooLongJson, type NotificationContent } from "./content-fields.ts";
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
  requireFittingData(ctx, app, content, providers);
  const long = tooLong(content);
  if (long !== null) refuse(invalidField(["content"], long));
  const problems = ctx.contentProblems(pushContent(content, about(ctx, app, content), null));
  if (problems.length > 0) refuse({ code: "invalid", issues: problems });
  const sizesWith = (defaults: ContentDefaults) =>
    ofProviders(providers, largest(ctx, app, content, defaults));
  const sizes = sizesWith(settingsDefaultsOf(app));
  const issues = tooLarge(sizes);
  if (issues.length > 0) refuse({ code: "invalid", issues });
  const defaults = defaultsOf(app);
  if (defaults.url === settingsDefaultsOf(app).url) return sizes;
  const filled = sizesWith(defaults);
  return filled.some(isTooLarge) ? sizes : filled;
}

/**
 * Refuses `invalid` for `data` that alone is longer than any provider's message, and names the providers. That needs none
 * of the translations, with each of which it would have to be written again.
 */
function requireFittingData(
  ctx: Ctx,
  app: SenderApp,
  content: NotificationContent,
  providers: readonly Provider[],
): void {
  const long = tooLongJson(content.data);
  if (long === null) return;
  const sizes = ctx.payloadSizes(pushContent(content, about(ctx, app, content), null));
  const { issues } = invalidField(["data"], long);
  refuse({ code: "invalid", issues: [...issues, ...tooLarge(ofProviders(providers, sizes))] });
}

/** The sizes for those of an app's `providers`; for each, if it has none. */
function ofProviders(providers: readonly Provider[], sizes: PayloadSize[]): PayloadSize[] {
  return sizes.filter(({ provider }) => providers.length === 0 || providers.includes(provider));
}

/** An issue for each size that a provider refuses. */
function tooLarge(sizes: readonly PayloadSize[]): core.$ZodIssue[] {
  return sizes.filter(isTooLarge).map(({ provider, bytes, limit }) => ({
    code: "custom",
    path: ["payload"],
    message: `must not be greater than ${limit} bytes for ${provider}, but is ${bytes}`,
    input: undefined,
  }));
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

/** How large a content is for each provider in one language; null: in its own. */
export interface LanguageSizes {
  language: string | null;
  sizes: PayloadSize[];
}

/**
 * Returns how large `content` is in each of its languages for each provider of the app, or for every one when it has no
 * credential. Refuses nothing: it is to say what is too long. What the app's own URL adds is left out, as it is in a send
 * where it does not fit.
 */
export async function sizesByLanguage(
  ctx: Ctx,
  app: App,
  content: NotificationContent,
): Promise<LanguageSizes[]> {
  const configured = await ctx.db
    .select({ provider: pushCredentials.provider })
    .from(pushCredentials)
    .where(eq(pushCredentials.appId, app.id));
  const providers = configured.map(({ provider }) => provider);
  return inLanguages(ctx, app, content, settingsDefaultsOf(app)).map(({ language, sizes }) => ({
    language,
    sizes: ofProviders(providers, sizes),
  }));
}

function inLanguages(
  ctx: Ctx,
  app: SenderApp,
  content: NotificationContent,
  defaults: ContentDefaults,
): LanguageSizes[] {
  const filled = { ...about(ctx, app, content), defaults };
  return [null, ...Object.keys(content.translations ?? {})].map((language) => ({
    language,
    sizes: ctx.payloadSizes(pushContent(content, filled, language)),
  }));
}

function largest(
  ctx: Ctx,
  app: SenderApp,
  content: NotificationContent,
  defaults: ContentDefaults,
): PayloadSize[] {
  const byProvider = new Map<string, PayloadSize>();
  for (const { sizes } of inLanguages(ctx, app, content, defaults)) {
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
