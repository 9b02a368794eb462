// Looks whether a draft could be sent as it is, and how large it would be; makes nothing.
import { z } from "zod";
import type { App } from "../apps/find-app.ts";
import type { AudienceSize } from "../audiences/audience.ts";
import type { AccountCtx } from "../context.ts";
import { contentOf } from "../notifications/content.ts";
import { ContentFields } from "../notifications/content-fields.ts";
import { createOrTryNotification } from "../notifications/create-notification.ts";
import { sizesByLanguage, type LanguageSizes } from "../notifications/sendable.ts";
import type { DraftFields } from "./draft-fields.ts";
import { contentInputOf, inputOf } from "./input-of.ts";

const Content = z.object(ContentFields);

/** Returns how many people a draft is for. Refuses what `createNotification` would. */
export async function checkDraft(
  ctx: AccountCtx,
  app: App,
  fields: DraftFields,
): Promise<AudienceSize> {
  const outcome = await createOrTryNotification(ctx, app, { ...inputOf(fields), dry_run: true });
  if ("made" in outcome) throw new Error("a dry run made a notification");
  const { total, byPlatform } = outcome.tried;
  return { total, byPlatform };
}

/** Returns how large a draft is in each language for each provider; null while its content is not right. */
export async function sizesOfDraft(
  ctx: AccountCtx,
  app: App,
  fields: DraftFields,
): Promise<LanguageSizes[] | null> {
  const { success, data } = Content.safeParse(contentInputOf(fields));
  return success ? sizesByLanguage(ctx, app, contentOf(data)) : null;
}
