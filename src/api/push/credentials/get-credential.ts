// GET /apps/{id}/credentials/{provider}
import { findCredential } from "../../../domain/subscribers/credentials.ts";
import { findPushApp } from "../../../domain/apps/reachable.ts";
import { CredentialForm, credentialForm, CredentialParams, wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const getCredential = pushOperation({
  method: "get",
  path: "/apps/{id}/credentials/{provider}",
  operationId: "getPushCredential",
  summary: "Get a push credential",
  description: "What is not secret of it.",
  tag: "Push credentials",
  scope: "push:read",
  params: { schema: CredentialParams, thing: "push_credential" },
  success: { status: 200, description: "The credential.", schema: wrapped(CredentialForm) },
  run: async (ctx, { params }) => {
    const app = await findPushApp(ctx, params.id);
    return { data: credentialForm(await findCredential(ctx, app.id, params.provider)) };
  },
});
