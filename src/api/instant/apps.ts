// The operation that lists the account's apps, which the filters of a campaign can name.
import { z } from "@hono/zod-openapi";
import { listCampaignApps } from "../../domain/campaigns/list-apps.ts";
import { keyOperation } from "../../http/operation.ts";

const Apps = z
  .object({
    apps: z.array(
      z
        .object({
          id: z.int(),
          pushexpress_id: z
            .string()
            .openapi({ description: "The id by which instances name the app." }),
          name: z.string(),
          link: z.string(),
          archived: z.boolean(),
          has_firebase_creds: z.boolean(),
          has_apns_creds: z.boolean(),
          has_webpush_creds: z.boolean(),
        })
        .openapi("InstantApp"),
    ),
  })
  .openapi("InstantApps");

export const listApps = keyOperation({
  method: "get",
  path: "/apps",
  operationId: "listSendingApps",
  summary: "List apps",
  tag: "Instant sending",
  scope: "push:read",
  success: { status: 200, description: "The apps that filters can name.", schema: Apps },
  run: async (ctx) => {
    const apps = await listCampaignApps(ctx);
    return {
      apps: apps.map(({ id, name, url, providers }) => ({
        id,
        pushexpress_id: String(id),
        name,
        link: url,
        archived: false,
        has_firebase_creds: providers.includes("fcm"),
        has_apns_creds: providers.includes("apns"),
        has_webpush_creds: providers.includes("webpush"),
      })),
    };
  },
});
