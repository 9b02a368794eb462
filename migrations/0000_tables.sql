CREATE TABLE `account_counts` (
	`account_id` integer PRIMARY KEY NOT NULL,
	`answers` integer DEFAULT 0 NOT NULL,
	`campaigns` integer DEFAULT 0 NOT NULL,
	`templates` integer DEFAULT 0 NOT NULL,
	`channel_codes` integer DEFAULT 0 NOT NULL,
	`audit_entries` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `account_days` (
	`account_id` integer NOT NULL,
	`date` text NOT NULL,
	`completed` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`cancelled` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`account_id`, `date`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `account_days_date` ON `account_days` (`date`);--> statement-breakpoint
CREATE TABLE `accounts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`plan_id` integer NOT NULL,
	`build_credits` integer DEFAULT 0 NOT NULL,
	`renewal_anchor` integer NOT NULL,
	`renewal_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`deleted_at` integer,
	`emptied_at` integer,
	`suspended_at` integer,
	`suspended_reason` text,
	FOREIGN KEY (`plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "accounts_credits_not_negative" CHECK("accounts"."build_credits" >= 0),
	CONSTRAINT "accounts_suspended_for" CHECK((suspended_at IS NULL) = (suspended_reason IS NULL))
);
--> statement-breakpoint
CREATE INDEX `accounts_name` ON `accounts` (name COLLATE NOCASE);--> statement-breakpoint
CREATE INDEX `accounts_email` ON `accounts` (email COLLATE NOCASE);--> statement-breakpoint
CREATE INDEX `accounts_plan` ON `accounts` (`plan_id`);--> statement-breakpoint
CREATE INDEX `accounts_suspended` ON `accounts` (`id`) WHERE suspended_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `accounts_deleting` ON `accounts` (`deleted_at`) WHERE deleted_at IS NOT NULL AND emptied_at IS NULL;--> statement-breakpoint
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
	`balance` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `credit_ledger_reference_unique` ON `credit_ledger` (`reference`);--> statement-breakpoint
CREATE INDEX `credit_ledger_account` ON `credit_ledger` (`account_id`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` integer DEFAULT 0 NOT NULL,
	`body_hash` text NOT NULL,
	`status` integer,
	`response` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_created` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE INDEX `idempotency_keys_account` ON `idempotency_keys` (`account_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `idempotency_keys_large` ON `idempotency_keys` (`account_id`,`created_at`) WHERE length(response) > 16384;--> statement-breakpoint
CREATE TABLE `plan_subscriptions` (
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
CREATE UNIQUE INDEX `plan_subscriptions_one_active` ON `plan_subscriptions` (`account_id`) WHERE status = 'active';--> statement-breakpoint
CREATE TABLE `plans` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`price` real NOT NULL,
	`monthly_credits` integer,
	`rate_limit` integer NOT NULL,
	`push_rate_limit` integer DEFAULT 100 NOT NULL,
	`registration_rate_limit` integer DEFAULT 30 NOT NULL,
	`max_subscribers` integer DEFAULT 10000 NOT NULL,
	`features` text NOT NULL,
	`accounts` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plans_name_unique` ON `plans` (`name`);--> statement-breakpoint
CREATE TABLE `app_counts` (
	`app_id` integer PRIMARY KEY NOT NULL,
	`subscribers` integer DEFAULT 0 NOT NULL,
	`web_active` integer DEFAULT 0 NOT NULL,
	`web_inactive` integer DEFAULT 0 NOT NULL,
	`web_unsubscribed` integer DEFAULT 0 NOT NULL,
	`ios_active` integer DEFAULT 0 NOT NULL,
	`ios_inactive` integer DEFAULT 0 NOT NULL,
	`ios_unsubscribed` integer DEFAULT 0 NOT NULL,
	`android_active` integer DEFAULT 0 NOT NULL,
	`android_inactive` integer DEFAULT 0 NOT NULL,
	`android_unsubscribed` integer DEFAULT 0 NOT NULL,
	`web_push_web` integer DEFAULT 0 NOT NULL,
	`web_push_android` integer DEFAULT 0 NOT NULL,
	`inboxes` integer DEFAULT 0 NOT NULL,
	`unreachable` integer DEFAULT 0 NOT NULL,
	`notifications` integer DEFAULT 0 NOT NULL,
	`unsent` integer DEFAULT 0 NOT NULL,
	`builds` integer DEFAULT 0 NOT NULL,
	`builds_completed` integer DEFAULT 0 NOT NULL,
	`builds_failed` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
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
	`foreground_key` text,
	`foreground_media_type` text,
	`foreground_sha256` text,
	`monochrome_key` text,
	`monochrome_media_type` text,
	`monochrome_sha256` text,
	`public_key` text,
	`push_settings` text DEFAULT '{}' NOT NULL,
	`identity_secret_sealed` text,
	`identity_secret_at` integer,
	`previous_identity_secret_sealed` text,
	`previous_identity_secret_ends_at` integer,
	`play_signing_sha256` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `apps_uuid_unique` ON `apps` (`uuid`);--> statement-breakpoint
CREATE UNIQUE INDEX `apps_public_key_unique` ON `apps` (`public_key`);--> statement-breakpoint
CREATE INDEX `apps_account` ON `apps` (`account_id`,`id`);--> statement-breakpoint
CREATE TABLE `keystore_apps` (
	`keystore_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	PRIMARY KEY(`keystore_id`, `app_id`),
	FOREIGN KEY (`keystore_id`) REFERENCES `keystores`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `keystore_apps_app` ON `keystore_apps` (`app_id`);--> statement-breakpoint
CREATE TABLE `keystores` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`algorithm` text NOT NULL,
	`alias` text NOT NULL,
	`certificate_sha256` text NOT NULL,
	`certificate_sha1` text NOT NULL,
	`released_at` integer,
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
	`draining_since` integer,
	`drain_changes` integer DEFAULT 0 NOT NULL,
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
	`foreground_key` text,
	`foreground_media_type` text,
	`foreground_sha256` text,
	`monochrome_key` text,
	`monochrome_media_type` text,
	`monochrome_sha256` text,
	`keystore_id` integer,
	`certificate_sha256` text NOT NULL,
	`certificate_sha1` text NOT NULL,
	`debuggable` integer DEFAULT false NOT NULL,
	`adi_token` text,
	`api_origin` text,
	`cost` integer NOT NULL,
	`charged` integer DEFAULT false NOT NULL,
	`artifact_key` text,
	`artifact_size` integer,
	`artifact_sha256` text,
	`install_generation` integer DEFAULT 0 NOT NULL,
	`install_revoked_at` integer,
	`error_code` text,
	`error_message` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`completed_at` integer,
	`builder_id` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `builds_reference` ON `builds` (`reference`);--> statement-breakpoint
CREATE INDEX `builds_app` ON `builds` (`app_id`,`id`);--> statement-breakpoint
CREATE INDEX `builds_account_status` ON `builds` (`account_id`,`status`);--> statement-breakpoint
CREATE INDEX `builds_app_status` ON `builds` (`app_id`,`status`);--> statement-breakpoint
CREATE INDEX `builds_made` ON `builds` (`app_id`,`build_format`) WHERE status = 'completed';--> statement-breakpoint
CREATE INDEX `builds_proofs` ON `builds` (`app_id`) WHERE adi_token IS NOT NULL;--> statement-breakpoint
CREATE INDEX `builds_status` ON `builds` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `builds_keystore` ON `builds` (`keystore_id`);--> statement-breakpoint
CREATE INDEX `builds_of_status` ON `builds` (`status`,`id`);--> statement-breakpoint
CREATE INDEX `builds_builder` ON `builds` (`builder_id`,`status`);--> statement-breakpoint
CREATE TABLE `failed_icons` (
	`account_id` integer NOT NULL,
	`sha256` text NOT NULL,
	`build_id` integer NOT NULL,
	`reason` text NOT NULL,
	`tried_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `sha256`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `failed_icons_known` ON `failed_icons` (`sha256`,`tried_at`);--> statement-breakpoint
CREATE INDEX `failed_icons_tried` ON `failed_icons` (`tried_at`);--> statement-breakpoint
CREATE TABLE `releases` (
	`account_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	`package_name` text NOT NULL,
	`certificate_sha256` text NOT NULL,
	`version_code` integer NOT NULL,
	`has_apk` integer NOT NULL,
	`has_aab` integer NOT NULL,
	`build_id` integer NOT NULL,
	`keystore_id` integer NOT NULL,
	PRIMARY KEY(`app_id`, `package_name`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `releases_certificate` ON `releases` (`account_id`,`certificate_sha256`);--> statement-breakpoint
CREATE TABLE `inboxes` (
	`subscriber_id` integer PRIMARY KEY NOT NULL,
	`entries` text NOT NULL,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE cascade
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
	`started_at` integer,
	`sent_at` integer,
	`failure_reason` text,
	`total_count` integer DEFAULT 0 NOT NULL,
	`total_batches` integer DEFAULT 0 NOT NULL,
	`completed_batches` integer DEFAULT 0 NOT NULL,
	`sent_count` integer DEFAULT 0 NOT NULL,
	`failed_count` integer DEFAULT 0 NOT NULL,
	`result_totals` text DEFAULT '{}' NOT NULL,
	`metered` text,
	`delivered_count` integer DEFAULT 0 NOT NULL,
	`clicked_count` integer DEFAULT 0 NOT NULL,
	`delivered_from` integer,
	`is_test` integer DEFAULT false NOT NULL,
	`has_run` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "notifications_direct_at_once" CHECK(has_run = 1 OR started_at IS created_at)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notifications_uuid_unique` ON `notifications` (`uuid`);--> statement-breakpoint
CREATE INDEX `notifications_app` ON `notifications` (`app_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `notifications_later` ON `notifications` (`app_id`,`started_at`) WHERE started_at <> created_at;--> statement-breakpoint
CREATE INDEX `notifications_listed` ON `notifications` (`app_id`,`status`,`id`) WHERE targeting ->> 'type' IS NOT 'subscribers';--> statement-breakpoint
CREATE INDEX `notifications_direct` ON `notifications` (`app_id`,`status`,`id`) WHERE targeting ->> 'type' = 'subscribers' AND (has_run = 1 OR status <> 'sending');--> statement-breakpoint
CREATE INDEX `notifications_due` ON `notifications` (`status`,`scheduled_at`) WHERE has_run = 1 AND status IN ('scheduled', 'sending', 'finalizing');--> statement-breakpoint
CREATE INDEX `notifications_turns` ON `notifications` (`account_id`,`scheduled_at`) WHERE status = 'scheduled';--> statement-breakpoint
CREATE INDEX `notifications_of_all` ON `notifications` (`status`,`id`) WHERE targeting ->> 'type' IS NOT 'subscribers' AND status <> 'draft';--> statement-breakpoint
CREATE INDEX `notifications_of_account` ON `notifications` (`account_id`,`status`,`id`) WHERE targeting ->> 'type' IS NOT 'subscribers' AND status <> 'draft';--> statement-breakpoint
CREATE INDEX `notifications_tests` ON `notifications` (`created_at`) WHERE is_test = 1;--> statement-breakpoint
CREATE INDEX `notifications_resting` ON `notifications` (`status`,`updated_at`) WHERE status IN ('draft', 'sent', 'failed', 'cancelled') AND (targeting ->> 'type' IS NOT 'subscribers' OR status = 'failed');--> statement-breakpoint
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
	`is_flag_doubt` integer DEFAULT false NOT NULL,
	`accepted_by` text DEFAULT '[]' NOT NULL,
	`is_reviving` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `push_credentials_provider` ON `push_credentials` (`app_id`,`provider`);--> statement-breakpoint
CREATE INDEX `push_credentials_reviving` ON `push_credentials` (`id`) WHERE is_reviving = 1;--> statement-breakpoint
CREATE INDEX `push_credentials_flagged` ON `push_credentials` (`id`) WHERE flag IS NOT NULL;--> statement-breakpoint
CREATE TABLE `subscribers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`account_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	`platform` text NOT NULL,
	`provider` text NOT NULL,
	`token` text,
	`lost_token` text,
	`p256dh` text,
	`auth` text,
	`user_id` text,
	`tags` text NOT NULL,
	`language` text,
	`country` text,
	`timezone` text,
	`status` text NOT NULL,
	`secret_hash` text,
	`vouched` integer DEFAULT false NOT NULL,
	`vouched_token` text,
	`token_since` integer NOT NULL,
	`registered_at` integer,
	`retired_as` text,
	`retired_at` integer,
	`last_active_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`unsubscribed_at` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "subscribers_active_has_address" CHECK((token IS NOT NULL AND provider <> 'inbox') OR (token IS NULL AND (status <> 'active' OR provider = 'inbox')))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscribers_uuid_unique` ON `subscribers` (`uuid`);--> statement-breakpoint
CREATE UNIQUE INDEX `subscribers_token` ON `subscribers` (`app_id`,`token`);--> statement-breakpoint
CREATE INDEX `subscribers_audience` ON `subscribers` (`app_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `subscribers_lost` ON `subscribers` (`app_id`,`lost_token`) WHERE lost_token IS NOT NULL;--> statement-breakpoint
CREATE INDEX `subscribers_spare` ON `subscribers` (`app_id`,`id`) WHERE status = 'inactive' AND vouched = 0;--> statement-breakpoint
CREATE INDEX `subscribers_user` ON `subscribers` (`app_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `subscribers_secret` ON `subscribers` (`secret_hash`);--> statement-breakpoint
CREATE INDEX `subscribers_activity` ON `subscribers` (`status`,`last_active_at`);--> statement-breakpoint
CREATE INDEX `subscribers_doubted` ON `subscribers` (`app_id`,`provider`) WHERE retired_as = 'doubted';--> statement-breakpoint
CREATE INDEX `subscribers_inbox` ON `subscribers` (`app_id`,`vouched`,(last_active_at >= created_at + 43200000),`last_active_at`) WHERE provider = 'inbox';--> statement-breakpoint
CREATE INDEX `subscribers_inbox_silent` ON `subscribers` (`last_active_at`) WHERE provider = 'inbox';--> statement-breakpoint
CREATE TABLE `tag_blocks` (
	`app_id` integer NOT NULL,
	`tag` text NOT NULL,
	`block` integer NOT NULL,
	`members` text NOT NULL,
	PRIMARY KEY(`app_id`, `tag`, `block`)
);
--> statement-breakpoint
CREATE TABLE `batch_results` (
	`id` integer PRIMARY KEY NOT NULL,
	`results` text NOT NULL
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
CREATE INDEX `engagements_clicks` ON `engagements` (`notification_id`,`at`) WHERE kind = 'clicked';--> statement-breakpoint
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
	`response_body` text,
	`proof` text,
	`attempt_log` text DEFAULT '[]' NOT NULL,
	`attempted_at` integer,
	`duration_ms` integer,
	`next_attempt_at` integer,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	`lane` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_deliveries_uuid_unique` ON `webhook_deliveries` (`uuid`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_webhook` ON `webhook_deliveries` (`webhook_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_due` ON `webhook_deliveries` (`status`,`lane`,`next_attempt_at`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_lane` ON `webhook_deliveries` (`lane`,`next_attempt_at`) WHERE lane IS NOT NULL;--> statement-breakpoint
CREATE INDEX `webhook_deliveries_held` ON `webhook_deliveries` (`webhook_id`,`id`) WHERE status = 'pending' AND next_attempt_at IS NULL;--> statement-breakpoint
CREATE INDEX `webhook_deliveries_failed` ON `webhook_deliveries` (`webhook_id`,`ended_at`) WHERE status = 'failed';--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`account_id` integer NOT NULL,
	`app_id` integer,
	`url` text NOT NULL,
	`secret_sealed` text NOT NULL,
	`previous_secret_sealed` text,
	`previous_secret_ends_at` integer,
	`events` text NOT NULL,
	`enabled` integer NOT NULL,
	`failures_in_a_row` integer DEFAULT 0 NOT NULL,
	`failing_since` integer,
	`last_success_at` integer,
	`disabled_at` integer,
	`disabled_reason` text,
	`holds` integer DEFAULT false NOT NULL,
	`pause_ends_at` integer,
	`turn_of` integer,
	`turn_until` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`kind` text DEFAULT 'webhook' NOT NULL,
	`deliveries` integer DEFAULT 0 NOT NULL,
	`slow_until` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhooks_uuid_unique` ON `webhooks` (`uuid`);--> statement-breakpoint
CREATE INDEX `webhooks_app` ON `webhooks` (`app_id`);--> statement-breakpoint
CREATE INDEX `webhooks_listed` ON `webhooks` (`account_id`,`id`) WHERE kind = 'webhook';--> statement-breakpoint
CREATE INDEX `webhooks_account` ON `webhooks` (`account_id`) WHERE app_id IS NULL;--> statement-breakpoint
CREATE INDEX `webhooks_holding` ON `webhooks` (`id`) WHERE holds = 1;--> statement-breakpoint
CREATE INDEX `webhooks_slow` ON `webhooks` (`slow_until`) WHERE slow_until IS NOT NULL;--> statement-breakpoint
CREATE INDEX `webhooks_failed` ON `webhooks` (`disabled_at`) WHERE disabled_reason IS NOT NULL;--> statement-breakpoint
CREATE TABLE `channel_codes` (
	`channel_id` text NOT NULL,
	`account_id` integer NOT NULL,
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
CREATE TABLE `channel_messages` (
	`id` text NOT NULL,
	`subscription_id` text NOT NULL,
	`content` text NOT NULL,
	`read_at` integer,
	`created_at` integer NOT NULL,
	`place` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`subscription_id`, `id`),
	FOREIGN KEY (`subscription_id`) REFERENCES `channel_subscriptions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `channel_subscriptions` (
	`id` text PRIMARY KEY NOT NULL,
	`channel_id` text NOT NULL,
	`iuid` text NOT NULL,
	`subscriber` text NOT NULL,
	`mute` integer NOT NULL,
	`link_generation` integer DEFAULT 0 NOT NULL,
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
CREATE TABLE `campaign_notifications` (
	`campaign_id` integer NOT NULL,
	`notification_id` integer NOT NULL,
	PRIMARY KEY(`campaign_id`, `notification_id`),
	FOREIGN KEY (`campaign_id`) REFERENCES `campaigns`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`notification_id`) REFERENCES `notifications`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `campaign_notifications_notification` ON `campaign_notifications` (`notification_id`);--> statement-breakpoint
CREATE TABLE `campaigns` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` integer NOT NULL,
	`name` text NOT NULL,
	`due_at` integer NOT NULL,
	`due_local` text,
	`ended_at` integer,
	`template_ids` text NOT NULL,
	`filters` text NOT NULL,
	`revision` text NOT NULL,
	`created_at` integer NOT NULL,
	`instant` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `campaigns_revision_unique` ON `campaigns` (`revision`);--> statement-breakpoint
CREATE INDEX `campaigns_account` ON `campaigns` (`account_id`,`id`);--> statement-breakpoint
CREATE TABLE `installations` (
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
CREATE UNIQUE INDEX `installations_uuid_unique` ON `installations` (`uuid`);--> statement-breakpoint
CREATE UNIQUE INDEX `installations_token` ON `installations` (`app_id`,`ic_token`);--> statement-breakpoint
CREATE INDEX `installations_subscriber` ON `installations` (`subscriber_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `installations_ext_id` ON `installations` (`app_id`,`ext_id`) WHERE ext_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `installations_unreachable` ON `installations` (`app_id`,`id`) WHERE subscriber_id IS NULL;--> statement-breakpoint
CREATE TABLE `lifecycle_events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`app_id` integer NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `lifecycle_events_name` ON `lifecycle_events` (`app_id`,`name`);--> statement-breakpoint
CREATE INDEX `lifecycle_events_used` ON `lifecycle_events` (`last_used_at`);--> statement-breakpoint
CREATE TABLE `template_translations` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`template_id` integer NOT NULL,
	`language` text NOT NULL,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`image` text,
	`icon` text,
	`url` text,
	FOREIGN KEY (`template_id`) REFERENCES `templates`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `template_translations_language` ON `template_translations` (`template_id`,`language`);--> statement-breakpoint
CREATE TABLE `templates` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`account_id` integer NOT NULL,
	`default_language` text NOT NULL,
	`app_ids` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `templates_uuid_unique` ON `templates` (`uuid`);--> statement-breakpoint
CREATE INDEX `templates_account` ON `templates` (`account_id`,`id`);--> statement-breakpoint
CREATE TABLE `draft_editors` (
	`draft_id` integer NOT NULL,
	`user_id` text NOT NULL,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`draft_id`, `user_id`),
	FOREIGN KEY (`draft_id`) REFERENCES `drafts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `drafts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`account_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	`fields` text NOT NULL,
	`version` integer NOT NULL,
	`notification_id` integer,
	`copied_from` text,
	`created_by` text NOT NULL,
	`updated_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`notification_id`) REFERENCES `notifications`(`id`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "drafts_version" CHECK(version > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `drafts_uuid_unique` ON `drafts` (`uuid`);--> statement-breakpoint
CREATE INDEX `drafts_app` ON `drafts` (`app_id`,`updated_at`);--> statement-breakpoint
CREATE INDEX `drafts_updated` ON `drafts` (`updated_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `drafts_notification` ON `drafts` (`notification_id`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` integer NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`token_hash` text NOT NULL,
	`invited_by` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`invited_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_token_hash_unique` ON `invitations` (`token_hash`);--> statement-breakpoint
CREATE INDEX `invitations_account` ON `invitations` (`account_id`,`email`);--> statement-breakpoint
CREATE INDEX `invitations_inviter` ON `invitations` (`invited_by`);--> statement-breakpoint
CREATE TABLE `logins` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`login_id` text NOT NULL,
	`password` text,
	`access_token` text,
	`refresh_token` text,
	`id_token` text,
	`access_token_expires_at` integer,
	`refresh_token_expires_at` integer,
	`scope` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `logins_user` ON `logins` (`user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `logins_provider` ON `logins` (`login_id`,`provider_id`);--> statement-breakpoint
CREATE TABLE `memberships` (
	`account_id` integer NOT NULL,
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `user_id`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `memberships_user` ON `memberships` (`user_id`);--> statement-breakpoint
CREATE TABLE `operator_visits` (
	`session_id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`account_id` integer NOT NULL,
	`ends_at` integer NOT NULL,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `operators`(`user_id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `operator_visits_user` ON `operator_visits` (`user_id`);--> statement-breakpoint
CREATE INDEX `operator_visits_account` ON `operator_visits` (`account_id`);--> statement-breakpoint
CREATE TABLE `operators` (
	`user_id` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`credential_id` text NOT NULL,
	`public_key` text NOT NULL,
	`counter` integer NOT NULL,
	`is_backed_up` integer NOT NULL,
	`transports` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `passkeys_credential_id_unique` ON `passkeys` (`credential_id`);--> statement-breakpoint
CREATE INDEX `passkeys_user` ON `passkeys` (`user_id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`token` text NOT NULL,
	`expires_at` integer NOT NULL,
	`ip_address` text,
	`user_agent` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_token_unique` ON `sessions` (`token`);--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_expires` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `setup_tokens` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE TABLE `two_factors` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`secret` text NOT NULL,
	`backup_codes` text NOT NULL,
	`verified` integer DEFAULT true,
	`failed_verification_count` integer DEFAULT 0,
	`locked_until` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `two_factors_user` ON `two_factors` (`user_id`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`email_verified` integer NOT NULL,
	`image` text,
	`is_vouched` integer DEFAULT false NOT NULL,
	`two_factor_enabled` integer DEFAULT false,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_unique` ON `users` (`email`);--> statement-breakpoint
CREATE INDEX `users_unconfirmed` ON `users` (`created_at`) WHERE email_verified = 0;--> statement-breakpoint
CREATE TABLE `verifications` (
	`id` text PRIMARY KEY NOT NULL,
	`identifier` text NOT NULL,
	`value` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `verifications_identifier` ON `verifications` (`identifier`);--> statement-breakpoint
CREATE INDEX `verifications_expires` ON `verifications` (`expires_at`);--> statement-breakpoint
CREATE TABLE `audit_entries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` integer NOT NULL,
	`who` text NOT NULL,
	`who_name` text NOT NULL,
	`did` text NOT NULL,
	`kind` text NOT NULL,
	`thing_id` text,
	`thing_name` text,
	`facts` text NOT NULL,
	`address` text,
	`request_id` text,
	`agent` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `audit_entries_account` ON `audit_entries` (`account_id`);--> statement-breakpoint
CREATE INDEX `audit_entries_who` ON `audit_entries` (`account_id`,`who`);--> statement-breakpoint
CREATE INDEX `audit_entries_kind` ON `audit_entries` (`account_id`,`kind`);--> statement-breakpoint
CREATE INDEX `audit_entries_keys` ON `audit_entries` (`account_id`) WHERE substr(who, 1, 4) = 'key:';--> statement-breakpoint
CREATE TABLE `unreached` (
	`notification_id` integer NOT NULL,
	`part` integer NOT NULL,
	`of_uuid` text NOT NULL,
	`ids` text NOT NULL,
	PRIMARY KEY(`notification_id`, `part`),
	FOREIGN KEY (`notification_id`) REFERENCES `notifications`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `unreached_of` ON `unreached` (`of_uuid`,`part`);--> statement-breakpoint
CREATE TABLE `segment_uses` (
	`notification_id` integer NOT NULL,
	`segment_id` integer NOT NULL,
	`times` integer NOT NULL,
	`besides` integer NOT NULL,
	PRIMARY KEY(`notification_id`, `segment_id`),
	FOREIGN KEY (`notification_id`) REFERENCES `notifications`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`segment_id`) REFERENCES `segments`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `segment_uses_segment` ON `segment_uses` (`segment_id`);--> statement-breakpoint
CREATE TABLE `segments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`account_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`targeting` text NOT NULL,
	`conditions` integer NOT NULL,
	`used` integer DEFAULT 0 NOT NULL,
	`last_used_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `segments_uuid_unique` ON `segments` (`uuid`);--> statement-breakpoint
CREATE UNIQUE INDEX `segments_name` ON `segments` (`app_id`,`name_key`);--> statement-breakpoint
CREATE TABLE `own_devices` (
	`subscriber_id` integer NOT NULL,
	`user_id` text NOT NULL,
	`account_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	`agent` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`subscriber_id`, `user_id`),
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`account_id`,`user_id`) REFERENCES `memberships`(`account_id`,`user_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `own_devices_user` ON `own_devices` (`account_id`,`user_id`,`app_id`);--> statement-breakpoint
CREATE TABLE `imports` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`account_id` integer NOT NULL,
	`app_id` integer NOT NULL,
	`state` text NOT NULL,
	`file_name` text NOT NULL,
	`encoding` text NOT NULL,
	`delimiter` text NOT NULL,
	`columns` text NOT NULL,
	`preview` text NOT NULL,
	`rows` integer NOT NULL,
	`chunks` text NOT NULL,
	`cursor` integer DEFAULT 0 NOT NULL,
	`new_rows` integer DEFAULT 0 NOT NULL,
	`known_rows` integer DEFAULT 0 NOT NULL,
	`invalid_rows` integer DEFAULT 0 NOT NULL,
	`created` integer DEFAULT 0 NOT NULL,
	`changed` integer DEFAULT 0 NOT NULL,
	`refused` integer DEFAULT 0 NOT NULL,
	`failure` text,
	`by_name` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`ended_at` integer,
	`files_until` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `imports_uuid_unique` ON `imports` (`uuid`);--> statement-breakpoint
CREATE INDEX `imports_app` ON `imports` (`app_id`,`id`);--> statement-breakpoint
CREATE INDEX `imports_open` ON `imports` (`account_id`) WHERE state IN ('counting', 'ready', 'running');--> statement-breakpoint
CREATE INDEX `imports_moving` ON `imports` (`updated_at`) WHERE state IN ('counting', 'running');--> statement-breakpoint
CREATE INDEX `imports_files` ON `imports` (`files_until`) WHERE files_until IS NOT NULL;--> statement-breakpoint
CREATE INDEX `imports_created` ON `imports` (`created_at`);--> statement-breakpoint
CREATE TABLE `erasures` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`app_id` integer NOT NULL,
	`user_id` text NOT NULL,
	`alias` text NOT NULL,
	`devices` text NOT NULL,
	`subscriptions` text NOT NULL,
	`last_subscriber` integer NOT NULL,
	`stage` text NOT NULL,
	`webhook_id` integer DEFAULT 0 NOT NULL,
	`cursor` integer DEFAULT 0 NOT NULL,
	`waits` integer DEFAULT false NOT NULL,
	`due_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `erasures_uuid_unique` ON `erasures` (`uuid`);--> statement-breakpoint
CREATE INDEX `erasures_due` ON `erasures` (`due_at`);--> statement-breakpoint
CREATE INDEX `erasures_app` ON `erasures` (`app_id`);--> statement-breakpoint
CREATE TABLE `cron_runs` (
	`schedule` text PRIMARY KEY NOT NULL,
	`begun_at` integer NOT NULL,
	`ended_at` integer,
	`parts` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `meters` (
	`bucket` integer NOT NULL,
	`name` text NOT NULL,
	`counts` text NOT NULL,
	PRIMARY KEY(`bucket`, `name`)
);
--> statement-breakpoint
CREATE TABLE `queue_samples` (
	`bucket` integer PRIMARY KEY NOT NULL,
	`batches` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `cursors` (
	`name` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
);
