-- What drizzle-kit does not write, by hand: the triggers, and the plans. docs/storage.md lists them.
-- A trigger has no upsert in it: the conflict clause of the statement that fires a trigger overrides its own.

-- The ledger is the one way to change a balance. Each row moves its account's by delta, and the CHECK on
-- accounts.build_credits refuses the row, and the batch it is in, when the balance would fall below zero.
CREATE TRIGGER `credit_ledger_moves_balance` AFTER INSERT ON `credit_ledger`
BEGIN
  UPDATE `accounts` SET `build_credits` = `build_credits` + NEW.`delta` WHERE `id` = NEW.`account_id`;
  UPDATE `credit_ledger` SET `balance` = (SELECT `build_credits` FROM `accounts` WHERE `id` = NEW.`account_id`)
    WHERE `id` = NEW.`id`;
END;

-- A recipient's confirmed delivery or click counts at once, in the notification and in the app's day. A row that is
-- there already is ignored, so its trigger does not fire, and nothing counts twice.
CREATE TRIGGER `engagements_count` AFTER INSERT ON `engagements`
BEGIN
  UPDATE `notifications` SET
    `delivered_count` = `delivered_count` + (NEW.`kind` = 'delivered'),
    `clicked_count` = `clicked_count` + (NEW.`kind` = 'clicked'),
    `delivered_from` = coalesce(`delivered_from`, iif(NEW.`kind` = 'delivered', NEW.`at`, NULL))
    WHERE `id` = NEW.`notification_id`;
  INSERT INTO `daily_stats`
    (`app_id`, `date`, `sent`, `delivered`, `clicked`, `failed`, `new_subscribers`, `unsubscribes`)
    SELECT n.`app_id`, strftime('%Y-%m-%d', NEW.`at` / 1000, 'unixepoch'), 0, 0, 0, 0, 0, 0
    FROM `notifications` AS n
    WHERE n.`id` = NEW.`notification_id` AND NOT EXISTS (
      SELECT 1 FROM `daily_stats` AS d
      WHERE d.`app_id` = n.`app_id` AND d.`date` = strftime('%Y-%m-%d', NEW.`at` / 1000, 'unixepoch')
    );
  UPDATE `daily_stats` SET
    `delivered` = `delivered` + (NEW.`kind` = 'delivered'),
    `clicked` = `clicked` + (NEW.`kind` = 'clicked')
    WHERE `app_id` = (SELECT `app_id` FROM `notifications` WHERE `id` = NEW.`notification_id`)
      AND `date` = strftime('%Y-%m-%d', NEW.`at` / 1000, 'unixepoch');
END;

-- New subscribers count at once in the app's day. A count of rows at night would miss who came and was deleted.
CREATE TRIGGER `subscribers_count_new` AFTER INSERT ON `subscribers`
BEGIN
  INSERT INTO `daily_stats`
    (`app_id`, `date`, `sent`, `delivered`, `clicked`, `failed`, `new_subscribers`, `unsubscribes`)
    SELECT NEW.`app_id`, strftime('%Y-%m-%d', NEW.`created_at` / 1000, 'unixepoch'), 0, 0, 0, 0, 0, 0
    WHERE NOT EXISTS (
      SELECT 1 FROM `daily_stats` AS d WHERE d.`app_id` = NEW.`app_id`
        AND d.`date` = strftime('%Y-%m-%d', NEW.`created_at` / 1000, 'unixepoch')
    );
  UPDATE `daily_stats` SET `new_subscribers` = `new_subscribers` + 1
    WHERE `app_id` = NEW.`app_id`
      AND `date` = strftime('%Y-%m-%d', NEW.`created_at` / 1000, 'unixepoch');
END;

