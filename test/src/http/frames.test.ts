// Clickjacking and sniffing: whatever is shown as a page, a refusal and what is not there included, is shown in no frame of
// anybody's, is read as what it says it is, and tells other sites no address.
import { expect, test } from "vitest";
import { dashboard } from "../../../src/web/dashboard/index.ts";
import { newAddress, send } from "../../support/worker.ts";
import { signedIn } from "../../support/person.ts";
import { newApp } from "../../support/scenario.ts";

const person = await signedIn();
const app = await newApp(person.account.key);

const PATHS = [
  "/",
  "/nope",
  "/%ff",
  "//evil.example/",
  "/dashboard",
  "/dashboard/nope",
  "/dashboard/999999999",
  "/dashboard/1/nope/%zz",
  "/install/nope",
  "/install/nope/icon",
  "/mobile/nope",
  "/qrcode/nope",
  "/demo",
  "/local/x/1/owner",
  ...dashboard.operations
    // Looking whether a site can be shown asks that site, which no test does.
    .filter(({ docs }) => docs.method === "get" && docs.operationId !== "checkFrame")
    .map(
      ({ docs }) =>
        `/dashboard${docs.path
          .replaceAll("{account}", String(person.account.id))
          .replaceAll("{app}", String(app.id))
          .replaceAll(/\{\w+\}/g, "1")}`,
    ),
];

test.each([
  ["GET", true],
  ["GET", false],
  ["POST", true],
  ["PUT", false],
])("%s, signed in %s: no page is shown in a frame", async (method, isIn) => {
  let pages = 0;
  for (const path of PATHS) {
    const answer = await send(method, path, {
      headers: {
        accept: "text/html",
        "cf-connecting-ip": newAddress(),
        ...(isIn ? { cookie: person.cookie } : {}),
      },
    });
    const text = await answer.text();
    const { headers, status } = answer;
    expect([path, status < 500], text).toEqual([path, true]);
    expect([path, headers.get("x-content-type-options")]).toEqual([path, "nosniff"]);
    if (!headers.get("content-type")?.startsWith("text/html")) continue;
    pages += 1;
    const policy = headers.get("content-security-policy") ?? "";
    expect([path, policy]).toEqual([path, expect.stringContaining("frame-ancestors 'none'")]);
    expect([path, policy]).toEqual([
      path,
      expect.stringMatching(/default-src 'none'.*base-uri 'none'/),
    ]);
    expect([path, policy]).toEqual([path, expect.not.stringContaining("unsafe")]);
    expect([path, headers.get("x-frame-options")]).toEqual([path, "DENY"]);
    expect([path, headers.get("referrer-policy")]).toEqual([
      path,
      expect.stringMatching(/^(?:same-origin|no-referrer)$/),
    ]);
    expect([path, headers.get("access-control-allow-origin")]).toEqual([path, null]);
  }
  expect(pages).toBeGreaterThan(10);
});

test("every cookie of a page is kept from scripts and other sites, and is sent by HTTPS only where pages are", async () => {
  const answers = [
    await person.post("/dashboard/theme", { theme: "dark" }),
    await person.post("/dashboard/security/name", { name: "Ann" }),
    await person.get(person.base),
    await person.get("/dashboard/nope", { cookie: "slipway_flash=a" }),
    await person.post("/dashboard/sign-out"),
  ];
  const cookies = answers.flatMap(({ headers }) => headers.getSetCookie());
  expect(new Set(cookies.map((each) => each.split("=")[0])).size).toBeGreaterThanOrEqual(4);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).toMatch(/; Secure/);
  }
});
