-- After a restore, before the Worker goes on (docs/operations.md, backup and restore).

-- What was being sent then, or was due since, has mostly gone out: nothing may send it again.
UPDATE notifications SET status = 'cancelled', updated_at = unixepoch() * 1000
WHERE status IN ('sending', 'finalizing') OR (status = 'scheduled' AND scheduled_at < unixepoch() * 1000);

-- Objects, files and links are named by ids that were given after that moment: no new row may have one of these.
UPDATE sqlite_sequence SET seq = seq + 1000000 WHERE name <> 'd1_migrations';
