// What receivers can verify: the signatures of Standard Webhooks 1.0, by that project's own library, beside our own; and the
// secrets that sign, given, made and rotated.
import { beforeEach, describe, expect, test } from "vitest";
import { mac } from "../../../../src/kit/crypto.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";
import { useInternet, type Received } from "../../../support/receiver.ts";
import { isVerified, verified } from "../../../support/standard-webhooks.ts";
import { api, eventually, rows } from "../../../support/worker.ts";

const internet = useInternet();
const DAY_MS = 86_400_000;
const base64 = (bytes: number) => Buffer.alloc(bytes, 0xfb).toString("base64");

let token: string;
let path: string;
beforeEach(async () => {
  ({ key: token } = await newAccount());
  path = `/api/v1/push/apps/${(await newApp(token)).uuid}/webhooks`;
});

const make = async (secret?: unknown) => {
  const json = { url: "https://hooks.example.com/in", events: ["build.failed"] };
  return api("POST", path, {
    token,
    json: { ...json, ...(secret === undefined ? {} : { secret }) },
  });
};
const rotate = async (id: string, json: unknown = {}, headers: Record<string, string> = {}) =>
  api("POST", `${path}/${id}/rotate-secret`, { token, json, headers });

/** Has the webhook be tested; what its receiver was sent. */
async function tested(id: string): Promise<Received> {
  const before = internet.received.length;
  await api("POST", `${path}/${id}/test`, { token });
  await eventually(async () => internet.received.length > before);
  return internet.received[before]!;
}

/** Our own signature, by the secret's text. */
function ownSignature(secret: string, { headers, body }: Received): string {
  const signed = mac(secret, `${headers.get("x-slipway-timestamp")}.${body}`);
  return `sha256=${Buffer.from(signed).toString("hex")}`;
}

/** Which signatures are these secrets', in the order of the header. */
function signers(received: Received, secrets: string[]): number[] {
  return received.headers
    .get("webhook-signature")!
    .split(" ")
    .map((signature) => {
      const headers = new Headers(received.headers);
      headers.set("webhook-signature", signature);
      return secrets.findIndex((secret) => isVerified(secret, { ...received, headers }));
    });
}

describe("a delivery", () => {
  test("is verified by the standard's library, with the secret as it was shown", async () => {
    const { id, secret } = (await make()).body.data;
    const received = await tested(id);
    const body = verified(secret, received);
    expect(body).toEqual(JSON.parse(received.body));
    expect(body).toMatchObject({ type: "webhook.test", event: "webhook.test" });
    expect(new Date(body.timestamp).toISOString()).toBe(body.timestamp);
    expect(body.created_at).toBe(`${body.timestamp.slice(0, 19)}Z`);
    const { headers } = received;
    expect(headers.get("webhook-id")).toBe(headers.get("x-slipway-delivery"));
    expect(headers.get("webhook-timestamp")).toBe(headers.get("x-slipway-timestamp"));
    expect(isVerified(secret, { ...received, body: `${received.body} ` })).toBe(false);
  });

  test.each([
    ["24 bytes behind the prefix", `whsec_${base64(24)}`],
    ["64 bytes behind the prefix", `whsec_${base64(64)}`],
    ["any other text", "our own"],
    ["a text that is not ASCII", "Schlüssel 🔑"],
    ["one character", "x"],
  ])("is verified with the customer's own secret: %s", async (_, secret) => {
    const made = await make(secret);
    expect(made.status).toBe(201);
    const received = await tested(made.body.data.id);
    expect(verified(secret, received).event).toBe("webhook.test");
    expect(received.headers.get("x-slipway-signature")).toBe(ownSignature(secret, received));
  });

  test("is not verified with another secret", async () => {
    const { id } = (await make()).body.data;
    const received = await tested(id);
    expect(isVerified(`whsec_${base64(32)}`, received)).toBe(false);
  });
});

