// The public links in pushes: what they count, where a click leads, and that nobody can make it lead elsewhere.
import { beforeEach, describe, expect, test } from "vitest";
import { addSubscribers } from "../../../support/notifications.ts";
import { useInternet } from "../../../support/receiver.ts";
import { engagementOf, sentNotification, tokenOf } from "../../../support/tracked.ts";
import { api, beginMinute, eventually, rows, send } from "../../../support/worker.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";

const internet = useInternet();
const DAY_MS = 86_400_000;
const URL_OF_IT = "https://example.com/dashboard?a=1#b";

let accountId: number;
let key: string;
let app: { id: number; uuid: string; accountId: number };
let subscriber: number;
beforeEach(async () => {
  ({ id: accountId, key } = await newAccount());
  app = { ...(await newApp(key)), accountId };
  [subscriber] = (await addSubscribers(app, [{}])) as [number];
  await forgetLimits();
});

/** Every test has its own address, so that none is refused for another's requests. */
let address = "";
async function forgetLimits(): Promise<void> {
  address = `2001:db8:${crypto.randomUUID().slice(0, 4)}::1`;
}

const open = async (method: string, path: string): Promise<Response> =>
  send(method, `/public${path}`, { headers: { "cf-connecting-ip": address } });

const follow = async (path: string, method = "GET"): Promise<Response> => open(method, path);

async function post(token: string, what: string): Promise<number> {
  const answer = await open("POST", `/t/${token}/${what}`);
  await answer.text();
  return answer.status;
}

