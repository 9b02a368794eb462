// upsertSubscribers() for an app that was deleted after it was looked up, and with a clock that moves meanwhile.
import { expect, test } from "vitest";
import { upsertSubscribers } from "../../../../src/domain/subscribers/upsert.ts";
import { RefusalError } from "../../../../src/kit/refusal.ts";
import { testContext } from "../../../support/context.ts";
import { NO_ID } from "../../../support/operations.ts";
import { api, newAddress, rows } from "../../../support/worker.ts";
import { newAccount, newPushApp } from "../../../support/scenario.ts";

test("upsertSubscribers refuses with not_found when the app is gone by the time of the write", async () => {
  const { id: accountId } = await newAccount();
  const address = { provider: "fcm", token: "fcm:late", p256dh: null, auth: null } as const;
  const late = { wanted: { platform: "android" } as const, address };
  const writing = upsertSubscribers(testContext().ctx, { id: NO_ID, accountId }, [late], "list");
  const error = await writing.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RefusalError);
  expect((error as RefusalError).refusal).toEqual({ code: "not_found", what: "app" });
  expect(await rows("SELECT 1 FROM subscribers WHERE token = 'fcm:late'")).toEqual([]);
});

test("upsertSubscribers knows what it has just released, however the clock moves", async () => {
  const account = await newAccount();
  const app = await newPushApp(account.key);
  const address = { provider: "fcm", token: "fcm:moving", p256dh: null, auth: null } as const;
  const row = { wanted: { platform: "android" } as const, address };
  let now = Date.now();
  const { ctx } = testContext(() => (now += 1));
  const given = { id: app.v1_id, accountId: account.id };
  await upsertSubscribers(ctx, given, [row], "list");
  await api("POST", `/public/apps/${app.id}/subscribers`, {
    json: { platform: "android", provider: "fcm", token: address.token },
    headers: { "x-app-key": app.public_key, "cf-connecting-ip": newAddress() },
  });
  await rows(
    "UPDATE subscribers SET status = 'inactive', retired_as = 'gone', retired_at = 1 WHERE token = ?",
    address.token,
  );
  const written = await upsertSubscribers(ctx, given, [row], "list");
  expect(written.get(address.token)?.subscriber).toMatchObject({
    vouched: true,
    status: "inactive",
    retiredAs: "gone",
  });
});
