// The operations on push credentials, with which an app sends through FCM, APNs and Web Push. API v1 and the push API
// have the same four operations, each with its own paths, scopes and forms.
import { z } from "@hono/zod-openapi";
import type { Scope } from "../../domain/scopes.ts";
import type { App } from "../../domain/apps/find-app.ts";
import type { AccountCtx } from "../../domain/context.ts";
import type { Credential } from "../../domain/subscribers/credentials.ts";
import { deleteCredential as remove } from "../../domain/subscribers/manage-credentials.ts";
import {
  VerifyCredential,
  verifyCredential as verify,
} from "../../domain/notifications/verify-credential.ts";
import {
  SetApns,
  setCredential,
  SetFcm,
  SetWebPush,
} from "../../domain/subscribers/set-credential.ts";
import type { keyOperation } from "../../http/operation.ts";
import { Provider } from "../../kit/push/credentials.ts";
import type { Thing } from "../../kit/refusal.ts";

/** The form of a credential verification. */
export const VerificationForm = z.object({
  ok: z.boolean().openapi({ description: "Whether the provider took the message.", example: true }),
  error: z
    .string()
    .optional()
    .openapi({
      description:
        "`misconfigured`: the provider refuses the credential; `doubtful`: it refuses the token, perhaps because of the " +
        "credential; `gone`, `rejected`: it refuses the token; `unreachable`: try again.",
    }),
  detail: z
    .string()
    .optional()
    .openapi({ description: "What to look at, or what could not be tried." }),
});

const GivenCredential = z.union([
  SetFcm.openapi("FcmCredential", { description: "The credential of an app for FCM." }),
  SetApns.openapi("ApnsCredential", { description: "The credential of an app for APNs." }),
  SetWebPush.openapi("WebPushCredential", {
    description: "The credential of an app for Web Push.",
  }),
]);

/** What differs between the surfaces; `AppId` is the type of a surface's ids of apps. */
interface Differences<AppId, Gone extends z.ZodType> {
  /** Makes an operation of the surface, with the surface's rate limit. */
  operation: typeof keyOperation;
  /** The name of the schema; the ids of the operations are this name after a verb. */
  name: string;
  /** The path of a credential, with `{id}` for the app and `{provider}`. */
  path: string;
  scopes: { read: Scope; write: Scope };
  id: z.ZodType<AppId>;
  /** What is refused as missing if the path is malformed. */
  missing: Thing;
  /** Finds the app with this id. Refuses `not_found`. */
  findApp: (ctx: AccountCtx, id: AppId) => Promise<App>;
  /** Finds the app's credential for the provider. Refuses `not_found`. */
  findCredential: (ctx: AccountCtx, id: AppId, provider: Provider) => Promise<Credential>;
  /** The form of a time, and the function that makes it from milliseconds. */
  time: { form: z.ZodType<string, string>; of: (ms: number) => string };
  /** The end of the description of setting a credential, about the consequences of a new VAPID pair. */
  setting: string;
  /** The answer to a deletion. */
  gone: { form: Gone; body: z.input<Gone> };
  verification: typeof VerificationForm;
}

/** Makes the four operations of a surface. */
export function credentialOperations<AppId, Gone extends z.ZodType>(
  surface: Differences<AppId, Gone>,
) {
  return {
    ...showingOperations(surface),
    deleteCredential: deleteOperation(surface),
    verifyCredential: verifyOperation(surface),
  };
}

