// What nobody's browser sends: every form of the door is posted what is too large, can't be read or comes twice, and none of
// it is a fault of ours, nor keeps the Worker busy.
import { expect, test } from "vitest";
import { createApp } from "../../../../src/api/app.ts";
import { connect } from "../../../../src/runtime.ts";
import { dashboard } from "../../../../src/web/dashboard/index.ts";
import { browser, signedIn } from "../../../support/person.ts";
import { world } from "../../../support/identity.ts";
import { bindings, newAddress, ORIGIN } from "../../../support/worker.ts";

const OURS = { "sec-fetch-site": "same-origin", origin: ORIGIN, accept: "text/html" };
/** The forms of people, whether they are signed in or not: those of accounts have tests of their own. */
const FORMS = dashboard.operations
  .filter(({ docs }) => docs.method === "post" && !docs.path.includes("{account}"))
  .map(({ docs }) => docs.path.replaceAll(/\{\w+\}/g, "x1"));
const NAMES = ["email", "password", "current", "name", "code", "token", "credential", "next"];

/** Where anybody may sign up, and mail goes out. */
const here = world();
const app = createApp();

async function post(path: string, body: string | Uint8Array, headers: Record<string, string>) {
  const execution = { waitUntil: () => undefined } as unknown as ExecutionContext;
  const own = { ...OURS, "cf-connecting-ip": newAddress(), ...headers };
  const request = new Request(ORIGIN + path, { method: "POST", headers: own, body });
  const answer = await app(request, { ...connect(bindings, execution), open: () => here.ctx });
  const text = await answer.text();
  await here.settled();
  return { status: answer.status, to: answer.headers.get("location"), text };
}

const each = (value: string) => NAMES.map((name) => `${name}=${value}`).join("&");
const FORM = "application/x-www-form-urlencoded";

const BODIES: [string, string, string | Uint8Array][] = [
  ["nothing", FORM, ""],
  ["text beyond every limit", FORM, each("x".repeat(30_000))],
  ["more than any form", FORM, each("x".repeat(200_000))],
  ["bytes that are no UTF-8", FORM, new Uint8Array([...Buffer.from("email="), 0xff, 0xfe, 0xc0])],
  ["percent signs that encode nothing", FORM, each("%zz%ff%c3")],
  ["half of a surrogate pair", FORM, each("%ED%A0%80a@example.com")],
  ["NUL and other controls", FORM, each("a%00b%1b%7f%0d%0aSet-Cookie:x@example.com")],
  ["every field twice", FORM, `${each("a%40example.com")}&${each("b%40example.com")}`],
  ["names that objects have", FORM, "__proto__=1&constructor=2&toString=3&once[]=4"],
  [
    "the address of an authenticator that no code holds",
    FORM,
    `code=000000&uri=otpauth://totp/${"%25F0".repeat(110)}?secret=&codes=${"x".repeat(900)}`,
  ],
  ["JSON", "application/json", JSON.stringify({ email: {}, password: [1] })],
  ["text", "text/plain", each("a")],
  ["no type at all", "", each("a")],
  ["a type that is none", "multipart/form-data; boundary", "--x\r\n\r\n--x--"],
  [
    "parts that never end",
    "multipart/form-data; boundary=x",
    `--x\r\ncontent-disposition: form-data; name="email"\r\n\r\na`,
  ],
  [
    "files in place of text",
    "multipart/form-data; boundary=x",
    `${NAMES.map((name) => `--x\r\ncontent-disposition: form-data; name="${name}"; filename="a"\r\ncontent-type: image/png\r\n\r\nabc\r\n`).join("")}--x--\r\n`,
  ],
];

test.each(BODIES)(
  "every form of the door refuses or takes %s, and breaks by none",
  async (_, type, body) => {
    const person = await signedIn();
    expect(FORMS.length).toBeGreaterThan(15);
    for (const path of FORMS) {
      // The person's own forms come last to the one that deletes them, which none of this does.
      const cookie = path.startsWith("/security") ? { cookie: person.cookie } : {};
      const { status, text, to } = await post(`/dashboard${path}`, body, {
        ...cookie,
        // Without one a request of text would have a type of its own.
        "content-type": type,
      });
      expect([path, status < 500], text).toEqual([path, true]);
      expect(to ?? "/dashboard").toMatch(/^\/dashboard(?![^/?])/);
    }
  },
);

test.each([
  [1000, 422],
  [1001, 400],
  [130_000, 400],
])("a form with %i fields is answered %i: one has a thousand at most", async (count, status) => {
  const answer = await post("/dashboard/sign-in", "a&".repeat(count), { "content-type": FORM });
  expect(answer.status).toBe(status);
  if (status === 400) expect(answer.text).toContain("must not have more than 1000 fields");
});

test.each([
  ["a path that is no page", "/dashboard/sign-in?next=%ff", 200],
  ["an odd token", "/dashboard/reset?token=%00%ff<b>", 200],
  ["an odd token of an address", "/dashboard/verify?token=a.b.c&token=d", 200],
  ["a broken cookie", "/dashboard/security", 303],
  ["an invitation that is none", "/dashboard/invite/%E0%A4%A", 404],
])("%s is no fault either", async (_, path, status) => {
  const cookie =
    "__Host-slipway.session_token=%E0%A4%A; slipway_flash=%ff; slipway_theme=%; slipway_account=1e9";
  const answer = await browser(cookie).get(path);
  expect(answer.status).toBe(status);
  expect(answer.html).not.toContain("<b>");
});