-- So do those who unsubscribe. A count of rows at night would miss who unsubscribed and came back.
CREATE TRIGGER `subscribers_count_left` AFTER UPDATE OF `status` ON `subscribers`
WHEN NEW.`status` = 'unsubscribed' AND OLD.`status` <> 'unsubscribed'
BEGIN
  INSERT INTO `daily_stats`
    (`app_id`, `date`, `sent`, `delivered`, `clicked`, `failed`, `new_subscribers`, `unsubscribes`)
    SELECT NEW.`app_id`, strftime('%Y-%m-%d', NEW.`updated_at` / 1000, 'unixepoch'), 0, 0, 0, 0, 0, 0
    WHERE NOT EXISTS (
      SELECT 1 FROM `daily_stats` AS d WHERE d.`app_id` = NEW.`app_id`
        AND d.`date` = strftime('%Y-%m-%d', NEW.`updated_at` / 1000, 'unixepoch')
    );
  UPDATE `daily_stats` SET `unsubscribes` = `unsubscribes` + 1
    WHERE `app_id` = NEW.`app_id`
      AND `date` = strftime('%Y-%m-%d', NEW.`updated_at` / 1000, 'unixepoch');
END;

-- app_counts: a row for each app, and in it how many rows of a kind the app has, so that neither bounds nor lists need
-- count them.
CREATE TRIGGER `apps_begin_counts` AFTER INSERT ON `apps`
BEGIN
  INSERT INTO `app_counts` (`app_id`, `subscribers`, `unreachable`) VALUES (NEW.`id`, 0, 0);
END;
CREATE TRIGGER `subscribers_count_more` AFTER INSERT ON `subscribers`
BEGIN
  UPDATE `app_counts` SET `subscribers` = `subscribers` + 1,
      `web_active` = `web_active` + (NEW.`platform` = 'web' AND NEW.`status` = 'active'),
      `web_inactive` = `web_inactive` + (NEW.`platform` = 'web' AND NEW.`status` = 'inactive'),
      `web_unsubscribed` = `web_unsubscribed` + (NEW.`platform` = 'web' AND NEW.`status` = 'unsubscribed'),
      `ios_active` = `ios_active` + (NEW.`platform` = 'ios' AND NEW.`status` = 'active'),
      `ios_inactive` = `ios_inactive` + (NEW.`platform` = 'ios' AND NEW.`status` = 'inactive'),
      `ios_unsubscribed` = `ios_unsubscribed` + (NEW.`platform` = 'ios' AND NEW.`status` = 'unsubscribed'),
      `android_active` = `android_active` + (NEW.`platform` = 'android' AND NEW.`status` = 'active'),
      `android_inactive` = `android_inactive` + (NEW.`platform` = 'android' AND NEW.`status` = 'inactive'),
      `android_unsubscribed` = `android_unsubscribed` + (NEW.`platform` = 'android' AND NEW.`status` = 'unsubscribed'),
      `web_push_web` = `web_push_web`
        + (NEW.`provider` = 'webpush' AND NEW.`platform` = 'web' AND NEW.`status` = 'active'),
      `web_push_android` = `web_push_android`
        + (NEW.`provider` = 'webpush' AND NEW.`platform` = 'android' AND NEW.`status` = 'active'),
      `inboxes` = `inboxes` + (NEW.`provider` = 'inbox')
    WHERE `app_id` = NEW.`app_id`;
END;
CREATE TRIGGER `subscribers_count_fewer` AFTER DELETE ON `subscribers`
BEGIN
  UPDATE `app_counts` SET `subscribers` = `subscribers` - 1,
      `web_active` = `web_active` - (OLD.`platform` = 'web' AND OLD.`status` = 'active'),
      `web_inactive` = `web_inactive` - (OLD.`platform` = 'web' AND OLD.`status` = 'inactive'),
      `web_unsubscribed` = `web_unsubscribed` - (OLD.`platform` = 'web' AND OLD.`status` = 'unsubscribed'),
      `ios_active` = `ios_active` - (OLD.`platform` = 'ios' AND OLD.`status` = 'active'),
      `ios_inactive` = `ios_inactive` - (OLD.`platform` = 'ios' AND OLD.`status` = 'inactive'),
      `ios_unsubscribed` = `ios_unsubscribed` - (OLD.`platform` = 'ios' AND OLD.`status` = 'unsubscribed'),
      `android_active` = `android_active` - (OLD.`platform` = 'android' AND OLD.`status` = 'active'),
      `android_inactive` = `android_inactive` - (OLD.`platform` = 'android' AND OLD.`status` = 'inactive'),
      `android_unsubscribed` = `android_unsubscribed` - (OLD.`platform` = 'android' AND OLD.`status` = 'unsubscribed'),
      `web_push_web` = `web_push_web`
        - (OLD.`provider` = 'webpush' AND OLD.`platform` = 'web' AND OLD.`status` = 'active'),
      `web_push_android` = `web_push_android`
        - (OLD.`provider` = 'webpush' AND OLD.`platform` = 'android' AND OLD.`status` = 'active'),
      `inboxes` = `inboxes` - (OLD.`provider` = 'inbox')
    WHERE `app_id` = OLD.`app_id`;
