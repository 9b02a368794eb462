// Sends what somebody writes to their own devices, as it would come: at once, and without a trace in lists, counters or
// webhooks. It leaves no entry in the audit log either: that a device was called one's own is there (keep-own-devices.ts).
import { z } from "zod";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import type { App } from "../apps/find-app.ts";
import { contentOf } from "../notifications/content.ts";
import { ContentFields } from "../notifications/content-fields.ts";
import { beginSend } from "../notifications/direct/begin-send.ts";
import { insertTest } from "../notifications/direct/insert-direct.ts";
import { targetByIds } from "../notifications/direct/read-target.ts";
import { orNoRoom } from "../notifications/room.ts";
import { checkSendable } from "../notifications/sendable.ts";
import { MAX_OWN_DEVICES, reachedAmong, type ComposerCtx } from "./own-devices.ts";

/** Tests a minute of one person: more than anybody looks at. */
export const TESTS_A_MINUTE = 10;
/** Tests a day of one person: their rows are kept so long. */
export const TESTS_A_DAY = 200;

const Content = z.strictObject(ContentFields);
const Devices = z.strictObject({ devices: z.array(z.string()).max(MAX_OWN_DEVICES) });

/**
 * Sends a test of `content` to those of the person's own devices that `deviceIds` names and that can be reached. Returns how
 * many these are. Refuses `invalid`, for `devices` where none of them can be reached, `notifications_not_configured` and
 * `rate_limited`.
 */
export async function sendTest(
  ctx: ComposerCtx,
  app: App,
  content: unknown,
  deviceIds: unknown,
): Promise<{ devices: number }> {
  const wanted = contentOf(parse(Content, content));
  const { devices: uuids } = parse(Devices, { devices: deviceIds });
  await checkSendable(ctx, app, wanted, true);
  if (uuids.length === 0) refuse(invalidField(["devices"], "must be one at least"));
  const ids = await reachedAmong(ctx, app, uuids);
  if (ids.length === 0) {
    refuse(invalidField(["devices"], "must be of yours, and one that can be reached now"));
  }
  await countTest(ctx);
  const ofApp = { accountId: app.accountId, appId: app.id };
  const target = await targetByIds(ctx, app, ids);
  const [notification] = await orNoRoom(ctx, [app.id], insertTest(ctx, ofApp, wanted, target));
  if (!notification) throw new Error("an inserted notification returned no row");
  await beginSend(ctx, notification, target);
  return { devices: ids.length };
}

/** Counts a test of the person, in this minute and from the first of a day on. Refuses `rate_limited`. */
async function countTest(ctx: ComposerCtx): Promise<void> {
  const { id } = ctx.person;
  const [minute, day] = await Promise.all([
    ctx.rateLimiter(`composing-test:${id}`).hit(),
    ctx.rateLimiter(`composing-test-day:${id}`).hit(DAY_MS),
  ]);
  const over = [
    ...(minute.count > TESTS_A_MINUTE ? [minute.resetAt] : []),
    ...(day.count > TESTS_A_DAY ? [day.resetAt] : []),
  ];
  if (over.length === 0) return;
  const retryAfterS = Math.max(1, Math.ceil((Math.max(...over) - Date.now()) / SECOND_MS));
  refuse({ code: "rate_limited", retryAfterS });
}
