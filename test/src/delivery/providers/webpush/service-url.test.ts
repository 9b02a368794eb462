// Where pushes to Google's push service go: to FCM as it is configured, with a VAPID token for Google's own origin.
import { expect, test } from "vitest";
import { probeWebPush } from "../../../../../src/delivery/providers/webpush/verify.ts";
import { content } from "../../../../support/push-content.ts";
import { browser, deps, NO_LINKS, recorder, sendOne, webPushSender } from "../support.ts";

/** Where a send and a verification of one endpoint go, and the audience of their VAPID tokens. */
async function asked(endpoint: string): Promise<{ url: string; audience: string }[]> {
  const { fetch, sent } = recorder();
  const address = { ...browser().target, endpoint };
  await sendOne(deps(fetch), address, content(), NO_LINKS, webPushSender());
  await probeWebPush(deps(fetch), address, webPushSender());
  return sent.map(({ url, headers }) => {
    const claims = /t=[^.]+\.([^.]+)\./.exec(headers.get("authorization") ?? "")?.[1] ?? "";
    const { aud } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { aud: string };
    return { url, audience: aud };
  });
}

test("Google's push service is asked where FCM is", async () => {
  const there = {
    url: "https://fcm.example.com/fcm/send/a:b?c",
    audience: "https://fcm.googleapis.com",
  };
  expect(await asked("https://fcm.googleapis.com/fcm/send/a:b?c")).toEqual([there, there]);
});

test.each([
  "https://fcm.googleapis.com:8443",
  "http://fcm.googleapis.com",
  "https://fcm.googleapis.com.example.com",
  "https://updates.push.services.mozilla.com",
])("%s is asked itself", async (origin) => {
  const itself = { url: `${origin}/wpush/v2/x`, audience: origin };
  expect(await asked(`${origin}/wpush/v2/x`)).toEqual([itself, itself]);
});