END;
CREATE TRIGGER `subscribers_count_changed` AFTER UPDATE OF `platform`, `status`, `provider` ON `subscribers`
WHEN NEW.`platform` <> OLD.`platform` OR NEW.`status` <> OLD.`status` OR NEW.`provider` <> OLD.`provider`
BEGIN
  UPDATE `app_counts` SET
      `web_active` = `web_active` + (NEW.`platform` = 'web' AND NEW.`status` = 'active')
        - (OLD.`platform` = 'web' AND OLD.`status` = 'active'),
      `web_inactive` = `web_inactive` + (NEW.`platform` = 'web' AND NEW.`status` = 'inactive')
        - (OLD.`platform` = 'web' AND OLD.`status` = 'inactive'),
      `web_unsubscribed` = `web_unsubscribed` + (NEW.`platform` = 'web' AND NEW.`status` = 'unsubscribed')
        - (OLD.`platform` = 'web' AND OLD.`status` = 'unsubscribed'),
      `ios_active` = `ios_active` + (NEW.`platform` = 'ios' AND NEW.`status` = 'active')
        - (OLD.`platform` = 'ios' AND OLD.`status` = 'active'),
      `ios_inactive` = `ios_inactive` + (NEW.`platform` = 'ios' AND NEW.`status` = 'inactive')
        - (OLD.`platform` = 'ios' AND OLD.`status` = 'inactive'),
      `ios_unsubscribed` = `ios_unsubscribed` + (NEW.`platform` = 'ios' AND NEW.`status` = 'unsubscribed')
        - (OLD.`platform` = 'ios' AND OLD.`status` = 'unsubscribed'),
      `android_active` = `android_active` + (NEW.`platform` = 'android' AND NEW.`status` = 'active')
        - (OLD.`platform` = 'android' AND OLD.`status` = 'active'),
      `android_inactive` = `android_inactive` + (NEW.`platform` = 'android' AND NEW.`status` = 'inactive')
        - (OLD.`platform` = 'android' AND OLD.`status` = 'inactive'),
      `android_unsubscribed` = `android_unsubscribed` + (NEW.`platform` = 'android' AND NEW.`status` = 'unsubscribed')
        - (OLD.`platform` = 'android' AND OLD.`status` = 'unsubscribed'),
      `web_push_web` = `web_push_web`
        + (NEW.`provider` = 'webpush' AND NEW.`platform` = 'web' AND NEW.`status` = 'active')
        - (OLD.`provider` = 'webpush' AND OLD.`platform` = 'web' AND OLD.`status` = 'active'),
      `web_push_android` = `web_push_android`
        + (NEW.`provider` = 'webpush' AND NEW.`platform` = 'android' AND NEW.`status` = 'active')
        - (OLD.`provider` = 'webpush' AND OLD.`platform` = 'android' AND OLD.`status` = 'active'),
      `inboxes` = `inboxes` + (NEW.`provider` = 'inbox') - (OLD.`provider` = 'inbox')
    WHERE `app_id` = NEW.`app_id`;
END;
CREATE TRIGGER `installations_count_more` AFTER INSERT ON `installations`
WHEN NEW.`subscriber_id` IS NULL
BEGIN
  UPDATE `app_counts` SET `unreachable` = `unreachable` + 1 WHERE `app_id` = NEW.`app_id`;
END;
CREATE TRIGGER `installations_count_reached` AFTER UPDATE OF `subscriber_id` ON `installations`
WHEN (OLD.`subscriber_id` IS NULL) <> (NEW.`subscriber_id` IS NULL)
BEGIN
  UPDATE `app_counts` SET `unreachable` = `unreachable` + (NEW.`subscriber_id` IS NULL) - (OLD.`subscriber_id` IS NULL)
    WHERE `app_id` = NEW.`app_id`;
