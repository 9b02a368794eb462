CREATE TABLE `accounts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`plan_id` integer NOT NULL,
	`build_credits` integer DEFAULT 0 NOT NULL,
	`renewal_anchor` integer NOT NULL,
	`renewal_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "accounts_credits_not_negative" CHECK("accounts"."build_credits" >= 0)
);
--> statement-breakpoint
CREATE INDEX `accounts_renewal` ON `accounts` (`renewal_at`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` integer NOT NULL,
	`name` text NOT NULL,
	`key_hash` text NOT NULL,
	`key_prefix` text NOT NULL,
	`scopes` text NOT NULL,
	`app_ids` text,
	`expires_at` integer,
	`last_used_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_key_hash_unique` ON `api_keys` (`key_hash`);--> statement-breakpoint
CREATE INDEX `api_keys_account` ON `api_keys` (`account_id`);--> statement-breakpoint
CREATE TABLE `credit_ledger` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` integer NOT NULL,
	`delta` integer NOT NULL,
	`reference` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `credit_ledger_reference_unique` ON `credit_ledger` (`reference`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`body_hash` text NOT NULL,
	`status` integer,
	`response` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_created` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE `plans` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`price` real NOT NULL,
	`monthly_credits` integer,
	`rate_limit` integer NOT NULL,
	`features` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plans_name_unique` ON `plans` (`name`);--> statement-breakpoint
CREATE TABLE `subscriptions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` integer NOT NULL,
	`plan_id` integer NOT NULL,
	`status` text NOT NULL,
	`amount` real NOT NULL,
	`payment_method` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscriptions_one_active` ON `subscriptions` (`account_id`) WHERE status = 'active';--> statement-breakpoint
CREATE TABLE `apps` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`account_id` integer NOT NULL,
	`name` text NOT NULL,
	`platform` text NOT NULL,
	`url` text NOT NULL,
	`package_name` text NOT NULL,
	`version_name` text NOT NULL,
	`version_code` integer NOT NULL,
	`config` text NOT NULL,
	`icon_key` text,
	`icon_media_type` text,
	`icon_sha256` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `apps_uuid_unique` ON `apps` (`uuid`);--> statement-breakpoint
CREATE INDEX `apps_account` ON `apps` (`account_id`,`id`);--> statement-breakpoint
CREATE TABLE `keystores` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`algorithm` text NOT NULL,
	`alias` text NOT NULL,
	`certificate_sha256` text NOT NULL,
	`expires_at` integer NOT NULL,
	`sealed` text NOT NULL,
	`sealed_for` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `keystores_account` ON `keystores` (`account_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `keystores_one_debug` ON `keystores` (`account_id`) WHERE kind = 'debug';--> statement-breakpoint
CREATE TABLE `builders` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`token_hash` text NOT NULL,
	`token_prefix` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `builders_token_hash_unique` ON `builders` (`token_hash`);--> statement-breakpoint
CREATE TABLE `builds` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`reference` text NOT NULL,
	`account_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	`status` text NOT NULL,
	`platform` text NOT NULL,
	`build_type` text NOT NULL,
	`build_format` text NOT NULL,
	`version_name` text NOT NULL,
	`version_code` integer NOT NULL,
	`snapshot` text NOT NULL,
	`icon_key` text,
	`icon_media_type` text,
	`icon_sha256` text,
	`keystore_id` integer,
	`cost` integer NOT NULL,
	`artifact_key` text,
	`artifact_size` integer,
	`artifact_sha256` text,
	`error_code` text,
	`error_message` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`completed_at` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`keystore_id`) REFERENCES `keystores`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `builds_reference` ON `builds` (`reference`);--> statement-breakpoint
CREATE INDEX `builds_app` ON `builds` (`app_id`,`id`);--> statement-breakpoint
CREATE INDEX `builds_account_status` ON `builds` (`account_id`,`status`);--> statement-breakpoint
CREATE INDEX `builds_status` ON `builds` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `builds_keystore` ON `builds` (`keystore_id`);