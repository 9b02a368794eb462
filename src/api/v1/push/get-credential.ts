// GET /apps/{id}/push/credentials/{provider}
import { credentialOfApp } from "../../../domain/subscribers/manage-credentials.ts";
import { keyOperation } from "../../../http/operation.ts";
import { wrapped } from "../forms.ts";
import { CredentialForm, credentialForm, CredentialParams } from "./forms.ts";

export const getCredential = keyOperation({
  method: "get",
  path: "/apps/{id}/push/credentials/{provider}",
  operationId: "getAppPushCredential",
  summary: "Get a push credential",
  description: "What is not secret of it.",
  tag: "Push credentials",
  scope: "apps:read",
  params: { schema: CredentialParams, thing: "app" },
  success: { status: 200, description: "The credential.", schema: wrapped(CredentialForm) },
  run: async (ctx, { params }) => ({
    data: credentialForm(await credentialOfApp(ctx, params.id, params.provider)),
  }),
});
