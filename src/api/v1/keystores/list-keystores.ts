// GET /keystores
import { listKeystores as list } from "../../../domain/keystores/find-keystore.ts";
import { keyOperation } from "../../../http/operation.ts";
import { KeystoreForm, keystoreForm, list as listForm, listOf, Paging } from "../forms.ts";

export const listKeystores = keyOperation({
  method: "get",
  path: "/keystores",
  operationId: "listKeystores",
  summary: "List keystores",
  tag: "Keystores",
  scope: "builds:read",
  query: Paging,
  success: { status: 200, description: "Newest first.", schema: listOf(KeystoreForm) },
  run: async (ctx, { query }) => listForm(await list(ctx, query), keystoreForm),
});
