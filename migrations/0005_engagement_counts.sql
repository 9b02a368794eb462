-- Each recipient who confirms a delivery or clicks counts at once, in the notification and in the app's day:
-- a row that is there already is ignored, so its trigger does not fire, and nothing counts twice.
-- (No upsert in here: the conflict clause of the statement that fires a trigger overrides the trigger's own.)
CREATE TRIGGER `engagements_count` AFTER INSERT ON `engagements`
BEGIN
  UPDATE `notifications` SET
    `delivered_count` = `delivered_count` + (NEW.`kind` = 'delivered'),
    `clicked_count` = `clicked_count` + (NEW.`kind` = 'clicked')
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
