CREATE INDEX `notifications_started` ON `notifications` (`app_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `subscribers_created` ON `subscribers` (`app_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `subscribers_left` ON `subscribers` (`app_id`,`unsubscribed_at`) WHERE unsubscribed_at IS NOT NULL;