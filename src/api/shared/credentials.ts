// The operations on push credentials: how an app reaches FCM, APNs and Web Push. API v1 and the push API offer the same
// four, each at its own paths, under its own scopes and in its own form; both take them from here.
import { z } from "@hono/zod-openapi";
import type { Scope } from "../../domain/scopes.ts";
import type { App } from "../../domain/apps/find-app.ts";
import type { AccountCtx } from "../../domain/context.ts";
import type { Credential } from "../../domain/subscribers/credentials.ts";
import {
  deleteCredential as remove,
  verifyCredential as verify,
} from "../../domain/subscribers/manage-credentials.ts";
import {
  SetApns,
  setCredential,
  SetFcm,
  SetWebPush,
} from "../../domain/subscribers/set-credential.ts";
import type { keyOperation } from "../../http/operation.ts";
import { Provider } from "../../kit/push/credentials.ts";
import type { Thing } from "../../kit/refusal.ts";

/** What a provider said of a credential. */
export const VerificationForm = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  detail: z.string().optional(),
});

/** What differs between the surfaces; `AppId` is what a surface names an app by. */
interface Differences<AppId, Gone extends z.ZodType> {
  /** Makes an operation of the surface, at the surface's rate. */
  operation: typeof keyOperation;
  /** The name of the schema; with a verb before it, the id of each operation. */
  name: string;
  /** Where a credential is, with `{id}` for the app and `{provider}`. */
  path: string;
  scopes: { read: Scope; write: Scope };
  id: z.ZodType<AppId>;
  /** What is missing where the path doesn't fit. */
  missing: Thing;
  /** The app with this id. Refuses `not_found`. */
  findApp: (ctx: AccountCtx, id: AppId) => Promise<App>;
  /** The app's credential for the provider. Refuses `not_found`. */
  findCredential: (ctx: AccountCtx, id: AppId, provider: Provider) => Promise<Credential>;
  /** How times look, and how milliseconds are written so. */
  time: { form: z.ZodType<string, string>; of: (ms: number) => string };
  /** How the description of setting a credential ends: what follows from a new VAPID pair. */
  setting: string;
  /** The answer to a deletion. */
  gone: { form: Gone; body: z.input<Gone> };
  verification: typeof VerificationForm;
}

/** The four operations as a surface offers them. */
export function credentialOperations<AppId, Gone extends z.ZodType>(
  surface: Differences<AppId, Gone>,
) {
  return {
    ...showingOperations(surface),
    deleteCredential: deleteOperation(surface),
    verifyCredential: verifyOperation(surface),
  };
}

/** Those that answer with the credential, and so share its form. */
function showingOperations<AppId, Gone extends z.ZodType>(surface: Differences<AppId, Gone>) {
  const form = credentialForm(surface.name, surface.time.form);
  const success = {
    status: 200,
    description: "The credential.",
    schema: z.object({ data: form }),
  } as const;
  const getCredential = surface.operation({
    ...described(surface),
    method: "get",
    operationId: `get${surface.name}`,
    summary: "Get a push credential",
    description: "What is not secret of it.",
    scope: surface.scopes.read,
    success,
    run: async (ctx, { params }) => {
      const credential = await surface.findCredential(ctx, params.id, params.provider);
      return { data: shown(credential, surface.time.of) };
    },
  });
  const putCredential = surface.operation({
    ...described(surface),
    method: "put",
    operationId: `put${surface.name}`,
    summary: "Set a push credential",
    description:
      "The key is checked by making a signature, kept sealed and never shown. Web Push without a pair keeps " +
      `the one there is, or gets a new one${surface.setting}`,
    scope: surface.scopes.write,
    body: z.union([SetFcm, SetApns, SetWebPush]),
    success,
    run: async (ctx, { params, body }) => {
      const app = await surface.findApp(ctx, params.id);
      const credential = await setCredential(ctx, app, params.provider, body);
      return { data: shown(credential, surface.time.of) };
    },
  });
  return { getCredential, putCredential };
}

function deleteOperation<AppId, Gone extends z.ZodType>(surface: Differences<AppId, Gone>) {
  return surface.operation({
    ...described(surface),
    method: "delete",
    operationId: `delete${surface.name}`,
    summary: "Delete a push credential",
    scope: surface.scopes.write,
    success: { status: 200, description: "Gone.", schema: surface.gone.form },
    run: async (ctx, { params }) => {
      const app = await surface.findApp(ctx, params.id);
      await remove(ctx, app, params.provider);
      return surface.gone.body;
    },
  });
}

function verifyOperation<AppId, Gone extends z.ZodType>(surface: Differences<AppId, Gone>) {
  return surface.operation({
    ...described(surface),
    method: "post",
    path: `${surface.path}/verify`,
    operationId: `verify${surface.name}`,
    summary: "Ask the provider whether a credential works",
    description:
      "Nobody gets a message: FCM only validates one, APNs is given a token of no device.",
    scope: surface.scopes.write,
    success: {
      status: 200,
      description: "What the provider said.",
      schema: surface.verification,
    },
    run: async (ctx, { params }) => {
      const app = await surface.findApp(ctx, params.id);
      return verify(ctx, app, params.provider);
    },
  });
}

/** What the descriptions of the four have in common. */
function described<AppId>({
  path,
  id,
  missing,
}: Pick<Differences<AppId, z.ZodType>, "path" | "id" | "missing">) {
  const params = { schema: z.object({ id, provider: Provider }), thing: missing };
  return { path, tag: "Push credentials", params };
}

/** The form of a credential, under the surface's name for it. */
function credentialForm(name: string, Time: z.ZodType<string, string>) {
  return z
    .object({
      provider: Provider,
      project_id: z.string().optional(),
      client_email: z.string().optional(),
      key_id: z.string().optional(),
      team_id: z.string().optional(),
      topic: z.string().optional(),
      environment: z.enum(["production", "sandbox"]).optional(),
      subject: z.string().optional(),
      public_key: z.string().optional(),
      version: z.int().openapi({ description: "Grows with each change." }),
      flag: z
        .string()
        .nullable()
        .openapi({ description: "What the provider last complained of; null: nothing." }),
      created_at: Time,
      updated_at: Time,
    })
    .openapi(name);
}

/** The credential in that form: what is not secret of it. */
function shown(
  credential: Credential,
  time: (ms: number) => string,
): z.input<ReturnType<typeof credentialForm>> {
  return {
    provider: credential.provider,
    ...credential.shown,
    version: credential.version,
    flag: credential.flag,
    created_at: time(credential.createdAt),
    updated_at: time(credential.updatedAt),
  };
}
