// Keystores, whose keys sign release builds: generates, takes uploads of, exports and deletes them, and says for which
// apps they are.
import { z } from "@hono/zod-openapi";
import {
  createKeystore as create,
  GenerateKeystore,
  MAX_KEYSTORES,
  UploadKeystore,
} from "../../domain/keystores/create-keystore.ts";
import { listKeystores as list, type KeystoreView } from "../../domain/keystores/find-keystore.ts";
import {
  DeleteKeystore,
  deleteKeystore as deleteOne,
  ExportKeystore,
  exportKeystore as export_,
} from "../../domain/keystores/manage-keystore.ts";
import {
  updateKeystore as update,
  UpdateKeystore,
} from "../../domain/keystores/update-keystore.ts";
import { contentDisposition } from "../../http/content-disposition.ts";
import { KEYSTORE_RATE } from "../../http/keystore-rate.ts";
import { keyOperation } from "../../http/operation.ts";
import { fileName } from "../../kit/fields.ts";
import { MAX_KDF_ITERATIONS, MAX_KDF_WORK } from "../../kit/keystore/kdf.ts";
import { microseconds } from "../../kit/time.ts";
import { refusalExamples } from "./errors.ts";
import { IdParams, listForm, listOf, MessageForm, Paging, Time, wrapped } from "./forms.ts";

const COSTLY = { rate: KEYSTORE_RATE, applies: () => true };
const COSTLY_SAYS = `An account can make, upload and export ${KEYSTORE_RATE.limit} keystores a minute, refused uploads included.`;

const KeystoreForm = z
  .object({
    id: z.int().openapi({ description: "The keystore's id.", example: 4 }),
    name: z.string().openapi({
      description: "What the keystore is called, in its owner's words.",
      example: "Upload key",
    }),
    algorithm: z
      .enum(["rsa", "ec"])
      .openapi({ description: "The kind of key: RSA, or ECDSA on P-256.", example: "ec" }),
    alias: z.string().openapi({
      description: "The name of the key in the file, also in one that is exported.",
      example: "key0",
    }),
    certificate_sha256: z.string().openapi({
      example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      description: "The SHA-256 of the signing certificate, in hex.",
    }),
    certificate_sha1: z.string().openapi({
      example: "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
      description: "The SHA-1 of the same, in hex, for consoles that ask for it.",
    }),
    app_ids: z.array(z.int()).openapi({
      example: [7],
      description:
        "The apps that it is for, in ascending order: those that it was given for, and those with a build that named " +
        "it. A key that is limited to certain apps is shown only these.",
    }),
    expires_at: Time.openapi({
      description: "When the certificate ends.",
      example: "2054-01-01T00:00:00.000000Z",
    }),
    created_at: Time.openapi({ description: "When it was created." }),
  })
  .openapi("Keystore", { description: "A keystore, without its keys." });

const NewKeystore = z.union([
  GenerateKeystore.openapi("GeneratedKeystore", { description: "A keystore to generate." }),
  UploadKeystore.openapi("UploadedKeystore", { description: "A keystore to import from a file." }),
]);

export const listKeystores = keyOperation({
  method: "get",
  path: "/keystores",
  operationId: "listKeystores",
  summary: "List keystores",
  description: "A key that is limited to certain apps is shown only the keystores of these apps.",
  tag: "Keystores",
  scope: "builds:read",
  query: Paging,
  success: {
    status: 200,
    description: "The keystores, newest first.",
    schema: listOf(KeystoreForm),
  },
  run: async (ctx, { query }) => listForm(await list(ctx, query), keystoreForm),
});

