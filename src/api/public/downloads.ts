// Serves artifacts at signed links.
import { z } from "@hono/zod-openapi";
import { openLink } from "../../domain/builds/downloads.ts";
import { contentDisposition } from "../../http/content-disposition.ts";
import { publicOperation } from "../../http/operation.ts";
import { serveFile } from "../../http/serve-file.ts";

const Params = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number)
    .openapi({ type: "integer" })
    .openapi({ description: "The id of the build." }),
  file: z
    .string()
    .openapi({ description: "The name of the file, as the link has it.", example: "My App.apk" }),
});

/** Media types of artifacts: an APK, and an AAB. */
const FILE_TYPES = ["application/vnd.android.package-archive", "application/octet-stream"];

const ETag = z.string().openapi({ description: "The version of the artifact." });
const ContentRange = z
  .string()
  .openapi({ description: "Which bytes follow, and how many there are: `bytes 0-1023/4096`." });
const FileHeaders = z.object({
  ETag,
  "Accept-Ranges": z.literal("bytes").openapi({ description: "Parts can be asked for." }),
  "Content-Length": z.int().openapi({ description: "The bytes that follow." }),
  "Content-Disposition": z
    .string()
    .openapi({ description: "The name under which to save the file (RFC 6266)." }),
});

export const download = publicOperation({
  method: "get",
  path: "/builds/{id}/{file}",
  operationId: "downloadArtifact",
  summary: "Download an artifact by its signed link",
  description:
    "`GET /api/v1/builds/{id}/download` returns the link. Supports `Range` and `If-None-Match`.",
  tag: "Downloads",
  params: { schema: Params, thing: "build" },
  query: z.object({
    expires: z.string().openapi({
      description: "When the link ends, in Unix seconds, as the link has it.",
      example: "1704672000",
    }),
    token: z.string().openapi({ description: "The link's signature.", example: "q1dXpw3UpT5VOmu" }),
  }),
  success: {
    status: 200,
    description: "The artifact.",
    also: FILE_TYPES,
    headers: FileHeaders,
    others: {
      206: {
        description: "The part of the artifact that `Range` asks for.",
        also: FILE_TYPES,
        headers: FileHeaders.extend({ "Content-Range": ContentRange }),
      },
      304: {
        description: "The artifact is still that of `If-None-Match`.",
        headers: z.object({ ETag }),
      },
      416: {
        description: "The artifact has no such part.",
        headers: z.object({ ETag, "Content-Range": ContentRange }),
      },
    },
  },
  headers: z.object({
    Range: z
      .string()
      .optional()
      .openapi({
        description:
          "One range of bytes, as `bytes=0-1023`, `bytes=1024-` or `bytes=-1024`. Anything else is answered with the whole " +
          "artifact.",
        example: "bytes=0-1023",
      }),
    "If-Range": z
      .string()
      .optional()
      .openapi({ description: "The `ETag` without which `Range` does not count." }),
    "If-None-Match": z
      .string()
      .optional()
      .openapi({ description: "The `ETag` of an artifact that the client has already." }),
  }),
  refusals: { 403: "The link was altered or has expired.", 404: "The artifact was deleted." },
  run: async (ctx, { params, query, request }) => {
    const { expires = "", token = "" } = query;
    const file = await openLink(ctx, params.id, { file: params.file, expires, token });
    return serveFile(ctx, file.artifactKey, request, {
      "content-type": file.mediaType,
      "content-disposition": contentDisposition(file.fileName),
      "cache-control": "private, max-age=3600",
    });
  },
});
