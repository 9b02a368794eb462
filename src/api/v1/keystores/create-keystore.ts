// POST /keystores
import { z } from "@hono/zod-openapi";
import {
  createKeystore as create,
  GenerateKeystore,
  MAX_KEYSTORES,
  UploadKeystore,
} from "../../../domain/keystores/create-keystore.ts";
import { keyOperation } from "../../../http/operation.ts";
import { KeystoreForm, keystoreForm, wrapped } from "../forms.ts";

export const createKeystore = keyOperation({
  method: "post",
  path: "/keystores",
  operationId: "createKeystore",
  summary: "Generate or upload a keystore",
  description:
    "Generates an RSA-2048 or P-256 key valid for 30 years, or with `file` takes over a key from a " +
    `PKCS #12 or JKS file of up to 256 KiB. The key is kept sealed. At most ${MAX_KEYSTORES} an account.`,
  tag: "Keystores",
  scope: "builds:write",
  body: z.union([GenerateKeystore, UploadKeystore]),
  success: { status: 201, description: "The keystore.", schema: wrapped(KeystoreForm) },
  idempotent: { secrets: [] },
  run: async (ctx, { body }) => ({ data: keystoreForm(await create(ctx, body)) }),
});
