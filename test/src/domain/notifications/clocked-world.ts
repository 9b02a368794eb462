// Notifications whose clock tests set, for tests of their life in the database and of what a run does there.
import { createNotification } from "../../../../src/domain/notifications/create-notification.ts";
import { RefusalError } from "../../../../src/kit/refusal.ts";
import { notificationWorld, type NotificationWorld } from "../../../support/notifications.ts";
import { rows } from "../../../support/worker.ts";

export const NOW = Date.UTC(2030, 5, 1, 12);
export const HOUR = 3_600_000;

/** A world whose clock says what `clock.now` is. */
export async function clockedWorld() {
  const clock = { now: NOW };
  return { ...(await notificationWorld(() => clock.now)), clock };
}

/** Makes a notification, in the words of the push API. */
export async function create(
  { ctx, app }: NotificationWorld,
  fields: Record<string, unknown> = {},
) {
  return createNotification(ctx, app, { title: "Hello", body: "World", ...fields });
}

/** The row as it is now. */
export async function stored(id: number) {
  const [row] = await rows("SELECT * FROM notifications WHERE id = ?", id);
  return row;
}

/** The refusal that `work` ends with. */
export async function refusal(work: Promise<unknown>) {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RefusalError)) throw new Error(`not refused: ${String(error)}`);
  return error.refusal;
}

/** A time, ms, as the field that schedules for it. */
export const at = (ms: number) => ({ scheduled_at: new Date(ms).toISOString() });
