-- The ledger is the one way to change a balance: each row moves its account's by delta, and the CHECK on
-- accounts.build_credits refuses the row (and the batch it is in) when the balance would fall below zero.
CREATE TRIGGER `credit_ledger_moves_balance` AFTER INSERT ON `credit_ledger`
BEGIN
  UPDATE `accounts` SET `build_credits` = `build_credits` + NEW.`delta` WHERE `id` = NEW.`account_id`;
END;
--> statement-breakpoint
INSERT INTO `plans` (`id`, `name`, `price`, `monthly_credits`, `rate_limit`, `features`) VALUES
  (1, 'Free', 0, 10, 600, '["Android apps","Push notifications"]'),
  (2, 'Pro', 29.99, 100, 1200, '["Unlimited apps","Priority support"]'),
  (3, 'Unlimited', 99.99, NULL, 6000, '["Unlimited apps","Unlimited builds","Priority support"]');
