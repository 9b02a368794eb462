// The forms of the page of keystores: what they post becomes the input of the verbs that the API calls too.
import { z } from "@hono/zod-openapi";
import { createKeystore } from "../../domain/keystores/create-keystore.ts";
import { findKeystore } from "../../domain/keystores/find-keystore.ts";
import { deleteKeystore, exportKeystore } from "../../domain/keystores/manage-keystore.ts";
import { contentDisposition } from "../../http/content-disposition.ts";
import { KEYSTORE_RATE } from "../../http/keystore-rate.ts";
import { fileName } from "../../kit/fields.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { form, Id, type MemberCtx } from "../dashboard/page.ts";
import { needsName } from "./words.ts";

export const GENERATE = "/generate";
export const UPLOAD = "/upload";
export const EXPORT = "/{keystore}/export";
export const DELETE = "/{keystore}/delete";

const may = "keystores:write";
const ofAccount = { schema: z.object({ account: Id }), thing: "account" } as const;
const ofKeystore = { schema: z.object({ account: Id, keystore: Id }), thing: "keystore" } as const;

export const generateForm = form({
  path: GENERATE,
  operationId: "generateKeystore",
  summary: "Generate a keystore",
  params: ofAccount,
  may,
  run: async (ctx: MemberCtx, { params, fields }) => {
    await ctx.count(KEYSTORE_RATE);
    const { keystore } = await createKeystore(ctx, {
      name: fields.text("name"),
      algorithm: fields.text("algorithm"),
    });
    return { to: `/dashboard/${params.account}/keystores`, says: `${keystore.name} is made` };
  },
});

export const uploadForm = form({
  path: UPLOAD,
  operationId: "uploadKeystore",
  summary: "Upload a keystore",
  params: ofAccount,
  may,
  run: async (ctx: MemberCtx, { params, fields }) => {
    const file = fields.file("file");
    if (file === null) return refuse(invalidField(["file"], "must be chosen"));
    await ctx.count(KEYSTORE_RATE);
    const { keystore } = await createKeystore(ctx, {
      name: fields.text("name"),
      file: Buffer.from(await file.arrayBuffer()).toString("base64"),
      store_password: fields.text("store_password"),
      key_password: fields.given("key_password"),
      alias: fields.given("alias"),
    });
    return { to: `/dashboard/${params.account}/keystores`, says: `${keystore.name} is uploaded` };
  },
});

export const exportForm = form({
  path: EXPORT,
  operationId: "exportKeystoreOnPage",
  summary: "Export a keystore",
  params: ofKeystore,
  may,
  run: async (ctx: MemberCtx, { params, fields }) => {
    await ctx.count(KEYSTORE_RATE);
    const { keystore, file } = await exportKeystore(ctx, params.keystore, {
      password: fields.text("password"),
    });
    return new Response(file, {
      headers: {
        "content-type": "application/x-pkcs12",
        "content-disposition": contentDisposition(fileName(keystore.name, "keystore", "p12")),
        "cache-control": "no-store",
      },
    });
  },
});

export const deleteForm = form({
  path: DELETE,
  operationId: "deleteKeystoreOnPage",
  summary: "Delete a keystore",
  params: ofKeystore,
  may,
  run: async (ctx: MemberCtx, { params, fields }) => {
    const { keystore } = await findKeystore(ctx, params.keystore);
    // Whoever types the name knows that releases of it can't be updated any more.
    const isForced = needsName(keystore);
    if (isForced && fields.text("name").trim() !== keystore.name) {
      refuse(invalidField(["name"], `must be its name, ${keystore.name}`));
    }
    await deleteKeystore(ctx, keystore.id, { force: String(isForced) });
    return { to: `/dashboard/${params.account}/keystores`, says: `${keystore.name} is deleted` };
  },
});