END;
CREATE TRIGGER `installations_count_fewer` AFTER DELETE ON `installations`
WHEN OLD.`subscriber_id` IS NULL
BEGIN
  UPDATE `app_counts` SET `unreachable` = `unreachable` - 1 WHERE `app_id` = OLD.`app_id`;
END;

-- Tests that somebody sends to their own devices count nowhere.
CREATE TRIGGER `notifications_count_more` AFTER INSERT ON `notifications`
WHEN NEW.`is_test` = 0
BEGIN
  UPDATE `app_counts` SET `notifications` = `notifications` + 1,
      `unsent` = `unsent` + (NEW.`status` IN ('draft', 'scheduled'))
    WHERE `app_id` = NEW.`app_id`;
END;
CREATE TRIGGER `notifications_count_begun` AFTER UPDATE OF `status` ON `notifications`
WHEN (OLD.`status` IN ('draft', 'scheduled')) <> (NEW.`status` IN ('draft', 'scheduled'))
BEGIN
  UPDATE `app_counts` SET `unsent` = `unsent`
      + (NEW.`status` IN ('draft', 'scheduled')) - (OLD.`status` IN ('draft', 'scheduled'))
    WHERE `app_id` = NEW.`app_id`;
END;
CREATE TRIGGER `notifications_count_fewer` AFTER DELETE ON `notifications`
WHEN OLD.`is_test` = 0
BEGIN
  UPDATE `app_counts` SET `notifications` = `notifications` - 1,
      `unsent` = `unsent` - (OLD.`status` IN ('draft', 'scheduled'))
    WHERE `app_id` = OLD.`app_id`;
END;

-- A notification that has ended, however it did, waits with no saved segment any more.
CREATE TRIGGER `notifications_free_segments` AFTER UPDATE OF `status` ON `notifications`
WHEN NEW.`status` IN ('cancelled', 'finalizing') AND NEW.`status` <> OLD.`status`
BEGIN
  DELETE FROM `segment_uses` WHERE `notification_id` = NEW.`id`;
END;

CREATE TRIGGER `builds_count_more` AFTER INSERT ON `builds`
BEGIN
  UPDATE `app_counts` SET `builds` = `builds` + 1,
      `builds_completed` = `builds_completed` + (NEW.`status` = 'completed'),
      `builds_failed` = `builds_failed` + (NEW.`status` = 'failed')
    WHERE `app_id` = NEW.`app_id`;
END;
CREATE TRIGGER `builds_count_ended` AFTER UPDATE OF `status` ON `builds`
WHEN (NEW.`status` IN ('completed', 'failed') OR OLD.`status` IN ('completed', 'failed')) AND NEW.`status` <> OLD.`status`
BEGIN
  UPDATE `app_counts` SET
      `builds_completed` = `builds_completed` + (NEW.`status` = 'completed') - (OLD.`status` = 'completed'),
      `builds_failed` = `builds_failed` + (NEW.`status` = 'failed') - (OLD.`status` = 'failed')
    WHERE `app_id` = NEW.`app_id`;
END;
CREATE TRIGGER `builds_count_fewer` AFTER DELETE ON `builds`
BEGIN
  UPDATE `app_counts` SET `builds` = `builds` - 1,
      `builds_completed` = `builds_completed` - (OLD.`status` = 'completed'),
      `builds_failed` = `builds_failed` - (OLD.`status` = 'failed')
    WHERE `app_id` = OLD.`app_id`;
END;

-- plans.accounts: how many accounts are on each plan, those that are deleted not counted.
CREATE TRIGGER `plans_count_more` AFTER INSERT ON `accounts`
WHEN NEW.`deleted_at` IS NULL
BEGIN
  UPDATE `plans` SET `accounts` = `accounts` + 1 WHERE `id` = NEW.`plan_id`;
END;
CREATE TRIGGER `plans_count_moved` AFTER UPDATE OF `plan_id`, `deleted_at` ON `accounts`
BEGIN
  UPDATE `plans` SET `accounts` = `accounts` - 1 WHERE `id` = OLD.`plan_id` AND OLD.`deleted_at` IS NULL;
  UPDATE `plans` SET `accounts` = `accounts` + 1 WHERE `id` = NEW.`plan_id` AND NEW.`deleted_at` IS NULL;
