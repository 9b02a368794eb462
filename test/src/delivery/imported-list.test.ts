// What an imported list says of devices: when they registered, and never that they are reachable again.
import { describe, expect, test } from "vitest";
import { androidSubscriber, importAll, iosSubscriber, PUSH } from "../../support/push.ts";
import { api, rows } from "../../support/worker.ts";
import { fcmError, refused, refusing, statuses } from "./refusing.ts";
import { useWorld } from "./sending.ts";

const world = useWorld();
const { answerAs, newAudience, sendToAll } = refusing(world);

describe("an imported list", () => {
  const gone = (timestamp: number) => () => refused(410, "Unregistered", { timestamp });

  test("that does not say when devices registered has its dead tokens retired at once", async () => {
    const owner = await newAudience(0, 3);
    answerAs({ apns: gone(1) });
    const { send } = await sendToAll(owner);
    expect(await statuses(owner, "apns")).toEqual({ inactive: 3 });
    expect((await send.results()).map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });

  test("says by registered_at that a token is younger than Apple's word", async () => {
    const owner = await newAudience(0, 1);
    const now = Date.now();
    const young = iosSubscriber({ registered_at: new Date(now - 1000).toISOString() });
    await importAll(owner.account, owner.app.id, [young]);
    answerAs({ apns: gone(now - 60_000) });
    await sendToAll(owner);
    expect(await statuses(owner, "apns")).toEqual({ active: 1, inactive: 1 });
    const future = new Date(now + 3_600_000).toISOString();
    const late = await api("POST", `${PUSH}/apps/${owner.app.id}/subscribers/bulk`, {
      token: owner.account.key,
      json: { subscribers: [iosSubscriber({ registered_at: future })] },
    });
    expect(late.body.data[0].details).toEqual({ registered_at: ["must not be in the future"] });
  });

  test("never makes active who unsubscribed or was found dead, however often it comes", async () => {
    const owner = await newAudience(0, 0, 1);
    const [left, dead] = [androidSubscriber(), androidSubscriber()];
    const [a, b] = await importAll(owner.account, owner.app.id, [left, dead]);
    await api("POST", `${PUSH}/apps/${owner.app.id}/subscribers/${a?.id}/unsubscribe`, {
      token: owner.account.key,
    });
    await rows("UPDATE subscribers SET status = 'unsubscribed' WHERE uuid = ?", a?.id);
    answerAs({
      fcm: (token) =>
        token === dead.token
          ? fcmError(404, "NOT_FOUND", "UNREGISTERED")
          : Response.json({ name: "projects/x/messages/1" }),
    });
    await sendToAll(owner);
    for (let times = 0; times < 2; times += 1) {
      const again = await api("POST", `${PUSH}/apps/${owner.app.id}/subscribers/bulk`, {
        token: owner.account.key,
        json: { subscribers: [left, { ...dead, registered_at: "2020-01-01T00:00:00Z" }] },
      });
      expect(again.body.data).toMatchObject([
        { id: a?.id, created: false, status: "unsubscribed" },
        { id: b?.id, created: false, status: "inactive" },
      ]);
    }
    // a list that says that the device came back since, and the device itself, do
    world.pass(1000);
    const since = new Date(Date.now()).toISOString();
    const [back] = await importAll(owner.account, owner.app.id, [
      { ...dead, registered_at: since },
    ]);
    expect(back).toMatchObject({ id: b?.id, status: "active" });
  });
});
