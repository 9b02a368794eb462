// deletePush() deletes what push keeps of an app.
import { expect, test } from "vitest";
import { deletePush } from "../../../../src/domain/subscribers/delete-push.ts";
import { testContext } from "../../../support/context.ts";
import { androidSubscriber, importAll } from "../../../support/push.ts";
import { rows } from "../../../support/worker.ts";
import { newAccount, newPushApp } from "../../../support/scenario.ts";

test("deletePush erases subscribers, who has which tag, and credentials of one app and none of another, also when repeated", async () => {
  const account = await newAccount();
  const [app, other] = [await newPushApp(account.key), await newPushApp(account.key)];
  for (const { id } of [app, other]) {
    await importAll(account, id, [androidSubscriber({ tags: ["a"] }), androidSubscriber()]);
  }
  const left = async ({ v1_id }: { v1_id: number }) => [
    (await rows("SELECT id FROM subscribers WHERE app_id = ?", v1_id)).length,
    (await rows("SELECT id FROM push_credentials WHERE app_id = ?", v1_id)).length,
    (await rows("SELECT tag FROM tag_blocks WHERE app_id = ?", v1_id)).length,
  ];
  for (let times = 0; times < 2; times += 1) {
    await deletePush(testContext().ctx, app.v1_id);
    expect(await left(app)).toEqual([0, 0, 0]);
    expect(await left(other)).toEqual([2, 1, 1]);
  }
});
