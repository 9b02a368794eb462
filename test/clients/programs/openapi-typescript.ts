// A customer's program on the types of openapi-typescript: see clients.test.ts for what it does and what is expected.
import { setTimeout as sleep } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Targeting = components["schemas"]["Targeting"];

const [baseUrl = "", key = "", subscribers = "[]"] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key}` } });

/** The answer's data; throws for a refusal, whose body is typed too. */
function taken<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

const app = taken(
  await api.POST("/api/v1/apps", { body: { name: "Typed", url: "https://example.com" } }),
).data;
const byId = { params: { path: { id: app.id } } };
const build = taken(await api.POST("/api/v1/apps/{id}/builds", { ...byId, body: {} })).data;
const made = taken(
  await api.POST("/api/v1/api-keys", {
    body: { name: "typed", scopes: ["push:read"], app_ids: null },
  }),
).data;

const pushApp = taken(await api.POST("/api/v1/push/apps", { body: { name: "Typed" } })).data;
const path = { id: pushApp.id };
for (const body of JSON.parse(subscribers) as components["schemas"]["NewSubscriber"][]) {
  taken(await api.POST("/api/v1/push/apps/{id}/subscribers", { params: { path }, body }));
}

/** Sends to `targeting`, null for everybody; returns the notification once it has been sent. */
async function send(targeting: Targeting | null) {
  const body = { title: "Hello", body: "World", send: true, targeting };
  const { data: sent } = taken(
    await api.POST("/api/v1/push/apps/{id}/notifications", { params: { path }, body }),
  );
  if (!("id" in sent)) throw new Error("was only tried");
  for (;;) {
    const { data } = taken(
      await api.GET("/api/v1/push/apps/{id}/notifications/{notification_id}", {
        params: { path: { ...path, notification_id: sent.id } },
      }),
    );
    if (data.status === "sent" || data.status === "failed") return data;
    await sleep(100);
  }
}

const byTags = await send({ type: "tags", tags: ["beta"], match: "all" });
const byIds = await send({ type: "user_ids", ids: ["user-2"] });
const toAll = await send(null);

const readBack = taken(await api.GET("/api/v1/apps/{id}", byId)).data;
console.log(
  JSON.stringify({
    app: { id: readBack.id, name: readBack.name },
    push_app: pushApp.id,
    vapid_private_key: pushApp.vapid_private_key,
    build: build.id,
    key: made.key,
    by_tags: { id: byTags.id, targeting: byTags.targeting, total: byTags.stats.total_count },
    by_ids: { id: byIds.id, targeting: byIds.targeting, total: byIds.stats.total_count },
    to_all: { id: toAll.id, total: toAll.stats.total_count },
  }),
);
