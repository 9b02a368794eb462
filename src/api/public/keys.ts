// The keys by which an installed app or a page registers for pushes. It asks at each start, and registers anew when one has
// changed.
import { z } from "@hono/zod-openapi";
import { pushKeys } from "../../domain/apps/push-keys.ts";
import { json } from "../../http/answer.ts";
import { publicAppOperation } from "../../http/operation.ts";
import { DEVICES, Uuid } from "../shared/requests.ts";

/** Keys change seldom, and an app that starts again within the minute need not ask. */
const HEADERS = { "cache-control": "public, max-age=60" };

const Keys = z.object({
  data: z
    .object({
      public_key: z.string().openapi({
        description: "The key with which browsers and devices register, as `x-app-key`.",
        example: "pk_0f8fad5bd9cb469fa16570867728950e",
      }),
      vapid_public_key: z
        .string()
        .nullable()
        .openapi({
          description:
            "What push services are told when a browser or app subscribes (RFC 8292), in base64url; null if Web Push is not " +
            "configured.",
          example:
            "BOcRWaRI4q_P8Qx1YmvD9WHiN3FFZ4vHkxT1V7YhFCeMtEKqWc0yOEYlUZV9ofr9EHlXmKq8GpvnFTCNrBUzQLk",
        }),
    })
    .openapi("AppKeys", { description: "The keys of an app. Neither is secret." }),
});

export const getAppKeys = publicAppOperation({
  method: "get",
  path: "/apps/{id}/keys",
  operationId: "getAppKeys",
  summary: "Get an app's present keys",
  description:
    "For installed apps and pages, without a key. Who registered by other keys registers anew. The answer may be kept for a " +
    "minute.",
  tag: "Devices",
  rate: DEVICES,
  params: {
    schema: z.object({ id: Uuid.openapi({ description: "The app's id in the push API." }) }),
    thing: "app",
  },
  success: {
    status: 200,
    description: "The keys.",
    schema: Keys,
    headers: z.object({
      "Cache-Control": z
        .string()
        .openapi({ description: "That anybody may keep it for a minute (RFC 9111)." }),
    }),
  },
  find: async (ctx, { id }) => pushKeys(ctx, id),
  run: async ({ publicKey, vapidPublicKey }) => {
    const data = { public_key: publicKey ?? "", vapid_public_key: vapidPublicKey };
    return json({ status: 200, body: { data }, headers: HEADERS });
  },
});
