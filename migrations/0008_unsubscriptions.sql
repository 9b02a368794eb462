-- However a subscription ends (its last device leaves, is deleted, or is forgotten for its silence), its channel's
-- callback hears of it. The delivery's uuid is made of the subscription's id, since it ends once: callbacks.ts knows it.
-- Nothing is told of those that go with their channel: its row is gone by then.
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
