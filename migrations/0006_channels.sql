CREATE TABLE `channel_codes` (
	`channel_id` text NOT NULL,
	`iuid` text NOT NULL,
	`code_hash` text NOT NULL,
	`sealed` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`channel_id`, `iuid`),
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `channel_codes_code_hash_unique` ON `channel_codes` (`code_hash`);--> statement-breakpoint
CREATE INDEX `channel_codes_expiry` ON `channel_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `channel_devices` (
	`subscription_id` text NOT NULL,
	`subscriber_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`subscription_id`, `subscriber_id`),
	FOREIGN KEY (`subscription_id`) REFERENCES `channel_subscriptions`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `channel_devices_subscriber` ON `channel_devices` (`subscriber_id`);--> statement-breakpoint
CREATE TABLE `channel_notifications` (
	`id` text PRIMARY KEY NOT NULL,
	`subscription_id` text NOT NULL,
	`content` text NOT NULL,
	`read_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`subscription_id`) REFERENCES `channel_subscriptions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `channel_notifications_subscription` ON `channel_notifications` (`subscription_id`,`id`);--> statement-breakpoint
CREATE TABLE `channel_subscriptions` (
	`id` text PRIMARY KEY NOT NULL,
	`channel_id` text NOT NULL,
	`iuid` text NOT NULL,
	`subscriber` text NOT NULL,
	`mute` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `channel_subscriptions_channel` ON `channel_subscriptions` (`channel_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `channel_subscriptions_iuid` ON `channel_subscriptions` (`channel_id`,`iuid`);--> statement-breakpoint
CREATE TABLE `channels` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	`name` text NOT NULL,
	`callback_id` integer NOT NULL,
	`key_hash` text NOT NULL,
	`key_prefix` text NOT NULL,
	`previous_key_hash` text,
	`previous_key_ends_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`callback_id`) REFERENCES `webhooks`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `channels_key_hash_unique` ON `channels` (`key_hash`);--> statement-breakpoint
CREATE INDEX `channels_account` ON `channels` (`account_id`,`id`);--> statement-breakpoint
CREATE INDEX `channels_app` ON `channels` (`app_id`);--> statement-breakpoint
CREATE INDEX `channels_callback` ON `channels` (`callback_id`);--> statement-breakpoint
CREATE INDEX `channels_previous_key` ON `channels` (`previous_key_hash`);--> statement-breakpoint
ALTER TABLE `webhooks` ADD `kind` text DEFAULT 'webhook' NOT NULL;--> statement-breakpoint
CREATE TRIGGER `channel_devices_last` AFTER DELETE ON `channel_devices`
WHEN NOT EXISTS (
  SELECT 1 FROM `channel_devices` WHERE `subscription_id` = OLD.`subscription_id`
)
BEGIN
  DELETE FROM `channel_subscriptions` WHERE `id` = OLD.`subscription_id`;
END;
