// Verifying a credential takes the path of a send: what it sends, to whom it can be asked to, and what its answers mean.
import { describe, expect, test } from "vitest";
import { type PushOwner } from "../../support/scenario.ts";
import { rows } from "../../support/worker.ts";
import { fcmError, GOOGLE, refused, refusing, statuses, verify } from "./refusing.ts";
import { useWorld } from "./sending.ts";

const world = useWorld();
const { answerAs, newAudience, sendToAll } = refusing(world);

describe("verifying a credential", () => {
  test("tries a registered subscriber, and says ok only where a send would reach it", async () => {
    const owner = await newAudience(1, 1, 1);
    for (const provider of ["webpush", "apns", "fcm"]) {
      expect((await verify(owner, provider)).body).toEqual({ ok: true });
    }
    answerAs({
      apns: () => refused(400, "DeviceTokenNotForTopic"),
      fcm: () => fcmError(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"),
      web: () => Response.json({ reason: "VapidPkHashMismatch" }, { status: 400 }),
    });
    for (const [provider, detail] of [
      ["webpush", "VAPID"],
      ["apns", "topic"],
      ["fcm", "sender id"],
    ]) {
      expect((await verify(owner, provider ?? "")).body).toEqual({
        ok: false,
        error: "doubtful",
        detail: expect.stringContaining(detail ?? ""),
      });
    }
  });

  test("sends what it says: an empty message, a background push, and one that FCM validates", async () => {
    const owner = await newAudience(1, 1, 1);
    const got: { url: string; headers: Headers; body: unknown }[] = [];
    const { answer } = world;
    world.answer = (url, init) => {
      if (url !== GOOGLE) got.push({ url, headers: new Headers(init.headers), body: init.body });
      return answer(url, init);
    };
    for (const provider of ["webpush", "apns", "fcm"]) await verify(owner, provider);
    const [web, apns, fcm] = got;
    expect(web?.headers.get("ttl")).toBe("0");
    expect(web?.body).toEqual(new Uint8Array(0));
    expect(web?.headers.get("authorization")).toMatch(/^vapid /);
    expect(Object.fromEntries(apns?.headers ?? [])).toMatchObject({
      "apns-push-type": "background",
      "apns-priority": "5",
      "apns-expiration": "0",
    });
    expect(JSON.parse(apns?.body as string)).toEqual({ aps: { "content-available": 1 } });
    expect(JSON.parse(fcm?.body as string)).toMatchObject({ validate_only: true });
  });

  test("takes a token or a subscriber of the app's, and no other", async () => {
    const owner = await newAudience(1, 1, 1);
    const other = await newAudience(0, 0, 1);
    const idOf = async (of: PushOwner, provider: string) => {
      const [{ uuid }] = await rows(
        "SELECT uuid FROM subscribers WHERE app_id = ? AND provider = ?",
        of.app.v1_id,
        provider,
      );
      return uuid as string;
    };
    const asked: string[] = [];
    answerAs({
      fcm: (token) => {
        asked.push(token);
        return fcmError(404, "NOT_FOUND", "UNREGISTERED");
      },
    });
    expect((await verify(owner, "fcm", { token: "fcm:unknown" })).body).toMatchObject({
      ok: false,
      error: "gone",
    });
    const own = { subscriber_id: await idOf(owner, "fcm") };
    expect((await verify(owner, "fcm", own)).body).toMatchObject({ ok: false, error: "gone" });
    expect(asked).toHaveLength(2);
    expect(asked[0]).toBe("fcm:unknown");
    const ofAnother = "must be an active subscriber of the app through fcm";
    for (const [provider, json, details] of [
      ["fcm", { subscriber_id: await idOf(owner, "apns") }, { subscriber_id: [ofAnother] }],
      ["fcm", { subscriber_id: await idOf(other, "fcm") }, { subscriber_id: [ofAnother] }],
      ["fcm", { subscriber_id: "x" }, { subscriber_id: ["must be a UUID"] }],
      ["fcm", { ...own, token: "fcm:x" }, { subscriber_id: ["does not go with a token"] }],
      ["apns", { token: "hello" }, { token: ["must be an APNs token in hexadecimal"] }],
      [
        "webpush",
        { token: "https://a.invalid/" },
        { token: ["must be an https URL on a public host"] },
      ],
      [
        "fcm",
        { tokens: ["x"] },
        { tokens: ["is not a known field: the known ones are token, subscriber_id"] },
      ],
    ] as const) {
      const { status, body } = await verify(owner, provider, json);
      expect([status, body.details]).toEqual([422, details]);
    }
  });

  test("fails as a send does when Google refuses its tokens, though it mints them", async () => {
    const owner = await newAudience(0, 0, 1);
    answerAs({ fcm: () => fcmError(401, "UNAUTHENTICATED") });
    expect((await verify(owner, "fcm")).body).toMatchObject({
      ok: false,
      error: "misconfigured",
      detail: expect.stringContaining("service account"),
    });
  });

  test("is acceptance: what then is refused for a token is the token's", async () => {
    const owner = await newAudience(0, 2);
    await verify(owner, "apns");
    answerAs({ apns: () => refused(400, "BadDeviceToken") });
    await sendToAll(owner);
    expect(await statuses(owner, "apns")).toEqual({ inactive: 2 });
  });
});
