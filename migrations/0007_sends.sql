CREATE TABLE `send_events` (
	`app_id` integer NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`app_id`, `name`),
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `send_instances` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`app_id` integer NOT NULL,
	`ic_token` text NOT NULL,
	`ext_id` text,
	`subscriber_id` integer,
	`facts` text NOT NULL,
	`events` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `send_instances_uuid_unique` ON `send_instances` (`uuid`);--> statement-breakpoint
CREATE UNIQUE INDEX `send_instances_token` ON `send_instances` (`app_id`,`ic_token`);--> statement-breakpoint
CREATE INDEX `send_instances_subscriber` ON `send_instances` (`subscriber_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `send_notifications` (
	`send_id` integer NOT NULL,
	`notification_id` integer NOT NULL,
	PRIMARY KEY(`send_id`, `notification_id`),
	FOREIGN KEY (`send_id`) REFERENCES `sends`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`notification_id`) REFERENCES `notifications`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `send_notifications_notification` ON `send_notifications` (`notification_id`);--> statement-breakpoint
CREATE TABLE `send_pushes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`account_id` integer NOT NULL,
	`default_language` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `send_pushes_uuid_unique` ON `send_pushes` (`uuid`);--> statement-breakpoint
CREATE TABLE `send_translations` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`push_id` integer NOT NULL,
	`language` text NOT NULL,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`image` text,
	`icon` text,
	`url` text,
	FOREIGN KEY (`push_id`) REFERENCES `send_pushes`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `send_translations_language` ON `send_translations` (`push_id`,`language`);--> statement-breakpoint
CREATE TABLE `sends` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` integer NOT NULL,
	`name` text NOT NULL,
	`due_at` integer NOT NULL,
	`due_local` text,
	`filters` text NOT NULL,
	`push_ids` text NOT NULL,
	`binding` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sends_binding_unique` ON `sends` (`binding`);--> statement-breakpoint
CREATE INDEX `sends_account` ON `sends` (`account_id`,`id`);