export const createKeystore = keyOperation({
  method: "post",
  path: "/keystores",
  operationId: "createKeystore",
  summary: "Generate or upload a keystore",
  description:
    "Generates an RSA-2048 or P-256 key that is valid for 30 years or, with `file`, imports a key from a PKCS #12 or " +
    `JKS file of up to 256 KiB, which may ask for at most ${MAX_KDF_WORK} iterations of key derivation in all and ` +
    `${MAX_KDF_ITERATIONS} in one derivation; files of keytool, of any version, ask for fewer. Those of a MAC by SHA-2 count threefold. The key is stored ` +
    `encrypted. An account can have at most ${MAX_KEYSTORES} keystores. ${COSTLY_SAYS} ` +
    "`app_ids` are the apps that it is for. Without them it is for all apps of a key that is limited to certain apps, " +
    "and otherwise for none; an app with a build that names the keystore is added. A key that is limited to certain apps " +
    "sees and uses only the keystores of these.",
  tag: "Keystores",
  scope: "builds:write",
  body: NewKeystore,
  alsoLimited: COSTLY,
  success: { status: 201, description: "The keystore.", schema: wrapped(KeystoreForm) },
  idempotent: { secrets: [] },
  run: async (ctx, { body }) => ({ data: keystoreForm(await create(ctx, body)) }),
});

export const updateKeystore = keyOperation({
  method: "put",
  path: "/keystores/{id}",
  operationId: "updateKeystore",
  summary: "Give a keystore for apps",
  description:
    "Replaces the apps that the keystore is for. API keys that are limited to apps of the list can use it, and those that " +
    "are limited to no others than these can also export and delete it. Needs a key that is not limited to certain apps.",
  tag: "Keystores",
  scope: "builds:write",
  params: { schema: IdParams, thing: "keystore" },
  body: UpdateKeystore,
  success: { status: 200, description: "The keystore.", schema: wrapped(KeystoreForm) },
  run: async (ctx, { params, body }) => ({
    data: keystoreForm(await update(ctx, params.id, body)),
  }),
});

export const deleteKeystore = keyOperation({
  method: "delete",
  path: "/keystores/{id}",
  operationId: "deleteKeystore",
  summary: "Delete a keystore",
  description:
    "Apps that were signed with this key can't be updated without a copy of it, so export it first. A keystore whose key " +
    "signed a release that completed is deleted only with `force=true`. A key that is " +
    "limited to certain apps is refused with 403 if the keystore is also for others.",
  tag: "Keystores",
  scope: "builds:write",
  params: { schema: IdParams, thing: "keystore" },
  query: DeleteKeystore,
  success: { status: 200, description: "The keystore was deleted.", schema: MessageForm },
  refusals: {
    409: "An active build needs the keystore, or it signed releases and `force` is not `true` (`keystore_in_use`).",
  },
  refusalExamples: {
    409: refusalExamples({ code: "keystore_in_use", packages: ["com.example.myapp"] }),
  },
  run: async (ctx, { params, query }) => {
    await deleteOne(ctx, params.id, query);
    return { message: "Keystore deleted successfully." };
  },
});

export const exportKeystore = keyOperation({
  method: "post",
  path: "/keystores/{id}/export",
  operationId: "exportKeystore",
  summary: "Export a keystore",
  description:
    "Returns the key and its certificates in a PKCS #12 file, encrypted with the given password. A key that is " +
    `limited to certain apps is refused with 403 if the keystore is also for others. ${COSTLY_SAYS}`,
  tag: "Keystores",
  scope: "builds:write",
  params: { schema: IdParams, thing: "keystore" },
  body: ExportKeystore,
  alsoLimited: COSTLY,
  success: {
    status: 200,
    description: "The PKCS #12 file.",
    also: ["application/x-pkcs12"],
    headers: z.object({
      "Content-Disposition": z
        .string()
        .openapi({ description: "The name under which to save the file (RFC 6266)." }),
    }),
  },
  run: async (ctx, { params, body }) => {
    const { keystore, file } = await export_(ctx, params.id, body);
    return new Response(file, {
      headers: {
        "content-type": "application/x-pkcs12",
        "content-disposition": contentDisposition(fileName(keystore.name, "keystore", "p12")),
        "cache-control": "no-store",
      },
    });
  },
});

function keystoreForm({ keystore, appIds }: KeystoreView): z.input<typeof KeystoreForm> {
  return {
    id: keystore.id,
    name: keystore.name,
    algorithm: keystore.algorithm,
    alias: keystore.alias,
    certificate_sha256: keystore.certificateSha256,
    certificate_sha1: keystore.certificateSha1,
    app_ids: appIds,
    expires_at: microseconds(keystore.expiresAt),
    created_at: microseconds(keystore.createdAt),
  };
}
