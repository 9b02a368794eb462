// PUT /apps/{id}/credentials/{provider}
import { z } from "@hono/zod-openapi";
import {
  setCredential,
  SetApns,
  SetFcm,
  SetWebPush,
} from "../../../domain/subscribers/set-credential.ts";
import { findPushApp } from "../../../domain/apps/reachable.ts";
import { CredentialForm, credentialForm, CredentialParams, wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const putCredential = pushOperation({
  method: "put",
  path: "/apps/{id}/credentials/{provider}",
  operationId: "putPushCredential",
  summary: "Set a push credential",
  description:
    "The key is checked by making a signature, kept sealed and never shown. Web Push without a pair keeps " +
    "the one there is, or gets a new one; browsers that subscribed with another pair must subscribe again.",
  tag: "Push credentials",
  scope: "push:write",
  params: { schema: CredentialParams, thing: "push_credential" },
  body: z.union([SetFcm, SetApns, SetWebPush]),
  success: { status: 200, description: "The credential.", schema: wrapped(CredentialForm) },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    return { data: credentialForm(await setCredential(ctx, app, params.provider, body)) };
  },
});
