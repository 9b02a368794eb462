// upsertSubscribers() for an app that was deleted after it was looked up.
import { expect, test } from "vitest";
import { upsertSubscribers } from "../../../../src/domain/subscribers/upsert.ts";
import { RefusalError } from "../../../../src/kit/refusal.ts";
import { testContext } from "../../../support/context.ts";
import { NO_ID } from "../../../support/operations.ts";
import { rows } from "../../../support/worker.ts";
import { newAccount } from "../../../support/scenario.ts";

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