describe("a secret with the standard's prefix", () => {
  const BAD = [
    "whsec_",
    `whsec_${base64(23)}`,
    `whsec_${base64(65)}`,
    `whsec_${base64(32).replaceAll("=", "")}`,
    `whsec_${base64(32).replaceAll("+", "-").replaceAll("/", "_")}`,
    `whsec_${base64(32)}=`,
    `whsec_ ${base64(32)}`,
    "whsec_no base64 at all, though it is long enough to be",
  ];
  test.each(BAD)("is refused where it holds no such key: %j", async (secret) => {
    const { id } = (await make()).body.data;
    const answers = [
      await make(secret),
      await rotate(id, { secret }),
      await api("PATCH", `${path}/${id}`, { token, json: { secret } }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(422);
      expect(body.details).toEqual({ secret: [expect.stringMatching(/base64.* 24 to 64 bytes/)] });
    }
  });
});

describe("rotating a secret", () => {
  test("shows the new one once, and signs with both for a day, the new one first", async () => {
    const { id, secret: old } = (await make()).body.data;
    const rotated = await rotate(id);
    expect(rotated.status).toBe(200);
    const { secret, previous_secret_expires_at: endsAt, ...shown } = rotated.body.data;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(secret).not.toBe(old);
    expect(Math.abs(Date.parse(endsAt) - Date.now() - DAY_MS)).toBeLessThan(60_000);
    const now = await api("GET", `${path}/${id}`, { token });
    expect(now.body.data).toEqual({ ...shown, previous_secret_expires_at: endsAt });
    const received = await tested(id);
    expect(signers(received, [secret, old])).toEqual([0, 1]);
    expect(received.headers.get("x-slipway-signature")).toBe(ownSignature(secret, received));
    await rows("UPDATE webhooks SET previous_secret_ends_at = ? WHERE uuid = ?", Date.now(), id);
    expect(signers(await tested(id), [secret, old])).toEqual([0]);
    const after = await api("GET", `${path}/${id}`, { token });
    expect(after.body.data.previous_secret_expires_at).toBeNull();
  });

  test("takes the customer's own", async () => {
    const { id, secret: old } = (await make()).body.data;
    const own = `whsec_${base64(40)}`;
    expect((await rotate(id, { secret: own })).body.data.secret).toBe(own);
    expect(signers(await tested(id), [own, old])).toEqual([0, 1]);
  });

  test("again within the day keeps only the last old one", async () => {
    const first = (await make()).body.data;
    const [second, third] = [
      (await rotate(first.id)).body.data.secret,
      (await rotate(first.id)).body.data.secret,
    ];
    expect(signers(await tested(first.id), [third, second, first.secret])).toEqual([0, 1]);
  });

  test("by a change of the secret instead is immediate", async () => {
    const { id, secret: old } = (await make()).body.data;
    await rotate(id);
    await api("PATCH", `${path}/${id}`, { token, json: { secret: "our own" } });
    const received = await tested(id);
    expect(signers(received, ["our own"])).toEqual([0]);
    expect(isVerified(old, received)).toBe(false);
  });

  test("stores neither secret in the clear, and binds both to their row", async () => {
    const { id, secret: old } = (await make()).body.data;
    const { secret } = (await rotate(id)).body.data;
    const [row] = await rows("SELECT * FROM webhooks WHERE uuid = ?", id);
    for (const text of [old, secret, old.slice(6), secret.slice(6)]) {
      expect(JSON.stringify(row)).not.toContain(text);
    }
    const other = (await make()).body.data;
    await rows(
      "UPDATE webhooks SET previous_secret_sealed = ?, previous_secret_ends_at = ? WHERE uuid = ?",
      row.previous_secret_sealed,
      Date.now() + DAY_MS,
      other.id,
    );
    await api("POST", `${path}/${other.id}/test`, { token });
    await eventually(async () => {
      const [{ attempts }] = await rows(
        "SELECT max(attempts) AS attempts FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id WHERE w.uuid = ?",
        other.id,
      );
      return attempts === 1;
    });
    expect(internet.received).toEqual([]);
  });

  test("once more with the same Idempotency-Key leaves the secret out, and rotates nothing", async () => {
    const { id } = (await make()).body.data;
    const headers = { "idempotency-key": "once" };
    const first = await rotate(id, {}, headers);
    const second = await rotate(id, {}, headers);
    const { secret, ...shown } = first.body.data;
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(second.body.data).toEqual(shown);
    const received = await tested(id);
    expect(isVerified(secret, received)).toBe(true);
  });

  test.each([
    [{ secret: "" }, ["secret"]],
    [{ secret: 7 }, ["secret"]],
    [{ secret: "x".repeat(256) }, ["secret"]],
    [{ grace: 1 }, ["grace"]],
    [[], [""]],
  ])("refuses %j", async (json, fields) => {
    const { id } = (await make()).body.data;
    const refused = await rotate(id, json);
    expect(refused.status).toBe(422);
    if (!Array.isArray(json)) expect(Object.keys(refused.body.details)).toEqual(fields);
  });
});
