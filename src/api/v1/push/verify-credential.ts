// POST /apps/{id}/push/credentials/{provider}/verify
import { z } from "@hono/zod-openapi";
import { findApp } from "../../../domain/apps/visible.ts";
import { verifyCredential as verify } from "../../../domain/subscribers/manage-credentials.ts";
import { keyOperation } from "../../../http/operation.ts";
import { CredentialParams } from "./forms.ts";

export const verifyCredential = keyOperation({
  method: "post",
  path: "/apps/{id}/push/credentials/{provider}/verify",
  operationId: "verifyAppPushCredential",
  summary: "Ask the provider whether a credential works",
  description: "Nobody gets a message: FCM only validates one, APNs is given a token of no device.",
  tag: "Push credentials",
  scope: "apps:write",
  params: { schema: CredentialParams, thing: "app" },
  success: {
    status: 200,
    description: "What the provider said.",
    schema: z.object({
      ok: z.boolean(),
      error: z.string().optional(),
      detail: z.string().optional(),
    }),
  },
  run: async (ctx, { params }) => {
    const app = await findApp(ctx, params.id);
    return verify(ctx, app, params.provider);
  },
});
