// Builds of an app: triggers, shows and cancels them, and returns their logs and artifacts.
import { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { readLogs } from "../../domain/builds/build-logs.ts";
import { cancelBuild as cancel } from "../../domain/builds/cancel-build.ts";
import { downloadLink } from "../../domain/builds/downloads.ts";
import { listBuilds as list } from "../../domain/builds/list-builds.ts";
import { MAX_BUILDS } from "../../domain/builds/make-room.ts";
import { TriggerBuild, triggerBuild as trigger } from "../../domain/builds/trigger-build.ts";
import { findBuild } from "../../domain/builds/find-build.ts";
import { MAX_APPS_EVER } from "../../domain/keystores/keystore-apps.ts";
import { written } from "../../http/bookmark.ts";
import { LAST_EVENT_ID, STREAM_HEADERS, streamLogs } from "../../http/build-log-stream.ts";
import { keyOperation } from "../../http/operation.ts";
import { microseconds, withOffset } from "../../kit/time.ts";
import { BuildForm, buildForm, BuildStatusForm, Triggered } from "./build-forms.ts";
import { refusalExamples } from "./errors.ts";
import { IdParams, listForm, listOf, MessageForm, Paging, wrapped } from "./forms.ts";

export const listBuilds = keyOperation({
  method: "get",
  path: "/apps/{id}/builds",
  operationId: "listBuilds",
  summary: "List builds for an app",
  tag: "Builds",
  scope: "builds:read",
  params: { schema: IdParams, thing: "app" },
  query: Paging,
  success: { status: 200, description: "The builds, newest first.", schema: listOf(BuildForm) },
  run: async (ctx, { params, query }) => listForm(await list(ctx, params.id, query), buildForm),
});

const SOME_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const OTHER_SHA256 = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";

export const triggerBuild = keyOperation({
  method: "post",
  path: "/apps/{id}/builds",
  operationId: "triggerBuild",
  summary: "Trigger a new build",
  description:
    "Reserves one build credit, which is refunded if the build fails or is cancelled. An icon that takes more than 5 s of " +
    "processor time or 320 MiB of memory to draw, or can't be drawn, fails its build, and for 30 days every other build " +
    "with the same icon at once; of these builds, the account's first is refunded and no other. One account's builds take " +
    "half of the builders' slots at most. A release build needs a keystore. " +
    "A debug build that names one is signed with it and, like a release build, is not debuggable; without, it is signed " +
    "with the account's own debug key and is debuggable. From then on the keystore is one of the app's. " +
    "A completed release pins the app's signing certificate, package name and version code: the next one is a 409 if the " +
    "first is another (`signing_key_changed`), if the second is (`package_changed`), or if the third is not higher " +
    "(`version_code_used`), in this order. `allow_signing_key_change`, `allow_package_change` and `allow_version_reuse` allow " +
    "it. A version can be released once as APK and once as AAB, with the same key. Under a package name that was never " +
    "released, version codes start anew. Debug builds and proofs (`adi_token`) are no releases, and neither are builds that " +
    "failed or were cancelled. " +
    `An app keeps at most ${MAX_BUILDS} builds. Beyond, the oldest is deleted with its artifact and its log: first those ` +
    "that failed or were cancelled, then debug builds and proofs, and release builds last. A keystore can be for at most " +
    `${MAX_APPS_EVER} apps, deleted ones included.`,
  tag: "Builds",
  scope: "builds:write",
  params: { schema: IdParams, thing: "app" },
  body: TriggerBuild,
  success: {
    status: 201,
    description: "The build, which waits for a builder.",
    schema: wrapped(Triggered),
  },
  refusals: {
    402: "The account has no build credits left.",
    409:
      "The app has an active build (`active_build`), or this release would not be an update of those before: it would be " +
      "signed with another key (`signing_key_changed`), be another package (`package_changed`), or have a version code that " +
      "is not higher (`version_code_used`).",
    503: "No builder that can make this build was active in the last minute.",
  },
  refusalExamples: {
    409: refusalExamples(
      { code: "active_build" },
      { code: "signing_key_changed", expected: SOME_SHA256, given: OTHER_SHA256, keystoreId: 4 },
      { code: "package_changed", expected: "com.example.myapp", given: "com.example.other" },
      { code: "version_code_used", highest: 7, given: 7, format: "apk" },
    ),
  },
  idempotent: { secrets: [] },
  run: async (ctx, { params, body, origin }) => {
    const build = await trigger(ctx, await findApp(ctx, params.id), origin, body);
    const data: z.input<typeof Triggered> = {
      id: build.id,
      status: "pending",
      build_type: build.buildType,
      build_format: build.buildFormat,
      debuggable: build.debuggable,
      keystore_id: build.keystoreId,
      certificate_sha256: build.certificateSha256,
      certificate_sha1: build.certificateSha1,
      proof: build.isProof,
      version_name: build.versionName,
      version_code: build.versionCode,
      created_at: microseconds(build.createdAt),
    };
    return written(201, { data }, build.bookmark);
  },
});

export const getBuild = keyOperation({
  method: "get",
  path: "/builds/{id}",
  operationId: "getBuild",
  summary: "Get build details",
  tag: "Builds",
  scope: "builds:read",
  params: { schema: IdParams, thing: "build" },
  success: { status: 200, description: "The build.", schema: wrapped(BuildForm) },
  run: async (ctx, { params }) => ({ data: buildForm(await findBuild(ctx, params.id)) }),
});

export const cancelBuild = keyOperation({
  method: "post",
  path: "/builds/{id}/cancel",
  operationId: "cancelBuild",
  summary: "Cancel a build",
  description: "Ends the build at once and refunds its credit.",
  tag: "Builds",
  scope: "builds:write",
  params: { schema: IdParams, thing: "build" },
  success: { status: 200, description: "The build was cancelled.", schema: MessageForm },
  refusals: { 400: "The build has already finished." },
  run: async (ctx, { params }) => {
    const { bookmark } = await cancel(ctx, params.id);
    return written(200, { message: "Build cancelled successfully." }, bookmark);
  },
});

/** The contract has no `data` around the link. */
export const getDownload = keyOperation({
  method: "get",
  path: "/builds/{id}/download",
  operationId: "getBuildDownload",
  summary: "Download build artifact",
  description: "Returns a signed link that is valid for 7 days and needs no API key.",
  tag: "Builds",
  scope: "builds:read",
  params: { schema: IdParams, thing: "build" },
  success: {
    status: 200,
    description: "The link.",
    schema: z.object({
      download_url: z.url().openapi({
        description: "The link, which needs no API key and must be kept secret.",
        example:
          "https://slipway.example/public/builds/12/My%20App.apk?expires=1704672000&token=q1dXpw3UpT5VOmu",
      }),
      file_name: z.string().openapi({
        description: "The app's name with the format as its ending.",
        example: "My App.apk",
      }),
      file_size: z.int().openapi({ description: "In bytes.", example: 1843200 }),
      expires_at: z
        .string()
        .openapi({ format: "date-time", example: "2024-01-08T00:00:00+00:00" })
        .openapi({ description: "When the link ends, seven days on." }),
    }),
  },
  refusals: {
    400: "The build is not completed.",
    404: "The build does not exist, or its artifact was deleted.",
  },
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

const LastEventId = z
  .string()
  .regex(LAST_EVENT_ID)
  .optional()
  .openapi({
    description:
      "The id of the last event that a client got of a stream, which goes on from there. A stream that is asked for by " +
      "anything else begins at the beginning.",
    example: "2048",
  });

export const getLogs = keyOperation({
  method: "get",
  path: "/builds/{id}/logs",
  operationId: "getBuildLogs",
  summary: "Get build logs",
  description:
    "With `Accept: text/event-stream`, the log is streamed as it grows, in events `log` {offset, text}, `status` " +
    "{status} and finally `end`. A client that reconnects with `Last-Event-ID` continues where it stopped.",
  tag: "Builds",
  scope: "builds:read",
  params: { schema: IdParams, thing: "build" },
  success: {
    status: 200,
    description: "The log so far.",
    schema: z.object({
      build_id: z.int().openapi({ description: "The build's id.", example: 12 }),
      status: BuildStatusForm.openapi({ description: "The build's status.", example: "completed" }),
      logs: z.string().openapi({
        description:
          "The lines of the log, each with a line feed. Empty before a builder has the build.",
        example: "Packaging com.example.myapp 1.0.0 (1)\nSigned\n",
      }),
      error_message: z
        .string()
        .nullable()
        .openapi({ description: "Why the build failed; null of any other." }),
    }),
    also: ["text/event-stream"],
  },
  headers: z.object({ "Last-Event-ID": LastEventId }),
  run: async (ctx, { params, request }) => {
    if (request.headers.get("accept")?.includes("text/event-stream")) {
      const build = await findBuild(ctx, params.id);
      // The answer to a HEAD has no body.
      if (request.method === "HEAD") return new Response(null, { headers: STREAM_HEADERS });
      return streamLogs(ctx, build, request);
    }
    const { build, text } = await readLogs(ctx, params.id);
    return {
      build_id: build.id,
      status: build.status,
      logs: text,
      error_message: build.errorMessage,
    };
  },
});