describe("deliveries and clicks", () => {
  test("each recipient counts as one delivery and one click, even when reported many times at once", async () => {
    const notification = await sentNotification(app);
    const token = tokenOf(notification, subscriber);
    const all = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => post(token, n % 2 ? "delivered" : "clicked")),
    );
    expect(new Set(all)).toEqual(new Set([200]));
    expect(await engagementOf(notification)).toEqual([1, 1]);
    expect(await post(token, "delivered")).toBe(200);
    expect(await engagementOf(notification)).toEqual([1, 1]);
  });

  test("each recipient is counted only in the notification that it reports", async () => {
    const [one, other] = [await sentNotification(app), await sentNotification(app)];
    const [a, b] = await addSubscribers(app, [{}, {}]);
    await Promise.all([a, b].map(async (id) => post(tokenOf(one, id!), "clicked")));
    await post(tokenOf(other, a!), "clicked");
    expect(await engagementOf(one)).toEqual([0, 2]);
    expect(await engagementOf(other)).toEqual([0, 1]);
  });

  test("deliveries and clicks are counted in the app's daily statistics too", async () => {
    const notification = await sentNotification(app);
    await post(tokenOf(notification, subscriber), "delivered");
    await post(tokenOf(notification, subscriber), "clicked");
    const today = new Date().toISOString().slice(0, 10);
    const days = await rows("SELECT * FROM daily_stats WHERE app_id = ? AND date > '2020'", app.id);
    expect(days).toEqual([
      expect.objectContaining({ date: today, delivered: 1, clicked: 1, sent: 0 }),
    ]);
  });

  test("a report counts as activity once a day and reactivates a subscriber not inactive for long", async () => {
    const notification = await sentNotification(app);
    const now = Date.now();
    const [silent, recent, dead] = (await addSubscribers(app, [{}, {}, {}])) as [
      number,
      number,
      number,
    ];
    const age = async (id: number, status: string, active: number, changed: number) =>
      rows(
        "UPDATE subscribers SET status = ?, last_active_at = ?, updated_at = ? WHERE id = ?",
        status,
        now - active * DAY_MS,
        now - changed * DAY_MS,
        id,
      );
    await age(silent, "inactive", 100, 9);
    await age(recent, "active", 0.5, 0.5);
    await age(dead, "inactive", 100, 40);
    await rows("UPDATE subscribers SET retired_as = 'gone', retired_at = 1 WHERE id = ?", dead);
    for (const id of [silent, recent, dead]) {
      await post(tokenOf(notification, id), "delivered");
      await post(tokenOf(notification, id), "clicked");
    }
    const found = await rows(
      "SELECT status, last_active_at FROM subscribers WHERE id IN (?, ?, ?) ORDER BY id",
      silent,
      recent,
      dead,
    );
    expect(found.map(({ status }) => status)).toEqual(["active", "active", "inactive"]);
    const ages = found.map(({ last_active_at: at }) => now - at);
    expect(ages[0]).toBeLessThan(DAY_MS);
    expect(ages[1]).toBe(DAY_MS / 2);
  });

  test("a click on a notification that ended over 90 days ago is answered but not counted", async () => {
    const at = (days: number) => ({ updated_at: Date.now() - days * DAY_MS });
    const [old, recent] = [
      await sentNotification(app, at(91)),
      await sentNotification(app, at(89)),
    ];
    for (const ended of [old, recent])
      expect(await post(tokenOf(ended, subscriber), "clicked")).toBe(200);
    expect(await engagementOf(old)).toEqual([0, 0]);
    expect(await engagementOf(recent)).toEqual([0, 1]);
  });

  test("a click is sent to the app's webhooks once", async () => {
    await api("POST", `/api/v1/push/apps/${app.uuid}/webhooks`, {
      token: key,
      json: { url: "https://hooks.example.com/", events: ["notification.clicked"] },
    });
    const notification = await sentNotification(app);
    const token = tokenOf(notification, subscriber);
    await Promise.all([post(token, "clicked"), post(token, "clicked"), post(token, "delivered")]);
    await eventually(async () => internet.received.length > 0);
    const told = await rows(
      "SELECT body FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id WHERE w.app_id = ?",
      app.id,
    );
    const [who] = await rows("SELECT uuid FROM subscribers WHERE id = ?", subscriber);
    expect(told.map(({ body }) => JSON.parse(body).data)).toEqual([
      {
        notification_id: notification.uuid,
        subscriber_id: who.uuid,
        clicked_at: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
  });

  test.each(["", "x", "A".repeat(46), "%00"])(
    "the malformed token %j answers 404",
    async (token) => {
      expect(await post(token, "clicked")).toBe(404);
      expect((await open("GET", `/c/${token}`)).status).toBe(404);
    },
  );

  test("a forged token answers 404 and counts nothing", async () => {
    const notification = await sentNotification(app);
    const token = tokenOf(notification, subscriber);
    const other = tokenOf(notification, subscriber + 1);
    // a letter changed at either end, and another recipient's ids under this one's signature
    const ends = [`B${token.slice(1)}`, `${token.slice(0, -1)}${token.endsWith("A") ? "Q" : "A"}`];
    for (const forged of [...ends, other.slice(0, 24) + token.slice(24)]) {
      expect(await post(forged, "delivered")).toBe(404);
      expect((await open("GET", `/c/${forged}`)).status).toBe(404);
    }
    expect(await engagementOf(notification)).toEqual([0, 0]);
  });

  test("the links of a deleted notification answer 404", async () => {
    const notification = await sentNotification(app);
    await rows("DELETE FROM notifications WHERE id = ?", notification.id);
    expect(await post(tokenOf(notification, subscriber), "clicked")).toBe(404);
    expect((await open("GET", `/c/${tokenOf(notification, subscriber)}`)).status).toBe(404);
    expect(
      await rows("SELECT * FROM engagements WHERE notification_id = ?", notification.id),
    ).toEqual([]);
  });

  test("pages of any origin may report a delivery", async () => {
    const notification = await sentNotification(app);
    const answer = await open("POST", `/t/${tokenOf(notification, subscriber)}/delivered`);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(await answer.json()).toEqual({ ok: true });
  });

  test("one address may send 200 requests a minute over all links", async () => {
    const token = tokenOf(await sentNotification(app), subscriber);
    beginMinute();
    const first = await Promise.all(
      Array.from({ length: 200 }, async () => post(token, "clicked")),
    );
    expect(new Set(first)).toEqual(new Set([200]));
    const refused = await open("GET", `/c/${token}`);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    address = "2001:db8::1:1";
    expect(await post(token, "clicked")).toBe(200);
  });
});

describe("following a link", () => {
  test("redirects to the notification's URL, whatever the query, and counts one click", async () => {
    const notification = await sentNotification(app, { url: URL_OF_IT });
    const path = `/c/${tokenOf(notification, subscriber)}`;
    for (const query of ["", "?url=https://evil.example/", "?redirect=//evil.example"]) {
      const answer = await follow(path + query);
      expect(answer.status).toBe(302);
      expect(answer.headers.get("location")).toBe(URL_OF_IT);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    }
    expect(await engagementOf(notification)).toEqual([0, 1]);
  });

  test("counts no click for HEAD, which link scanners send", async () => {
    const notification = await sentNotification(app, { url: URL_OF_IT });
    const answer = await follow(`/c/${tokenOf(notification, subscriber)}`, "HEAD");
    expect(answer.status).toBe(302);
    expect(await engagementOf(notification)).toEqual([0, 0]);
  });

  test("encodes a URL with letters beyond ASCII in the Location header", async () => {
    const notification = await sentNotification(app, { url: "https://müller.example/ä" });
    const answer = await follow(`/c/${tokenOf(notification, subscriber)}`);
    expect(answer.headers.get("location")).toBe("https://xn--mller-kva.example/%C3%A4");
  });

  test("redirects to the app's default URL when the notification has none", async () => {
    await rows(
      `UPDATE apps SET push_settings = '{"default_url":"https://home.example/"}' WHERE id = ?`,
      app.id,
    );
    const notification = await sentNotification(app);
    const answer = await follow(`/c/${tokenOf(notification, subscriber)}`);
    expect(answer.headers.get("location")).toBe("https://home.example/");
  });

  test("redirects to the app's own URL when nothing else says where, and counts the click", async () => {
    await rows("UPDATE apps SET url = 'https://shop.example.com/start' WHERE id = ?", app.id);
    const notification = await sentNotification(app);
    const answer = await follow(`/c/${tokenOf(notification, subscriber)}`);
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe("https://shop.example.com/start");
    expect(await engagementOf(notification)).toEqual([0, 1]);
  });

  test("shows a locked-down page when there is no URL to go to, and counts the click", async () => {
    await rows("UPDATE apps SET url = '' WHERE id = ?", app.id);
    const notification = await sentNotification(app);
    const answer = await follow(`/c/${tokenOf(notification, subscriber)}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await answer.text()).toContain("<!doctype html>");
    expect(await engagementOf(notification)).toEqual([0, 1]);
  });

  test.each(["javascript:alert(1)", "//evil.example/", "data:text/html,x", "/relative"])(
    "does not redirect to %j, even if the notification's row holds it",
    async (url) => {
      const notification = await sentNotification(app, { url });
      const answer = await follow(`/c/${tokenOf(notification, subscriber)}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("location")).toBeNull();
    },
  );
});
