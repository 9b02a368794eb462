// Notifications in API v1, exactly as docs/contracts.md (App-builder 6) shows them.
import { describe, expect, test } from "vitest";
import { configure } from "../../../support/notifications.ts";
import { api, eventually, rows } from "../../../support/worker.ts";
import { newOwner, type Owner } from "../../../support/scenario.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const WORDS = { title: "New Update Available", body: "Check out our latest features!" };
const IMAGE = "https://example.com/image.png";

interface Sender extends Owner {
  call: (method: string, path: string, json?: unknown) => ReturnType<typeof api>;
  send: (fields?: Record<string, unknown>) => ReturnType<typeof api>;
}

async function newSender(isConfigured = true): Promise<Sender> {
  const { account, app } = await newOwner({});
  if (isConfigured) await configure(account, app.id, "webpush");
  const call: Sender["call"] = async (method, path, json) =>
    api(method, `/api/v1${path}`, { token: account.key, ...(json === undefined ? {} : { json }) });
  const send: Sender["send"] = async (fields = {}) =>
    call("POST", `/apps/${app.id}/notifications`, { ...WORDS, ...fields });
  return { account, app, call, send };
}

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

async function setStatus(id: number, status: string): Promise<void> {
  await rows("UPDATE notifications SET status = ? WHERE id = ?", status, id);
}

describe("sending a notification", () => {
  test("answers 201 with a pending notification, which is sent soon after", async () => {
    const { call, send } = await newSender();
    const made = await send({ image_url: IMAGE });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      data: {
        id: expect.any(Number),
        ...WORDS,
        status: "pending",
        created_at: expect.stringMatching(TIME),
      },
    });
    const { id } = made.body.data;
    await eventually(async () => {
      const [row] = await rows("SELECT status FROM notifications WHERE id = ?", id);
      return row.status === "sent";
    });
    expect((await call("GET", `/notifications/${id}`)).body.data.status).toBe("sent");
  });

  test("schedules it when scheduled_at is given, and sends nothing yet", async () => {
    const { call, send } = await newSender();
    const scheduled_at = tomorrow();
    const made = await send({ scheduled_at });
    expect(made.status).toBe(201);
    expect(made.body.data.status).toBe("scheduled");
    const shown = await call("GET", `/notifications/${made.body.data.id}`);
    expect(shown.body.data.scheduled_at).toBe(scheduled_at.replace("Z", "000Z"));
    expect(shown.body.data.sent_at).toBeNull();
  });

  test("targets every subscriber, and the push API shows the same notification", async () => {
    const { app, call, send } = await newSender();
    const made = await send({ image_url: IMAGE, scheduled_at: tomorrow() });
    const list = await call("GET", `/push/apps/${app.uuid}/notifications`);
    expect(list.body.data).toEqual([
      expect.objectContaining({
        ...WORDS,
        v1_id: made.body.data.id,
        app_id: app.uuid,
        image: IMAGE,
        targeting: { type: "all" },
        status: "scheduled",
      }),
    ]);
  });

  test("answers 400 without a push credential, and makes nothing", async () => {
    const { call, app, send } = await newSender(false);
    for (const fields of [{}, { scheduled_at: tomorrow() }]) {
      const refused = await send(fields);
      expect(refused.status).toBe(400);
      expect(refused.body).toEqual({
        message: "Push notifications are not configured for this app.",
        error: "notifications_not_configured",
      });
    }
    expect((await call("GET", `/apps/${app.id}/notifications`)).body.meta.total).toBe(0);
    expect((await send({ title: "" })).status).toBe(422);
  });

  test.each([
    [{ title: undefined }, "title", "The title field is required."],
    [{ title: "" }, "title", "The title field is required."],
    [{ title: null }, "title", "The title field is required."],
    [{ title: 1 }, "title", "The title field must be a string."],
    [{ body: undefined }, "body", "The body field is required."],
    [
      { title: "x".repeat(256) },
      "title",
      "The title field must not be greater than 255 characters.",
    ],
    [{ image_url: "x" }, "image_url", "The image url field must be a valid URL."],
    [{ image_url: 1 }, "image_url", "The image url field must be a string."],
    [
      { scheduled_at: "2024-01-15T10:00:00Z" },
      "scheduled_at",
      "The scheduled at field must be a time to come.",
    ],
    [
      { scheduled_at: "soon" },
      "scheduled_at",
      "The scheduled at field must be an ISO 8601 time with a zone.",
    ],
    [
      { scheduled_at: "2999-01-01T00:00:00Z" },
      "scheduled_at",
      "The scheduled at field must not be more than a year ahead.",
    ],
    [
      { schedule_at: null },
      "schedule_at",
      "The schedule at field is not a known setting. The known ones are title, body, image_url, scheduled_at.",
    ],
    [
      { targeting: { type: "all" } },
      "targeting",
      "The targeting field is not a known setting. The known ones are title, body, image_url, scheduled_at.",
    ],
  ])("answers 422 for %j, naming %s", async (fields, field, sentence) => {
    const { send } = await newSender();
    const refused = await send(fields);
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({ message: sentence, errors: { [field]: [sentence] } });
  });

  test("answers 422 with the provider, size and limit when the payload is too large", async () => {
    const { send } = await newSender();
    const refused = await send({ body: "é".repeat(2500) });
    expect(refused.status).toBe(422);
    expect(refused.body.message).toMatch(
      /^The payload field must not be greater than 3993 bytes for webpush, but is \d{4}\.$/,
    );
  });

  test("sends once when an Idempotency-Key is repeated", async () => {
    const { account, app, call } = await newSender();
    const again = async () =>
      api("POST", `/api/v1/apps/${app.id}/notifications`, {
        token: account.key,
        json: WORDS,
        headers: { "idempotency-key": "once" },
      });
    const [first, second] = [await again(), await again()];
    expect(first.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect((await call("GET", `/apps/${app.id}/notifications`)).body.meta.total).toBe(1);
  });
});

