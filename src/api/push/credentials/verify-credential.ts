// POST /apps/{id}/credentials/{provider}/verify
import { verifyCredential as verify } from "../../../domain/subscribers/manage-credentials.ts";
import { findPushApp } from "../../../domain/apps/reachable.ts";
import { CredentialParams, VerificationForm } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const verifyCredential = pushOperation({
  method: "post",
  path: "/apps/{id}/credentials/{provider}/verify",
  operationId: "verifyPushCredential",
  summary: "Ask the provider whether a credential works",
  description: "Nobody gets a message: FCM only validates one, APNs is given a token of no device.",
  tag: "Push credentials",
  scope: "push:write",
  params: { schema: CredentialParams, thing: "push_credential" },
  success: { status: 200, description: "What the provider said.", schema: VerificationForm },
  run: async (ctx, { params }) => {
    const app = await findPushApp(ctx, params.id);
    return verify(ctx, app, params.provider);
  },
});