END;

-- Nothing is begun for a suspended account, by whatever way, however near its suspension: what would make a build or a
-- send fails, and with it the batch that it is in (src/domain/accounts/suspension.ts knows these words).
CREATE TRIGGER `builds_not_while_suspended` BEFORE INSERT ON `builds`
WHEN (SELECT `suspended_at` FROM `accounts` WHERE `id` = NEW.`account_id`) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'account_suspended');
END;
CREATE TRIGGER `notifications_not_while_suspended` BEFORE INSERT ON `notifications`
WHEN (SELECT `suspended_at` FROM `accounts` WHERE `id` = NEW.`account_id`) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'account_suspended');
END;
CREATE TRIGGER `notifications_not_begun_while_suspended` BEFORE UPDATE OF `status` ON `notifications`
WHEN NEW.`status` = 'sending' AND OLD.`status` <> 'sending'
  AND (SELECT `suspended_at` FROM `accounts` WHERE `id` = NEW.`account_id`) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'account_suspended');
END;
CREATE TRIGGER `imports_not_while_suspended` BEFORE UPDATE OF `state` ON `imports`
WHEN NEW.`state` = 'running' AND OLD.`state` <> 'running'
  AND (SELECT `suspended_at` FROM `accounts` WHERE `id` = NEW.`account_id`) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'account_suspended');
END;
-- Its webhooks hear of nothing new: no delivery is made, and what happened goes on.
CREATE TRIGGER `webhook_deliveries_not_while_suspended` BEFORE INSERT ON `webhook_deliveries`
WHEN (SELECT a.`suspended_at` FROM `webhooks` AS w JOIN `accounts` AS a ON a.`id` = w.`account_id`
  WHERE w.`id` = NEW.`webhook_id`) IS NOT NULL
BEGIN
  SELECT RAISE(IGNORE);
END;

-- Builds that ended count in their account's day: they make room for others, and go with their app.
CREATE TRIGGER `builds_count_day` AFTER UPDATE OF `status` ON `builds`
WHEN NEW.`status` IN ('completed', 'failed', 'cancelled') AND OLD.`status` NOT IN ('completed', 'failed', 'cancelled')
BEGIN
  INSERT INTO `account_days` (`account_id`, `date`, `completed`, `failed`, `cancelled`)
    SELECT NEW.`account_id`, strftime('%Y-%m-%d', coalesce(NEW.`completed_at`, NEW.`created_at`) / 1000, 'unixepoch'), 0, 0, 0
    WHERE NOT EXISTS (
      SELECT 1 FROM `account_days` AS d WHERE d.`account_id` = NEW.`account_id`
        AND d.`date` = strftime('%Y-%m-%d', coalesce(NEW.`completed_at`, NEW.`created_at`) / 1000, 'unixepoch')
    );
  UPDATE `account_days` SET
      `completed` = `completed` + (NEW.`status` = 'completed'),
      `failed` = `failed` + (NEW.`status` = 'failed'),
      `cancelled` = `cancelled` + (NEW.`status` = 'cancelled')
    WHERE `account_id` = NEW.`account_id`
      AND `date` = strftime('%Y-%m-%d', coalesce(NEW.`completed_at`, NEW.`created_at`) / 1000, 'unixepoch');
END;

-- account_counts: the same for accounts.
CREATE TRIGGER `accounts_begin_counts` AFTER INSERT ON `accounts`
BEGIN
  INSERT INTO `account_counts` (`account_id`, `answers`, `campaigns`, `templates`, `channel_codes`)
    VALUES (NEW.`id`, 0, 0, 0, 0);
END;
CREATE TRIGGER `campaigns_count_more` AFTER INSERT ON `campaigns`
BEGIN
  UPDATE `account_counts` SET `campaigns` = `campaigns` + 1 WHERE `account_id` = NEW.`account_id`;
END;
CREATE TRIGGER `campaigns_count_fewer` AFTER DELETE ON `campaigns`
BEGIN
  UPDATE `account_counts` SET `campaigns` = `campaigns` - 1 WHERE `account_id` = OLD.`account_id`;
