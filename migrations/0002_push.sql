CREATE TABLE `batch_results` (
	`id` integer PRIMARY KEY NOT NULL,
	`outcomes` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `daily_stats` (
	`app_id` integer NOT NULL,
	`date` text NOT NULL,
	`sent` integer NOT NULL,
	`delivered` integer NOT NULL,
	`clicked` integer NOT NULL,
	`failed` integer NOT NULL,
	`new_subscribers` integer NOT NULL,
	`unsubscribes` integer NOT NULL,
	PRIMARY KEY(`app_id`, `date`)
);
--> statement-breakpoint
CREATE TABLE `engagements` (
	`notification_id` integer NOT NULL,
	`subscriber_id` integer NOT NULL,
	`kind` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`notification_id`, `subscriber_id`, `kind`)
);
--> statement-breakpoint
CREATE TABLE `notifications` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`account_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	`status` text NOT NULL,
	`content` text NOT NULL,
	`targeting` text,
	`scheduled_at` integer,
	`scheduled_local` text,
	`sent_at` integer,
	`failure_reason` text,
	`total_count` integer DEFAULT 0 NOT NULL,
	`total_batches` integer DEFAULT 0 NOT NULL,
	`completed_batches` integer DEFAULT 0 NOT NULL,
	`sent_count` integer DEFAULT 0 NOT NULL,
	`failed_count` integer DEFAULT 0 NOT NULL,
	`delivered_count` integer DEFAULT 0 NOT NULL,
	`clicked_count` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notifications_uuid_unique` ON `notifications` (`uuid`);--> statement-breakpoint
CREATE INDEX `notifications_app` ON `notifications` (`app_id`,`id`);--> statement-breakpoint
CREATE INDEX `notifications_due` ON `notifications` (`status`,`scheduled_at`);--> statement-breakpoint
CREATE TABLE `push_credentials` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	`provider` text NOT NULL,
	`shown` text NOT NULL,
	`sealed` text NOT NULL,
	`sealed_for` text NOT NULL,
	`version` integer NOT NULL,
	`flag` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `push_credentials_provider` ON `push_credentials` (`app_id`,`provider`);--> statement-breakpoint
CREATE TABLE `subscribers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`account_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	`platform` text NOT NULL,
	`provider` text NOT NULL,
	`token` text NOT NULL,
	`p256dh` text,
	`auth` text,
	`user_id` text,
	`tags` text NOT NULL,
	`language` text,
	`country` text,
	`timezone` text,
	`status` text NOT NULL,
	`secret_hash` text,
	`token_since` integer NOT NULL,
	`last_active_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`unsubscribed_at` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscribers_uuid_unique` ON `subscribers` (`uuid`);--> statement-breakpoint
CREATE UNIQUE INDEX `subscribers_token` ON `subscribers` (`app_id`,`token`);--> statement-breakpoint
CREATE INDEX `subscribers_audience` ON `subscribers` (`app_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `subscribers_user` ON `subscribers` (`app_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `subscribers_secret` ON `subscribers` (`secret_hash`);--> statement-breakpoint
CREATE INDEX `subscribers_activity` ON `subscribers` (`status`,`last_active_at`);--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`webhook_id` integer NOT NULL,
	`event` text NOT NULL,
	`body` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`response_status` integer,
	`error` text,
	`next_attempt_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_deliveries_uuid_unique` ON `webhook_deliveries` (`uuid`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_webhook` ON `webhook_deliveries` (`webhook_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_due` ON `webhook_deliveries` (`status`,`next_attempt_at`);--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`account_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	`url` text NOT NULL,
	`secret_sealed` text NOT NULL,
	`events` text NOT NULL,
	`enabled` integer NOT NULL,
	`failures_in_a_row` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhooks_uuid_unique` ON `webhooks` (`uuid`);--> statement-breakpoint
CREATE INDEX `webhooks_app` ON `webhooks` (`app_id`);--> statement-breakpoint
ALTER TABLE `apps` ADD `public_key` text;--> statement-breakpoint
ALTER TABLE `apps` ADD `push_settings` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `apps_public_key_unique` ON `apps` (`public_key`);--> statement-breakpoint
UPDATE `apps` SET `public_key` = 'pk_' || lower(hex(randomblob(16)));
