// The push API's operations on the identity secret of an app, with which the owner's server signs user tokens.
import { z } from "@hono/zod-openapi";
import { findPushApp } from "../../domain/apps/find-app.ts";
import {
  deleteIdentitySecret as remove,
  identitySecretOf,
  ReplaceIdentitySecret,
  replaceIdentitySecret as replace,
  type IdentitySecret,
} from "../../domain/subscribers/identity-secret.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { shownOnce } from "../shared/fields.ts";
import { AppParams, OK, OkForm, Time, timeOrNull, wrapped } from "./forms.ts";
import { pushOperation } from "./operation.ts";

const SecretForm = z
  .object({
    created_at: Time.openapi({ description: "When the secret was made." }),
    previous_secret_expires_at: Time.nullable().openapi({
      description: "Until when the secret before it verifies tokens too; null if none does.",
    }),
  })
  .openapi("IdentitySecret", { description: "What is shown of an app's identity secret." });

const NewSecretForm = SecretForm.extend({
  secret: shownOnce(
    "The secret, `sw_idn_...`: its text is the key with which your server signs user tokens by HS256. No page or app may hold it.",
    "sw_idn_q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
  ),
}).openapi("NewIdentitySecret", { description: "An identity secret that was just made." });

const OF_SECRET = {
  path: "/apps/{id}/identity-secret",
  tag: "Push apps",
  params: { schema: AppParams, thing: "app" },
} as const;

export const getIdentitySecret = pushOperation({
  ...OF_SECRET,
  method: "get",
  operationId: "getIdentitySecret",
  summary: "See whether an app has an identity secret",
  description: "Says when it was made; the secret itself is never shown again.",
  scope: "push:read",
  success: { status: 200, description: "What is shown of it.", schema: wrapped(SecretForm) },
  run: async (ctx, { params }) => {
    const app = await findPushApp(ctx, params.id);
    return { data: secretForm(identitySecretOf(ctx, app)) };
  },
});

export const replaceIdentitySecret = pushOperation({
  ...OF_SECRET,
  method: "post",
  operationId: "replaceIdentitySecret",
  summary: "Make or replace an app's identity secret",
  description:
    "With it your server signs a `user_token`, by which a device proves which user it is (`registerDevice`, " +
    "`updateDevice`). It is shown only in this response. The secret before it goes on verifying for `grace_seconds`, a day " +
    "where that is not said; any earlier one ends.",
  scope: "push:write",
  body: ReplaceIdentitySecret,
  success: { status: 201, description: "The new secret.", schema: wrapped(NewSecretForm) },
  idempotent: { secrets: ["secret"] },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    const { secret, ...made } = await replace(ctx, app, body);
    return { data: { ...secretForm(made), secret } };
  },
});

export const deleteIdentitySecret = pushOperation({
  ...OF_SECRET,
  method: "delete",
  operationId: "deleteIdentitySecret",
  summary: "Delete an app's identity secret",
  description:
    "Ends it at once, and the one before it: no `user_token` is taken until another is made. Subscribers keep the users " +
    "that they have.",
  scope: "push:write",
  success: { status: 200, description: "It was deleted.", schema: OkForm },
  run: async (ctx, { params }) => {
    await remove(ctx, await findPushApp(ctx, params.id));
    return OK;
  },
});

function secretForm({ createdAt, previousEndsAt }: IdentitySecret): z.input<typeof SecretForm> {
  return {
    created_at: wholeSeconds(createdAt),
    previous_secret_expires_at: timeOrNull(previousEndsAt),
  };
}