END;
CREATE TRIGGER `templates_count_more` AFTER INSERT ON `templates`
BEGIN
  UPDATE `account_counts` SET `templates` = `templates` + 1 WHERE `account_id` = NEW.`account_id`;
END;
CREATE TRIGGER `templates_count_fewer` AFTER DELETE ON `templates`
BEGIN
  UPDATE `account_counts` SET `templates` = `templates` - 1 WHERE `account_id` = OLD.`account_id`;
END;
CREATE TRIGGER `channel_codes_count_more` AFTER INSERT ON `channel_codes`
BEGIN
  UPDATE `account_counts` SET `channel_codes` = `channel_codes` + 1 WHERE `account_id` = NEW.`account_id`;
END;
CREATE TRIGGER `channel_codes_count_fewer` AFTER DELETE ON `channel_codes`
BEGIN
  UPDATE `account_counts` SET `channel_codes` = `channel_codes` - 1 WHERE `account_id` = OLD.`account_id`;
END;
-- An answer counts as one KiB and as many more as it fills (src/domain/accounts/idempotency.ts).
CREATE TRIGGER `idempotency_keys_count_more` AFTER INSERT ON `idempotency_keys`
BEGIN
  UPDATE `account_counts` SET `answers` = `answers` + 1 + coalesce(length(CAST(NEW.`response` AS BLOB)), 0) / 1024
    WHERE `account_id` = NEW.`account_id`;
END;
CREATE TRIGGER `idempotency_keys_count_answer` AFTER UPDATE OF `response` ON `idempotency_keys`
BEGIN
  UPDATE `account_counts` SET `answers` = `answers` + coalesce(length(CAST(NEW.`response` AS BLOB)), 0) / 1024
      - coalesce(length(CAST(OLD.`response` AS BLOB)), 0) / 1024
    WHERE `account_id` = NEW.`account_id`;
END;
CREATE TRIGGER `idempotency_keys_count_fewer` AFTER DELETE ON `idempotency_keys`
BEGIN
  UPDATE `account_counts` SET `answers` = `answers` - 1 - coalesce(length(CAST(OLD.`response` AS BLOB)), 0) / 1024
    WHERE `account_id` = OLD.`account_id`;
END;

-- A webhook keeps 250,000 deliveries (MAX_DELIVERIES in src/domain/webhooks/emit.ts). Beyond, the oldest that has ended
-- makes room, and where the oldest hundred all still wait, the new one is not made.
CREATE TRIGGER `webhook_deliveries_bound` BEFORE INSERT ON `webhook_deliveries`
WHEN (SELECT `deliveries` FROM `webhooks` WHERE `id` = NEW.`webhook_id`) >= 250000
BEGIN
  DELETE FROM `webhook_deliveries` WHERE `id` = (
    SELECT `id` FROM (
      SELECT `id`, `status` FROM `webhook_deliveries` WHERE `webhook_id` = NEW.`webhook_id` ORDER BY `id` LIMIT 100
    ) WHERE `status` <> 'pending' LIMIT 1
  );
  SELECT RAISE(IGNORE)
    WHERE (SELECT `deliveries` FROM `webhooks` WHERE `id` = NEW.`webhook_id`) >= 250000;
END;
CREATE TRIGGER `webhook_deliveries_count_more` AFTER INSERT ON `webhook_deliveries`
BEGIN
  UPDATE `webhooks` SET `deliveries` = `deliveries` + 1,
      `holds` = `holds` OR (NEW.`status` = 'pending' AND NEW.`next_attempt_at` IS NULL)
    WHERE `id` = NEW.`webhook_id`;
END;
CREATE TRIGGER `webhook_deliveries_count_fewer` AFTER DELETE ON `webhook_deliveries`
BEGIN
  UPDATE `webhooks` SET `deliveries` = `deliveries` - 1 WHERE `id` = OLD.`webhook_id`;
END;

