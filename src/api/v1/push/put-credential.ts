// PUT /apps/{id}/push/credentials/{provider}
import { z } from "@hono/zod-openapi";
import { findApp } from "../../../domain/apps/visible.ts";
import {
  setCredential,
  SetApns,
  SetFcm,
  SetWebPush,
} from "../../../domain/subscribers/set-credential.ts";
import { keyOperation } from "../../../http/operation.ts";
import { wrapped } from "../forms.ts";
import { CredentialForm, credentialForm, CredentialParams } from "./forms.ts";

export const putCredential = keyOperation({
  method: "put",
  path: "/apps/{id}/push/credentials/{provider}",
  operationId: "putAppPushCredential",
  summary: "Set a push credential",
  description:
    "The key is checked by making a signature, kept sealed and never shown. Web Push without a pair keeps " +
    "the one there is, or gets a new one.",
  tag: "Push credentials",
  scope: "apps:write",
  params: { schema: CredentialParams, thing: "app" },
  body: z.union([SetFcm, SetApns, SetWebPush]),
  success: { status: 200, description: "The credential.", schema: wrapped(CredentialForm) },
  run: async (ctx, { params, body }) => {
    const app = await findApp(ctx, params.id);
    return { data: credentialForm(await setCredential(ctx, app, params.provider, body)) };
  },
});
