// Looks whether a draft could be sent as it is, and how large it would be; makes nothing.
import { z } from "zod";
import type { App } from "../apps/find-app.ts";
import type { AudienceSize } from "../audiences/audience.ts";
import { EVERYBODY } from "../audiences/targeting.ts";
import { refuse, RefusalError } from "../../kit/refusal.ts";
import type { AccountCtx } from "../context.ts";
import { contentOf } from "../notifications/content.ts";
import { ContentFields } from "../notifications/content-fields.ts";
import { createOrTryNotification } from "../notifications/create-notification.ts";
import { planSchedule, ScheduleFields } from "../notifications/schedule.ts";
import { sizesByLanguage, type LanguageSizes } from "../notifications/sendable.ts";
import type { DraftFields } from "./draft-fields.ts";
import { contentInputOf, inputOf, scheduleInputOf } from "./input-of.ts";

const Content = z.object(ContentFields);
const Time = z.object(ScheduleFields);

/** Returns how many people a draft is for. Refuses what `createNotification` would. */
export async function checkDraft(
  ctx: AccountCtx,
  app: App,
  fields: DraftFields,
): Promise<AudienceSize> {
  try {
    const outcome = await createOrTryNotification(ctx, app, { ...inputOf(fields), dry_run: true });
    if ("made" in outcome) throw new Error("a dry run made a notification");
    const { total, byPlatform } = outcome.tried;
    return { total, byPlatform };
  } catch (error) {
    if (!(error instanceof RefusalError) || error.refusal.code !== "invalid") throw error;
    const { issues } = error.refusal;
    const known = new Set(issues.map(({ path }) => path[0]));
    const others = (await timeIssues(ctx, app, fields)).filter(({ path }) => !known.has(path[0]));
    return refuse({ code: "invalid", issues: [...issues, ...others] });
  }
}

/** What is wrong with the time, which is not looked at while something else is wrong: people want to know all at once. */
async function timeIssues(ctx: AccountCtx, app: App, fields: DraftFields) {
  const { success, data } = Time.safeParse(scheduleInputOf(fields));
  if (!success) return [];
  try {
    await planSchedule(ctx, app.id, EVERYBODY, data);
    return [];
  } catch (error) {
    if (!(error instanceof RefusalError) || error.refusal.code !== "invalid") throw error;
    return error.refusal.issues;
  }
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
