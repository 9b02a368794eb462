// API v1's operations on the push credentials of an app.
import { findApp } from "../../domain/apps/find-app.ts";
import { credentialOfApp } from "../../domain/subscribers/manage-credentials.ts";
import { keyOperation } from "../../http/operation.ts";
import { microseconds } from "../../kit/time.ts";
import { credentialOperations, VerificationForm } from "../shared/credentials.ts";
import { Id } from "../shared/requests.ts";
import { MessageForm, Time } from "./forms.ts";

export const { getCredential, putCredential, deleteCredential, verifyCredential } =
  credentialOperations({
    operation: keyOperation,
    name: "AppPushCredential",
    path: "/apps/{id}/push/credentials/{provider}",
    scopes: { read: "apps:read", write: "apps:write" },
    id: Id,
    missing: "app",
    findApp,
    findCredential: credentialOfApp,
    time: { form: Time, of: microseconds },
    setting: ".",
    gone: { form: MessageForm, body: { message: "Push credential deleted successfully." } },
    verification: VerificationForm.openapi("AppPushVerification", {
      description: "What a provider said about a credential.",
    }),
  });
