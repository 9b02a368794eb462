// Requests that only look ahead: links lead them on like a person, and count nothing.
import { beforeEach, describe, expect, test } from "vitest";
import { addSubscribers } from "../../../support/notifications.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";
import {
  engagementOf,
  sentNotification,
  tokenOf,
  type SentNotification,
} from "../../../support/tracked.ts";
import { newAddress, rows, send } from "../../../support/worker.ts";

const URL_OF_IT = "https://example.com/dashboard";

let notification: SentNotification;
let subscriber: number;
let token: string;
beforeEach(async () => {
  const { id: accountId, key } = await newAccount();
  const app = { ...(await newApp(key)), accountId };
  [subscriber] = (await addSubscribers(app, [{}])) as [number];
  notification = await sentNotification(app, { url: URL_OF_IT });
  token = tokenOf(notification, subscriber);
});

const call = async (method: string, path: string, headers: Record<string, string> = {}) =>
  send(method, `/public${path}`, { headers: { "cf-connecting-ip": newAddress(), ...headers } });

/** Follows the link, which leads on in any case. */
async function follow(headers: Record<string, string>, method = "GET"): Promise<void> {
  const answer = await call(method, `/c/${token}`, headers);
  expect(answer.status).toBe(302);
  expect(answer.headers.get("location")).toBe(URL_OF_IT);
}

const AHEAD: [string, string][] = [
  ["purpose", "prefetch"],
  ["Purpose", "preview"],
  ["sec-purpose", "prefetch"],
  ["Sec-Purpose", "prefetch;prerender"],
  ["Sec-Purpose", "prefetch;anonymous-client-ip"],
  ["Sec-Purpose", "Prefetch; Prerender"],
  ["x-moz", "prefetch"],
  ["x-purpose", "preview"],
  ["x-purpose", ": preview"],
];

const SERVICES = [
  "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
  "facebookexternalhit/1.1",
  // iMessage
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
  "WhatsApp/2.23.20.0 A",
  "TelegramBot (like TwitterBot)",
  "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
  "Slack-ImgProxy 1.0",
  "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
  "Twitterbot/1.0",
  "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 (compatible; Google-InspectionTool/1.0)",
  "Mozilla/5.0 (compatible; bingbot/2.0;  http://www.bing.com/bingbot.htm)",
  "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b",
  "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/8.0.2 Safari/600.2.5 (Applebot/0.1)",
  "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
  "MicrosoftPreview/2.0",
  "Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots",
  "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
  "Viber/20.3.0.4",
  "Pinterestbot/1.0",
  "Embedly +support@embed.ly",
  "http.rb/5.1.1 (Mastodon/4.2.1)",
  "Tumblr/14.0.835.186",
  "XING-contenttabreceiver/2.0",
  "LarkUrl2Html/1.0",
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36",
  "ia_archiver",
  "PocketParser/2.0",
  "Mozilla/5.0 (compatible; Qwantify/2.4w)",
  "Mozilla/5.0 (compatible; Some Robot/1.0)",
  "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36 (compatible; Googlebot/2.1)",
  "Some Unknown Fetcher/1.0 (+https://fetcher.example.com/about)",
];

const PEOPLE = [
  "",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
  // a phone of the maker CUBOT, in two spellings
  "Mozilla/5.0 (Linux; Android 11; CUBOT X50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Linux; U; Android 9; en; CUBOT_POWER) AppleWebKit/537.36 Chrome/90.0.0.0 Mobile Safari/537.36",
  // others' phones named so
  "Mozilla/5.0 (Linux; Android 9; ROBOT X1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Linux; U; Android 9; en; MAKER_Robot) AppleWebKit/537.36 Chrome/90.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  // browsers within apps
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/460.0.0.31.103]",
  "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0 Mobile Safari/537.36 Instagram 330.0.0.0",
  "Mozilla/5.0 (Linux; Android 14; SM-S918B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0 Mobile Safari/537.36 Line/14.5.0/IAB",
  "Mozilla/5.0 (Linux; Android 13; wv) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0 Mobile Safari/537.36 Telegram-Android/10.14.5",
  "okhttp/4.12.0",
];

describe("following a link", () => {
  test.each(AHEAD)(
    "with %s: %s counts no click, and the click that follows counts",
    async (name, value) => {
      await follow({ [name]: value });
      expect(await engagementOf(notification)).toEqual([0, 0]);
      await follow({ [name]: "" });
      expect(await engagementOf(notification)).toEqual([0, 1]);
    },
  );

  test("with HEAD counts no click", async () => {
    await follow({}, "HEAD");
    expect(await engagementOf(notification)).toEqual([0, 0]);
  });

  test.each(SERVICES)("counts no click of %s", async (agent) => {
    await follow({ "user-agent": agent });
    expect(await engagementOf(notification)).toEqual([0, 0]);
  });

  test.each(PEOPLE)("counts the click of %j", async (agent) => {
    await follow({ "user-agent": agent, "sec-fetch-mode": "navigate", "x-purpose": "navigate" });
    expect(await engagementOf(notification)).toEqual([0, 1]);
  });

  test("that a preview follows is no sign of life", async () => {
    const old = "UPDATE subscribers SET last_active_at = 1 WHERE id = ?";
    await rows(old, subscriber);
    await follow({ "sec-purpose": "prefetch" });
    const seen = "SELECT last_active_at AS at FROM subscribers WHERE id = ?";
    expect(await rows(seen, subscriber)).toEqual([{ at: 1 }]);
  });
});

test("reports of a page that is fetched ahead are answered alike and not counted", async () => {
  for (const kind of ["delivered", "clicked"]) {
    const path = `/t/${token}/${kind}`;
    const answer = await call("POST", path, { "sec-purpose": "prefetch;prerender" });
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
  }
  expect(await engagementOf(notification)).toEqual([0, 0]);
  for (const kind of ["delivered", "clicked"]) await call("POST", `/t/${token}/${kind}`);
  expect(await engagementOf(notification)).toEqual([1, 1]);
});

test.each([
  "AcmeApp/3.1 (+https://acme.example) okhttp/4.12",
  "AcmeBot/2.0",
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36",
])("reports count whatever their client calls itself: %s", async (agent) => {
  for (const kind of ["delivered", "clicked"]) {
    await call("POST", `/t/${token}/${kind}`, { "user-agent": agent });
  }
  expect(await engagementOf(notification)).toEqual([1, 1]);
});

test("the links of a deleted notification answer 404 to previews too", async () => {
  await rows("DELETE FROM notifications WHERE id = ?", notification.id);
  const headers = { purpose: "prefetch" };
  expect((await call("GET", `/c/${token}`, headers)).status).toBe(404);
  expect((await call("POST", `/t/${token}/clicked`, headers)).status).toBe(404);
});
