// The asset links of the Worker's own host, which the operator may set: what Android reads before it opens codes' links in
// an app.
import { createExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import { createApp } from "../../../src/api/app.ts";
import { connect } from "../../../src/runtime.ts";
import { newPublisher } from "../../support/publisher.ts";
import { useTestClock } from "../../support/builds.ts";
import { api, bindings, ORIGIN, send } from "../../support/worker.ts";

useTestClock();

const PATH = "/.well-known/assetlinks.json";

const answerTo = createApp();
const askWith = async (links: string, method = "GET", path = PATH) =>
  answerTo(
    new Request(ORIGIN + path, { method }),
    connect({ ...bindings, ASSET_LINKS: links } as never, createExecutionContext()),
  );

const LINK = {
  relation: ["delegate_permission/common.handle_all_urls"],
  target: {
    namespace: "android_app",
    package_name: "com.example.app",
    sha256_cert_fingerprints: [Array.from({ length: 32 }, () => "0A").join(":")],
  },
};

test("nobody may open this host's links unless the operator says so", async () => {
  const unknown = await send("GET", "/.well-known/nope");
  for (const method of ["GET", "HEAD", "POST"]) {
    const answer = await send(method, PATH);
    expect(answer.status, method).toBe(404);
    expect(answer.headers.get("content-type")).toBe(unknown.headers.get("content-type"));
    await answer.text();
  }
  expect((await (await send("GET", PATH)).json()) as object).toMatchObject(
    (await unknown.json()) as object,
  );
  for (const none of ["", " ", "[]"]) expect((await askWith(none)).status).toBe(404);
});

test("what the API answers of an app is served as it is, without a redirect and to any cache", async () => {
  const owner = await newPublisher();
  await owner.release();
  const path = `/api/v1/apps/${owner.app.id}/assetlinks`;
  const links = (await api("GET", path, { token: owner.account.key })).body;
  expect(links).toHaveLength(1);
  const both = [...links, LINK];
  const answer = await askWith(JSON.stringify(both, null, 2));
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
  expect(await answer.json()).toEqual(both);
  const head = await askWith(JSON.stringify(links), "HEAD");
  expect([head.status, await head.text()]).toEqual([200, ""]);
  const posted = await askWith(JSON.stringify(links), "POST");
  expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  expect((await askWith(JSON.stringify(links), "GET", `${PATH}/x`)).status).toBe(404);
});

const target = (wrong: object) => [{ ...LINK, target: { ...LINK.target, ...wrong } }];

test.each([
  ["no JSON", "com.example.app"],
  ["an object", LINK],
  ["another relation", [{ ...LINK, relation: ["delegate_permission/common.get_login_creds"] }]],
  ["a field too many", [{ ...LINK, include: "https://example.com/assetlinks.json" }]],
  ["no certificate", target({ sha256_cert_fingerprints: [] })],
  // Android compares them as text.
  [
    "a certificate in lower case",
    target({ sha256_cert_fingerprints: [Array(32).fill("0a").join(":")] }),
  ],
  ["a SHA-1", target({ sha256_cert_fingerprints: [Array(20).fill("0A").join(":")] })],
  ["no package", target({ package_name: "" })],
  ["a site", target({ namespace: "web" })],
])("%s is refused when the Worker starts, by the variable's name", (_, links) => {
  const text = typeof links === "string" ? links : JSON.stringify(links);
  expect(() =>
    connect({ ...bindings, ASSET_LINKS: text } as never, createExecutionContext()),
  ).toThrow(/^Configuration: ASSET_LINKS: \[/);
});
