// Mail to people as the Worker sends it, at a stand-in that is as strict as Resend; and what that refuses.
import { expect, test } from "vitest";
import { mailBy } from "../../../src/delivery/mail.ts";
import { standin } from "./support.ts";

const MAIL = {
  to: "ann@example.com",
  subject: "Confirm",
  text: "Here: https://slipway.test/x?token=t",
};
const FROM = "Slipway <hello@slipway.test>";

test("a mail arrives whole, once", async () => {
  const { mail, control } = await standin();
  await mailBy({ ...mail, from: FROM }, fetch)(MAIL);
  const { to, subject, text } = MAIL;
  expect(await control.deliveries("mail")).toMatchObject([
    { recipient: to, content: { from: FROM, to: [to], subject, text } },
  ]);
});

test("a mail that is refused is a failure that tells neither the address nor the link", async () => {
  const { mail, control } = await standin();
  const failures = [
    mailBy({ ...mail, token: "re_other", from: FROM }, fetch)(MAIL),
    mailBy({ ...mail, from: "no address" }, fetch)(MAIL),
    mailBy({ ...mail, from: FROM }, fetch)({ ...MAIL, to: "not an address" }),
    mailBy({ ...mail, from: FROM }, fetch)({ ...MAIL, subject: "two\nlines" }),
  ];
  for (const [at, failure] of failures.entries()) {
    const error: unknown = await failure.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(String(error), `failure ${at}`).toMatch(/the mail service answered 4\d\d/);
    expect(String(error)).not.toMatch(/ann@example|token=/);
  }
  expect(await control.deliveries("mail")).toEqual([]);
});

test.each([
  ["too many requests", { rate_limited: { next: 2 } }, { rate_limited: { next: 3 } }],
  ["a fault of the service", { server_error: { next: 2 } }, { server_error: { next: 3 } }],
  ["a connection that breaks", { reset: { next: 2 } }, { reset: { next: 3 } }],
])("%s: a mail is tried twice more, then it is a failure", async (_, passing, lasting) => {
  const { mail, control } = await standin();
  const waits: number[] = [];
  const send = mailBy({ ...mail, from: FROM }, fetch, async (ms) => void waits.push(ms));
  await control.setFaults("mail", passing);
  await send(MAIL);
  expect(waits).toEqual([1000, 3000]);
  expect(await control.deliveries("mail")).toHaveLength(1);
  await control.setFaults("mail", lasting);
  await expect(send(MAIL)).rejects.toThrow(/the mail service answered|fetch failed/);
  expect(await control.deliveries("mail")).toHaveLength(1);
});

test("a mail that arrived, though no answer came, is sent once", async () => {
  const { mail, control } = await standin();
  let lost = 1;
  const losing: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    if (lost-- > 0) throw new TypeError("the connection broke");
    return answer;
  };
  await mailBy({ ...mail, from: FROM }, losing, async () => undefined)(MAIL);
  expect(await control.deliveries("mail")).toHaveLength(1);
});

test("the stand-in refuses what Resend refuses, and sends a repeated request once", async () => {
  const { mail, control } = await standin();
  const right = { from: FROM, to: ["ann@example.com"], subject: "Hello", text: "Hello" };
  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${mail.url}/emails`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${mail.token}`,
        "content-type": "application/json",
        "user-agent": "test",
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const { name, id } = (await response.json()) as { name?: string; id?: string };
    return { status: response.status, name, id };
  };
  expect((await post(right, { authorization: "" })).name).toBe("missing_api_key");
  expect((await post(right, { authorization: "Bearer re_x" })).name).toBe("invalid_api_key");
  expect((await post(right, { "user-agent": "" })).name).toBe("user_agent_required");
  for (const wrong of [
    "{",
    {},
    { ...right, to: [] },
    { ...right, unknown: 1 },
    { ...right, subject: "" },
    { from: FROM, to: "ann@example.com", subject: "no text" },
  ]) {
    expect((await post(wrong)).name, JSON.stringify(wrong)).toBe("validation_error");
  }
  expect((await fetch(`${mail.url}/emails`)).status).toBe(405);
  expect((await fetch(`${mail.url}/other`)).status).toBe(404);
  const key = { "idempotency-key": "one" };
  const first = await post(right, key);
  expect([first.status, (await post(right, key)).id]).toEqual([200, first.id]);
  expect((await post({ ...right, text: "other" }, key)).name).toBe("invalid_idempotent_request");
  expect((await post(right, { "idempotency-key": "k".repeat(257) })).name).toBe(
    "invalid_idempotency_key",
  );
  expect(await control.deliveries("mail")).toHaveLength(1);
});