-- tag_blocks: who has a tag, as a bit for each subscriber. A block has 480 ids in 96 characters, five bits in each
-- (src/domain/subscribers/tag-blocks.ts). Only the rows of tags that a subscriber gets or loses are written.
CREATE TRIGGER `subscribers_tags_new` AFTER INSERT ON `subscribers`
WHEN NEW.`tags` <> '[]'
BEGIN
  UPDATE `tag_blocks` SET `members` = substr(`members`, 1, NEW.`id` % 480 / 5) ||
      char(48 + ((unicode(substr(`members`, NEW.`id` % 480 / 5 + 1, 1)) - 48) | (1 << NEW.`id` % 5))) ||
      substr(`members`, NEW.`id` % 480 / 5 + 2)
    WHERE `app_id` = NEW.`app_id` AND `block` = NEW.`id` / 480
      AND `tag` IN (SELECT DISTINCT `value` FROM json_each(NEW.`tags`));
  INSERT INTO `tag_blocks` (`app_id`, `tag`, `block`, `members`)
    SELECT NEW.`app_id`, got.`value`, NEW.`id` / 480,
      substr(printf('%096d', 0), 1, NEW.`id` % 480 / 5) || char(48 + (1 << NEW.`id` % 5)) ||
        substr(printf('%096d', 0), NEW.`id` % 480 / 5 + 2)
    FROM (SELECT DISTINCT `value` FROM json_each(NEW.`tags`)) AS got
    WHERE NOT EXISTS (SELECT 1 FROM `tag_blocks` AS known WHERE known.`app_id` = NEW.`app_id`
      AND known.`tag` = got.`value` AND known.`block` = NEW.`id` / 480);
END;
CREATE TRIGGER `subscribers_tags_changed` AFTER UPDATE OF `tags` ON `subscribers`
WHEN NEW.`tags` <> OLD.`tags`
BEGIN
  UPDATE `tag_blocks` SET `members` = substr(`members`, 1, OLD.`id` % 480 / 5) ||
      char(48 + ((unicode(substr(`members`, OLD.`id` % 480 / 5 + 1, 1)) - 48) & ~(1 << OLD.`id` % 5))) ||
      substr(`members`, OLD.`id` % 480 / 5 + 2)
    WHERE `app_id` = OLD.`app_id` AND `block` = OLD.`id` / 480
      AND `tag` IN (SELECT `value` FROM json_each(OLD.`tags`)
        WHERE `value` NOT IN (SELECT `value` FROM json_each(NEW.`tags`)));
  DELETE FROM `tag_blocks` WHERE `app_id` = OLD.`app_id` AND `block` = OLD.`id` / 480
    AND `tag` IN (SELECT `value` FROM json_each(OLD.`tags`)
        WHERE `value` NOT IN (SELECT `value` FROM json_each(NEW.`tags`)))
    AND `members` = printf('%096d', 0);
  UPDATE `tag_blocks` SET `members` = substr(`members`, 1, NEW.`id` % 480 / 5) ||
      char(48 + ((unicode(substr(`members`, NEW.`id` % 480 / 5 + 1, 1)) - 48) | (1 << NEW.`id` % 5))) ||
      substr(`members`, NEW.`id` % 480 / 5 + 2)
    WHERE `app_id` = NEW.`app_id` AND `block` = NEW.`id` / 480
      AND `tag` IN (SELECT DISTINCT `value` FROM json_each(NEW.`tags`)
        WHERE `value` NOT IN (SELECT `value` FROM json_each(OLD.`tags`)));
  INSERT INTO `tag_blocks` (`app_id`, `tag`, `block`, `members`)
    SELECT NEW.`app_id`, got.`value`, NEW.`id` / 480,
      substr(printf('%096d', 0), 1, NEW.`id` % 480 / 5) || char(48 + (1 << NEW.`id` % 5)) ||
        substr(printf('%096d', 0), NEW.`id` % 480 / 5 + 2)
    FROM (SELECT DISTINCT `value` FROM json_each(NEW.`tags`)
        WHERE `value` NOT IN (SELECT `value` FROM json_each(OLD.`tags`))) AS got
    WHERE NOT EXISTS (SELECT 1 FROM `tag_blocks` AS known WHERE known.`app_id` = NEW.`app_id`
      AND known.`tag` = got.`value` AND known.`block` = NEW.`id` / 480);
