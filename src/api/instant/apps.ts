// The operation that lists the account's apps, which the filters of a campaign can name.
import { z } from "@hono/zod-openapi";
import { listCampaignApps } from "../../domain/campaigns/list-apps.ts";
import { keyOperation } from "../../http/operation.ts";

const Apps = z
  .object({
    apps: z
      .array(
        z
          .object({
            id: z.int().openapi({ description: "The app's id.", example: 7 }),
            pushexpress_id: z
              .string()
              .openapi({ example: "7", description: "The id by which instances name the app." }),
            name: z.string().openapi({ description: "The app's name.", example: "My App" }),
            link: z.string().openapi({
              description: "The app's website; empty if it has none.",
              example: "https://example.com",
            }),
            archived: z
              .boolean()
              .openapi({ description: "Always false: no app is archived here.", example: false }),
            has_firebase_creds: z
              .boolean()
              .openapi({ description: "Whether the app has a credential for FCM." }),
            has_apns_creds: z.boolean().openapi({
              description: "Whether the app has a credential for APNs.",
              example: false,
            }),
            has_webpush_creds: z
              .boolean()
              .openapi({ description: "Whether the app has a credential for Web Push." }),
          })
          .openapi("InstantApp", { description: "An app that filters can name." }),
      )
      .openapi({ description: "The apps, oldest first." }),
  })
  .openapi("InstantApps", { description: "The apps that filters can name." });

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
