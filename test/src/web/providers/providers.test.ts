// The page of an app's credentials for FCM and APNs.
import { expect, test } from "vitest";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { apnsKey, serviceAccount } from "../../../support/push.ts";
import { newApp } from "../../../support/scenario.ts";
import { rows } from "../../../support/worker.ts";

async function newWorld(): Promise<{ owner: TestPerson; path: string; appId: number }> {
  const owner = await signedIn();
  const { id } = await newApp(owner.account.key);
  return { owner, path: `${owner.base}/apps/${id}/providers`, appId: id };
}

const apns = async () => {
  const { private_key: key, ...others } = await apnsKey();
  return { ...others, private_key_text: key };
};

test("a chosen key file and a pasted key are stored, shown without their secrets, and removed", async () => {
  const { owner, path, appId } = await newWorld();
  const google = await serviceAccount();
  const file = new FormData();
  file.set("service_account", new File([JSON.stringify(google)], "key.json"));
  expect((await owner.post(`${path}/fcm`, file)).to).toBe(path);
  const apple = await apns();
  expect((await owner.post(`${path}/apns`, apple)).to).toBe(path);
  const { html } = await owner.get(path);
  for (const part of [google.project_id, google.client_email, "ABCDE12345", "com.example.app"]) {
    expect(html).toContain(part);
  }
  expect(html.match(/Not tried yet/g)).toHaveLength(2);
  expect(html).not.toContain("PRIVATE KEY");
  for (const provider of ["fcm", "apns"]) {
    expect((await owner.post(`${path}/${provider}/remove`)).to).toBe(path);
    expect((await owner.post(`${path}/${provider}/remove`)).status).toBe(404);
  }
  expect(await rows("SELECT id FROM push_credentials WHERE app_id = ?", appId)).toEqual([]);
});

test("keys that are none are refused at their field, and never shown again", async () => {
  const { owner, path } = await newWorld();
  const google = await serviceAccount();
  const refused = [
    ["/fcm", {}, "Must be the key file, chosen or pasted."],
    ["/fcm", { service_account_text: "{" }, "Must be the JSON file"],
    ["/fcm", { service_account_text: "[]" }, "Must be"],
    [
      "/fcm",
      { service_account_text: JSON.stringify({ ...google, client_email: "nobody" }) },
      "Client_email in it must be a valid email address.",
    ],
    ["/fcm", { service_account_text: "x".repeat(20_000) }, "Must not be larger than 16 kB."],
    ["/apns", { ...(await apns()), key_id: "short" }, "Must be 10 capital letters and digits."],
    ["/apns", { ...(await apns()), private_key_text: google.private_key }, "P-256"],
    ["/apns", { ...(await apns()), environment: "moon" }, 'id="f-apns-environment-error"'],
  ] as const;
  for (const [form, fields, says] of refused) {
    const { status, html } = await owner.post(path + form, fields);
    expect([form, says, status]).toEqual([form, says, 422]);
    expect(html).toContain(says);
    expect(html).not.toContain("PRIVATE KEY");
  }
});

test("what a provider complained of stands at its credential", async () => {
  const { owner, path, appId } = await newWorld();
  await owner.post(`${path}/apns`, await apns());
  await rows("UPDATE push_credentials SET flag = 'Not for <this> topic.' WHERE app_id = ?", appId);
  const { html } = await owner.get(path);
  expect(html).toContain("Complains");
  expect(html).toContain("Not for &lt;this&gt; topic.");
});

test("a marketer may verify, a viewer may look, and others' apps are not there", async () => {
  const { owner, path } = await newWorld();
  await owner.post(`${path}/apns`, await apns());
  const marketer = await signedIn("marketer", owner.account);
  expect((await marketer.post(`${path}/fcm/verify`)).status).toBe(404);
  for (const form of ["/fcm", "/apns", "/apns/remove"]) {
    expect((await marketer.post(path + form)).status).toBe(403);
  }
  const viewer = await signedIn("viewer", owner.account);
  expect((await viewer.post(`${path}/apns/verify`)).status).toBe(403);
  expect((await viewer.get(path)).html).not.toContain('id="set-apns"');
  const stranger = await signedIn();
  const there = path.replace(owner.base, stranger.base);
  expect((await stranger.get(there)).status).toBe(404);
  for (const form of ["/fcm", "/apns", "/apns/verify", "/apns/remove"]) {
    expect((await stranger.post(there + form, await apns())).status).toBe(404);
  }
});