describe("listing notifications", () => {
  test("answers pages with the contract's fields, newest first", async () => {
    const { app, call, send } = await newSender();
    const ids: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      ids.unshift((await send({ scheduled_at: tomorrow() })).body.data.id);
    }
    await rows("UPDATE notifications SET status = 'sent', sent_at = 1 WHERE id = ?", ids[0]);
    const list = await call("GET", `/apps/${app.id}/notifications?per_page=2`);
    expect(list.status).toBe(200);
    expect(list.body).toEqual({
      data: [
        { id: ids[0], ...WORDS, status: "sent", sent_at: "1970-01-01T00:00:00.001000Z" },
        { id: ids[1], ...WORDS, status: "scheduled", sent_at: null },
      ],
      meta: { current_page: 1, total: 3 },
    });
    const rest = await call("GET", `/apps/${app.id}/notifications?per_page=2&page=2`);
    expect(rest.body.data.map((one: { id: number }) => one.id)).toEqual([ids[2]]);
    expect((await call("GET", `/apps/${app.id}/notifications?page=0`)).status).toBe(422);
    const missing = await call("GET", "/apps/999999999/notifications?page=0");
    expect(missing.status).toBe(404);
    expect(missing.body).toEqual({ message: "App not found." });
  });
});

describe("reading a notification", () => {
  test("answers with its status, schedule and delivery counts", async () => {
    const { call, send } = await newSender();
    const made = await send({ image_url: IMAGE, scheduled_at: tomorrow() });
    const shown = await call("GET", `/notifications/${made.body.data.id}`);
    expect(shown.status).toBe(200);
    expect(shown.body).toEqual({
      data: {
        ...made.body.data,
        sent_at: null,
        image_url: IMAGE,
        scheduled_at: expect.stringMatching(TIME),
        failure_reason: null,
        stats: { total: 0, sent: 0, failed: 0, delivered: 0, clicked: 0 },
      },
    });
  });

  test.each([
    ["draft", "draft"],
    ["scheduled", "scheduled"],
    ["sending", "pending"],
    ["finalizing", "sent"],
    ["sent", "sent"],
    ["failed", "failed"],
    ["cancelled", "cancelled"],
  ])("shows the internal status %s as %s", async (status, shown) => {
    const { call, send } = await newSender();
    const { id } = (await send({ scheduled_at: tomorrow() })).body.data;
    await setStatus(id, status);
    expect((await call("GET", `/notifications/${id}`)).body.data.status).toBe(shown);
  });

  test("answers 404 for one that is missing or another account's, as cancelling does", async () => {
    const [mine, theirs] = [await newSender(), await newSender()];
    const { id } = (await theirs.send({ scheduled_at: tomorrow() })).body.data;
    for (const path of [`/notifications/${id}`, "/notifications/999999999", "/notifications/x"]) {
      for (const method of ["GET", "DELETE"]) {
        const missing = await mine.call(method, path);
        expect(missing.status).toBe(404);
        expect(missing.body).toEqual({ message: "Notification not found." });
      }
    }
    expect((await theirs.call("GET", `/notifications/${id}`)).body.data.status).toBe("scheduled");
  });
});

describe("cancelling a notification", () => {
  test.each(["scheduled", "sending"])("cancels one that is %s", async (status) => {
    const { call, send } = await newSender();
    const { id } = (await send({ scheduled_at: tomorrow() })).body.data;
    await setStatus(id, status);
    const cancelled = await call("DELETE", `/notifications/${id}`);
    expect(cancelled.status).toBe(200);
    expect(cancelled.body).toEqual({ message: "Notification cancelled successfully." });
    expect((await call("GET", `/notifications/${id}`)).body.data.status).toBe("cancelled");
  });

  test.each([
    ["sent", "sent"],
    ["finalizing", "sent"],
    ["failed", "failed"],
    ["cancelled", "cancelled"],
  ])("answers 400 for one that is %s, and leaves it so", async (status, shown) => {
    const { call, send } = await newSender();
    const { id } = (await send({ scheduled_at: tomorrow() })).body.data;
    await setStatus(id, status);
    const refused = await call("DELETE", `/notifications/${id}`);
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({
      message: "Cannot cancel a notification that has already been sent.",
      error: "already_sent",
      status: shown,
    });
    const [row] = await rows("SELECT status FROM notifications WHERE id = ?", id);
    expect(row.status).toBe(status);
  });
});