END;
CREATE TRIGGER `subscribers_tags_gone` AFTER DELETE ON `subscribers`
WHEN OLD.`tags` <> '[]'
BEGIN
  UPDATE `tag_blocks` SET `members` = substr(`members`, 1, OLD.`id` % 480 / 5) ||
      char(48 + ((unicode(substr(`members`, OLD.`id` % 480 / 5 + 1, 1)) - 48) & ~(1 << OLD.`id` % 5))) ||
      substr(`members`, OLD.`id` % 480 / 5 + 2)
    WHERE `app_id` = OLD.`app_id` AND `block` = OLD.`id` / 480
      AND `tag` IN (SELECT `value` FROM json_each(OLD.`tags`));
  DELETE FROM `tag_blocks` WHERE `app_id` = OLD.`app_id` AND `block` = OLD.`id` / 480
    AND `tag` IN (SELECT `value` FROM json_each(OLD.`tags`)) AND `members` = printf('%096d', 0);
END;

-- A channel's subscription ends with its last device, whoever deletes that.
CREATE TRIGGER `channel_devices_last` AFTER DELETE ON `channel_devices`
WHEN NOT EXISTS (
  SELECT 1 FROM `channel_devices` WHERE `subscription_id` = OLD.`subscription_id`
)
BEGIN
  DELETE FROM `channel_subscriptions` WHERE `id` = OLD.`subscription_id`;
END;

-- However a subscription ends, its channel's callback is notified. The delivery's uuid is derived from the
-- subscription's id, since a subscription ends once: src/domain/channels/callbacks.ts derives the same. Those that
-- are deleted with their channel notify nobody, since the channel's row is gone by then.
CREATE TRIGGER `channel_subscriptions_end` AFTER DELETE ON `channel_subscriptions`
BEGIN
  INSERT INTO `webhook_deliveries`
    (`uuid`, `webhook_id`, `event`, `body`, `status`, `attempts`, `next_attempt_at`, `created_at`)
    SELECT substr(OLD.`id`, 1, 8) || '-' || substr(OLD.`id`, 9, 4) || '-8' || substr(OLD.`id`, 13, 3) || '-8' ||
        substr(OLD.`id`, 16, 3) || '-' || substr(OLD.`id`, 19) || '000000',
      w.`id`, 'channel.callback',
      json_object('type', 'unsubcription', 'message', 'A client has unsubscribed from the channel.',
        'channelId', OLD.`channel_id`, 'iuid', OLD.`iuid`, 'date', unixepoch()),
      'pending', 0, unixepoch() * 1000, unixepoch() * 1000
    FROM `channels` AS c JOIN `webhooks` AS w ON w.`id` = c.`callback_id`
    WHERE c.`id` = OLD.`channel_id` AND w.`enabled` = 1;
END;

-- The audit log of an account has 100,000 entries at most (docs/storage.md): a new one beyond pushes the oldest out, so
-- that no owner's program can fill the database between two nights.
CREATE TRIGGER `audit_entries_count_more` AFTER INSERT ON `audit_entries`
BEGIN
  UPDATE `account_counts` SET `audit_entries` = `audit_entries` + 1 WHERE `account_id` = NEW.`account_id`;
  DELETE FROM `audit_entries` WHERE `id` = (
    SELECT min(`id`) FROM `audit_entries` WHERE `account_id` = NEW.`account_id`
  ) AND (SELECT `audit_entries` FROM `account_counts` WHERE `account_id` = NEW.`account_id`) > 100000;
END;
CREATE TRIGGER `audit_entries_count_fewer` AFTER DELETE ON `audit_entries`
BEGIN
  UPDATE `account_counts` SET `audit_entries` = `audit_entries` - 1 WHERE `account_id` = OLD.`account_id`;
END;

-- The plans an account can be on. A plan without monthly_credits builds without credits.
INSERT INTO `plans`
  (`id`, `name`, `price`, `monthly_credits`, `rate_limit`, `push_rate_limit`, `registration_rate_limit`,
    `max_subscribers`, `features`) VALUES
  (1, 'Free', 0, 10, 600, 100, 30, 10000, '["Android apps","Push notifications"]'),
  (2, 'Pro', 29.99, 100, 1200, 200, 60, 200000, '["Unlimited apps","Priority support"]'),
  (3, 'Unlimited', 99.99, NULL, 6000, 1000, 300, 10000000, '["Unlimited apps","Unlimited builds","Priority support"]');
