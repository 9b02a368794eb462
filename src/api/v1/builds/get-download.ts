// GET /builds/{id}/download: not wrapped in `data`.
import { z } from "@hono/zod-openapi";
import { downloadLink } from "../../../domain/builds/downloads.ts";
import { keyOperation } from "../../../http/operation.ts";
import { withOffset } from "../../../kit/time.ts";
import { IdParams } from "../forms.ts";

export const getDownload = keyOperation({
  method: "get",
  path: "/builds/{id}/download",
  operationId: "getBuildDownload",
  summary: "Download build artifact",
  description: "A signed link that works for 7 days without a key.",
  tag: "Builds",
  scope: "builds:read",
  params: { schema: IdParams, thing: "build" },
  success: {
    status: 200,
    description: "The link.",
    schema: z.object({
      download_url: z.url(),
      file_name: z.string(),
      file_size: z.int(),
      expires_at: z.string().openapi({ format: "date-time", example: "2024-01-08T00:00:00+00:00" }),
    }),
  },
  refusals: { 400: "The build is not completed.", 404: "No such build, or its file is gone." },
  run: async (ctx, { params, origin }) => {
    const link = await downloadLink(ctx, params.id, origin);
    return {
      download_url: link.url,
      file_name: link.fileName,
      file_size: link.size,
      expires_at: withOffset(link.expiresAt),
    };
  },
});
