// POST /keystores/{id}/export
import {
  ExportKeystore,
  exportKeystore as export_,
} from "../../../domain/keystores/manage-keystore.ts";
import { keyOperation } from "../../../http/operation.ts";
import { contentDisposition } from "../../../http/content-disposition.ts";
import { IdParams } from "../forms.ts";

export const exportKeystore = keyOperation({
  method: "post",
  path: "/keystores/{id}/export",
  operationId: "exportKeystore",
  summary: "Export a keystore",
  description: "The key and its certificates as a PKCS #12 file under the given password.",
  tag: "Keystores",
  scope: "builds:write",
  params: { schema: IdParams, thing: "keystore" },
  body: ExportKeystore,
  success: {
    status: 200,
    description: "The file.",
    also: ["application/x-pkcs12"],
  },
  run: async (ctx, { params, body }) => {
    const { keystore, file } = await export_(ctx, params.id, body);
    return new Response(file, {
      headers: {
        "content-type": "application/x-pkcs12",
        "content-disposition": contentDisposition(`${keystore.name}.p12`),
        "cache-control": "no-store",
      },
    });
  },
});
