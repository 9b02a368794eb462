// The push API's operations on the push credentials of an app.
import { findPushApp } from "../../domain/apps/find-app.ts";
import { findCredential } from "../../domain/subscribers/credentials.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { credentialOperations, VerificationForm } from "../shared/credentials.ts";
import { Uuid } from "../shared/requests.ts";
import { OK, OkForm, Time } from "./forms.ts";
import { pushOperation } from "./operation.ts";

export const { getCredential, putCredential, deleteCredential, verifyCredential } =
  credentialOperations({
    operation: pushOperation,
    name: "PushCredential",
    path: "/apps/{id}/credentials/{provider}",
    scopes: { read: "push:read", write: "push:write" },
    id: Uuid,
    missing: "push_credential",
    findApp: findPushApp,
    findCredential: async (ctx, uuid, provider) => {
      const app = await findPushApp(ctx, uuid);
      return findCredential(ctx, app.id, provider);
    },
    time: { form: Time, of: wholeSeconds },
    setting: "; browsers that subscribed with another pair must subscribe again.",
    gone: { form: OkForm, body: OK },
    verification: VerificationForm.openapi("PushVerification", {
      description: "What a provider said about a credential.",
    }),
  });
