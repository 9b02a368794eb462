-- Who came and who left counts at once in the app's day, as deliveries and clicks do (0005): counted from rows at
-- night, whoever unsubscribed and came back, or came and was deleted, would not count. The days so far come from
-- the rows there are. (No upsert in a trigger: see 0005.)
INSERT INTO `daily_stats`
  (`app_id`, `date`, `sent`, `delivered`, `clicked`, `failed`, `new_subscribers`, `unsubscribes`)
  SELECT `app_id`, strftime('%Y-%m-%d', `at` / 1000, 'unixepoch'), 0, 0, 0, 0, sum(`came`), sum(`left`) FROM (
    SELECT `app_id`, `created_at` AS `at`, 1 AS `came`, 0 AS `left` FROM `subscribers`
    UNION ALL
    SELECT `app_id`, `unsubscribed_at`, 0, 1 FROM `subscribers` WHERE `unsubscribed_at` IS NOT NULL
  ) GROUP BY 1, 2
  ON CONFLICT (`app_id`, `date`) DO UPDATE SET
    `new_subscribers` = max(`new_subscribers`, excluded.`new_subscribers`),
    `unsubscribes` = max(`unsubscribes`, excluded.`unsubscribes`);
--> statement-breakpoint
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
--> statement-breakpoint
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
--> statement-breakpoint
DROP INDEX `subscribers_created`;
--> statement-breakpoint
DROP INDEX `subscribers_left`;
--> statement-breakpoint
-- What waited for a disabled webhook is due once that is enabled, whoever enables it.
CREATE TRIGGER `webhooks_release` AFTER UPDATE OF `enabled` ON `webhooks`
WHEN NEW.`enabled` AND NOT OLD.`enabled`
BEGIN
  UPDATE `webhook_deliveries` SET `next_attempt_at` = NEW.`updated_at`
    WHERE `webhook_id` = NEW.`id` AND `status` = 'pending' AND `next_attempt_at` IS NULL;
END;