/** The operations that answer with the credential, and so share its form. */
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
    description: "Returns the parts of the credential that are not secret.",
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
      "The key is tested by making a signature, is stored encrypted and is never shown. For Web Push without a pair, " +
      `the existing pair is kept or a new one is made${surface.setting}`,
    scope: surface.scopes.write,
    body: GivenCredential,
    example: { subject: "mailto:push@example.com" },
    success: {
      status: 200,
      description: "The credential.",
      schema: z.object({ data: setForm(surface.name, form) }),
    },
    run: async (ctx, { params, body }) => {
      const app = await surface.findApp(ctx, params.id);
      const { credential, registerAgain } = await setCredential(ctx, app, params.provider, body);
      const silenced = registerAgain ? { register_again: registerAgain } : {};
      return { data: { ...shown(credential, surface.time.of), ...silenced } };
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
    success: { status: 200, description: "The credential was deleted.", schema: surface.gone.form },
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
      "Takes the path of a send, to the given `token` (for Web Push an endpoint) or `subscriber_id` (of an active " +
      "subscriber), or else to active subscribers of the provider, those that you named first and the newest first. FCM " +
      "and APNs are asked about up to ten, until one is taken or three are refused for more than a dead token. For Web " +
      "Push, up to three push services are asked, those of the browsers' makers or, without any, others; it is `ok` if " +
      "one takes the message and none doubts the credential. FCM only validates the message. A push service is sent an " +
      "empty message that it does not keep (TTL 0). APNs has no dry run: the device is sent a background push without " +
      "content (priority 5, expiration 0), which shows nothing. With nobody found among the 100,000 newest, `detail` says " +
      "that only the credential itself could be tried.",
    scope: surface.scopes.write,
    body: VerifyCredential,
    success: {
      status: 200,
      description: "The answer of the provider.",
      schema: surface.verification,
    },
    run: async (ctx, { params, body }) => {
      const app = await surface.findApp(ctx, params.id);
      return verify(ctx, app, params.provider, body);
    },
  });
}

/** The documentation that the four operations have in common. */
function described<AppId>({
  path,
  id,
  missing,
}: Pick<Differences<AppId, z.ZodType>, "path" | "id" | "missing">) {
  const params = {
    schema: z.object({
      id: id.openapi({ description: "The id of the app." }),
      provider: Provider.openapi({ description: "The provider that the credential is for." }),
    }),
    thing: missing,
  };
  return { path, tag: "Push credentials", params };
}

/** The form of a credential that was just set. */
function setForm(name: string, form: ReturnType<typeof credentialForm>) {
  return form
    .extend({
      register_again: z
        .object({
          browsers: z.int().openapi({
            description: "Browsers, which subscribe anew when a page of the site has them do so.",
            example: 80,
          }),
          apps: z
            .int()
            .openapi({ description: "Android apps, which do at their next start.", example: 30 }),
        })
        .optional()
        .openapi({
          description:
            "Where another VAPID pair was replaced, or a pair was made after one was deleted: how many active subscribers had that " +
            "one. No message reaches them before they subscribe with the new public key. A pair of the owner's own that is set " +
            "after one was deleted may be the same, and has none.",
        }),
    })
    .openapi(`Set${name}`, { description: "A push credential that was set." });
}

/** The form of a credential, named as the surface names it. */
function credentialForm(name: string, Time: z.ZodType<string, string>) {
  return z
    .object({
      provider: Provider.openapi({
        description: "The provider that the credential is for.",
        example: "webpush",
      }),
      project_id: z.string().optional().openapi({ description: "Of FCM: the project's id." }),
      client_email: z
        .string()
        .optional()
        .openapi({ description: "Of FCM: the service account's address." }),
      key_id: z.string().optional().openapi({ description: "Of APNs: the key's id." }),
      team_id: z.string().optional().openapi({ description: "Of APNs: the team's id." }),
      topic: z.string().optional().openapi({ description: "Of APNs: the app's bundle id." }),
      environment: z
        .enum(["production", "sandbox"])
        .optional()
        .openapi({ description: "Of APNs: which of its two services takes the messages." }),
      subject: z.string().optional().openapi({
        description: "Of Web Push: the contact that push services are given.",
        example: "mailto:push@example.com",
      }),
      public_key: z.string().optional().openapi({
        description: "Of Web Push: the public half of the VAPID pair, in base64url.",
        example:
          "BOcRWaRI4q_P8Qx1YmvD9WHiN3FFZ4vHkxT1V7YhFCeMtEKqWc0yOEYlUZV9ofr9EHlXmKq8GpvnFTCNrBUzQLk",
      }),
      version: z.int().openapi({
        example: 1704067200000,
        description: "A number that grows with each change, also over a deletion.",
      }),
      flag: z
        .string()
        .nullable()
        .openapi({ description: "The last complaint of the provider, or null." }),
      created_at: Time.openapi({ description: "When it was first set." }),
      updated_at: Time.openapi({ description: "When it was last changed." }),
    })
    .openapi(name, { description: "A push credential, without its secrets." });
}

/** Returns the parts of the credential that are not secret, in that form. */
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
