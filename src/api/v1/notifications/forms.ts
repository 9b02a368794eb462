// What API v1's notifications look like: the contract's fields in lists and after creation, and in the
// details also what its text promises of delivery (docs/contracts.md, App-builder 6).
import { z } from "@hono/zod-openapi";
import type { NotificationContent } from "../../../domain/notifications/content.ts";
import type { ListedNotification } from "../../../domain/notifications/list-notifications.ts";
import type { Notification } from "../../../domain/notifications/visible.ts";
import { microseconds } from "../../../kit/time.ts";
import { Time } from "../forms.ts";
import { shownStatus } from "./status.ts";

const Status = z.enum(["draft", "pending", "scheduled", "sent", "failed", "cancelled"]);

const Basics = z.object({ id: z.int(), title: z.string(), body: z.string(), status: Status });

export const CreatedForm = Basics.extend({ created_at: Time }).openapi("CreatedNotification");

export const ListedForm = Basics.extend({ sent_at: Time.nullable() }).openapi("ListedNotification");

export const NotificationForm = ListedForm.extend({
  created_at: Time,
  image_url: z.string().nullable(),
  scheduled_at: Time.nullable(),
  failure_reason: z.string().nullable(),
  stats: z.object({
    total: z.int(),
    sent: z.int(),
    failed: z.int(),
    delivered: z.int(),
    clicked: z.int(),
  }),
}).openapi("Notification");

function basics({ id, title, body, status }: Omit<ListedNotification, "sentAt">) {
  return { id, title, body, status: Status.parse(shownStatus(status)) };
}

function listed(notification: Notification): ListedNotification {
  const { title, body } = notification.content as NotificationContent;
  return { ...notification, title, body };
}

export function createdForm(notification: Notification): z.input<typeof CreatedForm> {
  return { ...basics(listed(notification)), created_at: microseconds(notification.createdAt) };
}

export function listedForm(notification: ListedNotification): z.input<typeof ListedForm> {
  return { ...basics(notification), sent_at: orNull(notification.sentAt) };
}

export function notificationForm(notification: Notification): z.input<typeof NotificationForm> {
  const { image } = notification.content as NotificationContent;
  return {
    ...listedForm(listed(notification)),
    created_at: microseconds(notification.createdAt),
    image_url: image,
    scheduled_at: orNull(notification.scheduledAt),
    failure_reason: notification.failureReason,
    stats: {
      total: notification.totalCount,
      sent: notification.sentCount,
      failed: notification.failedCount,
      delivered: notification.deliveredCount,
      clicked: notification.clickedCount,
    },
  };
}

function orNull(ms: number | null): string | null {
  return ms === null ? null : microseconds(ms);
}
