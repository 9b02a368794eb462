// A customer's program on the package slipway-client: see client.test.ts for what is expected of it.
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import {
  createClient,
  eachRow,
  SlipwayError,
  unwrap,
  UnverifiedWebhookError,
  verifyWebhook,
  waitForBuild,
  waitForNotification,
  type components,
  type WebhookEvent,
} from "slipway-client";

const [url = "", key = "", admin = "", subscribers = "[]"] = process.argv.slice(2);
const api = createClient({ url, key });
const operator = createClient({ url, key: admin });

const { data: app } = unwrap(
  await api.POST("/api/v1/apps", { body: { name: "Packed", url: "https://example.com" } }),
);
const { data: started } = unwrap(
  await api.POST("/api/v1/apps/{id}/builds", { params: { path: { id: app.id } }, body: {} }),
);
const build = await waitForBuild(api, started.id, { timeoutMs: 120_000 });

// what the types have to refuse
// @ts-expect-error -- A path that is none.
void (() => api.GET("/api/v1/nothing"));
// @ts-expect-error -- A body without a field that it needs.
void (() => api.POST("/api/v1/apps", { body: { name: "x" } }));
// @ts-expect-error -- A field of another kind.
void (() => api.POST("/api/v1/apps", { body: { name: 1, url: "https://x.example" } }));
// @ts-expect-error -- An id of another kind.
void (() => api.GET("/api/v1/apps/{id}", { params: { path: { id: "seven" } } }));

const { data: pushApp } = unwrap(await api.POST("/api/v1/push/apps", { body: { name: "Packed" } }));
const params = { path: { id: pushApp.id } };
for (const body of JSON.parse(subscribers) as components["schemas"]["NewSubscriber"][]) {
  unwrap(await api.POST("/api/v1/push/apps/{id}/subscribers", { params, body }));
}

// a webhook of the app, which is told of the send
const told = Promise.withResolvers<{ event: WebhookEvent; forgeries: string[] }>();
let secret = "";
const receiver = createServer(async (request, response) => {
  const body = await buffer(request);
  const refused = async (attempt: Promise<unknown>): Promise<string> => {
    try {
      await attempt;
      return "taken";
    } catch (error) {
      return error instanceof UnverifiedWebhookError ? "refused" : String(error);
    }
  };
  const { headers } = request;
  const changed = body.toString().replace('"sent"', '"lost"');
  const stranger = `whsec_${Buffer.alloc(32).toString("base64")}`;
  try {
    const event = await verifyWebhook(headers, body, secret);
    const forgeries = [
      await refused(verifyWebhook(headers, changed, secret)),
      await refused(verifyWebhook(headers, body, stranger)),
      await refused(verifyWebhook(headers, body, secret, { now: Date.now() + 3_600_000 })),
      await refused(verifyWebhook({ ...headers, "webhook-id": "another" }, body, secret)),
    ];
    told.resolve({ event, forgeries });
  } catch (error) {
    told.reject(error);
  }
  response.writeHead(204).end();
});
await once(receiver.listen(0, "127.0.0.1"), "listening");
const { port } = receiver.address() as AddressInfo;
const { data: webhook } = unwrap(
  await api.POST("/api/v1/push/apps/{id}/webhooks", {
    params,
    body: { url: `http://127.0.0.1:${port}/`, events: ["notification.sent"] },
  }),
);
secret = webhook.secret ?? "";

const { data: created } = unwrap(
  await api.POST("/api/v1/push/apps/{id}/notifications", {
    params,
    body: { title: "Hello", body: "World", send: true, targeting: { type: "all" } },
  }),
);
if (!("id" in created)) throw new Error("was only tried");
const sent = await waitForNotification(api, pushApp.id, created.id);
const of = { path: { id: pushApp.id, notification_id: sent.id } };
const { data: report } = unwrap(
  await api.GET("/api/v1/push/apps/{id}/notifications/{notification_id}/results", { params: of }),
);
const { event, forgeries } = await told.promise;
receiver.close();
receiver.closeAllConnections();

/** All rows of a list, asked for one a page. */
async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}
const recipients = await all(
  eachRow(({ cursor }) =>
    api.GET("/api/v1/push/apps/{id}/notifications/{notification_id}/recipients", {
      params: { ...of, query: { ...cursor, limit: 1 } },
    }),
  ),
);
const registered = await all(
  eachRow(({ offset }) =>
    api.GET("/api/v1/push/apps/{id}/subscribers", {
      params: { ...params, query: { offset, limit: 1 } },
    }),
  ),
);
const apps = await all(
  eachRow(({ page }) => api.GET("/api/v1/apps", { params: { query: { page, per_page: 1 } } })),
);

// another account, which this key knows nothing of
const { data: account } = unwrap(
  await operator.POST("/api/v1/admin/accounts", {
    body: { name: "Stranger", email: "stranger@example.com" },
  }),
);
const { data: strange } = unwrap(
  await operator.POST("/api/v1/admin/accounts/{id}/api-keys", {
    params: { path: { id: account.id } },
    body: { name: "all" },
  }),
);
const stranger = createClient({ url, key: strange.key ?? "" });

/** The error of a call that is refused. */
async function refusal(call: Promise<{ error?: unknown; response: Response }>) {
  try {
    unwrap(await call);
  } catch (error) {
    if (error instanceof SlipwayError) {
      const { status, code, message, requestId, details } = error;
      return { status, code, message, requestId, details };
    }
  }
  throw new Error("was not refused");
}

console.log(
  JSON.stringify({
    app: app.id,
    build,
    status: sent.status,
    report,
    event,
    forgeries,
    recipients: recipients.map(({ status }) => status),
    registered: registered.map(({ user_id: user }) => user),
    apps: apps.map(({ name }) => name),
    refusals: {
      v1: await refusal(stranger.GET("/api/v1/apps/{id}", { params: { path: { id: app.id } } })),
      push: await refusal(stranger.GET("/api/v1/push/apps/{id}", { params })),
      fields: await refusal(api.POST("/api/v1/apps", { body: { name: "", url: "nowhere" } })),
      pushFields: await refusal(
        api.POST("/api/v1/push/apps/{id}/webhooks", { params, body: { url: "x", events: [] } }),
      ),
      channel: await refusal(
        createClient({ url, key: "sw_chn_none" }).GET("/channels/{channelId}/subscriptions", {
          params: { path: { channelId: "0".repeat(24) } },
        }),
      ),
      instant: await refusal(
        api.DELETE("/api/b/v2/events/{code}", { params: { path: { code: "none" } } }),
      ),
      device: await refusal(
        createClient({ url, key: "sw_sub_none" }).GET("/public/subscribers/me/subscriptions"),
      ),
    },
  }),
);
