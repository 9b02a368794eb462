// Whom a changed credential makes active again.
import { expect, test } from "vitest";
import { apnsKey, importAll, iosSubscriber, PUSH } from "../../../support/push.ts";
import { newAccount, newPushApp } from "../../../support/scenario.ts";
import { api, rows } from "../../../support/worker.ts";

test("a changed credential revives those that were doubted before the change, and no others", async () => {
  const account = await newAccount();
  const app = await newPushApp(account.key);
  const path = `${PUSH}/apps/${app.id}/credentials/apns`;
  const call = { token: account.key, json: await apnsKey() };
  const { updated_at } = (await api("PUT", path, call)).body.data;
  const [before, after] = await importAll(account, app.id, [iosSubscriber(), iosSubscriber()]);
  // more had been retired than one request revives, and the new credential has retired one since
  await rows("UPDATE push_credentials SET is_reviving = 1 WHERE app_id = ?", app.v1_id);
  const [{ at }] = await rows(
    "SELECT updated_at AS at FROM push_credentials WHERE app_id = ? AND provider = 'apns'",
    app.v1_id,
  );
  for (const [id, retiredAt] of [
    [before?.id, at],
    [after?.id, at + 1],
  ]) {
    await rows(
      "UPDATE subscribers SET status = 'inactive', retired_as = 'doubted', retired_at = ? WHERE uuid = ?",
      retiredAt,
      id,
    );
  }
  const again = await api("PUT", path, call);
  expect(again.body.data.updated_at).toBe(updated_at);
  const found = await rows(
    "SELECT uuid, status FROM subscribers WHERE app_id = ? ORDER BY id",
    app.v1_id,
  );
  expect(found).toEqual([
    { uuid: before?.id, status: "active" },
    { uuid: after?.id, status: "inactive" },
  ]);
});
