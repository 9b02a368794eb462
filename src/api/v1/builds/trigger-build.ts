// POST /apps/{id}/builds
import { z } from "@hono/zod-openapi";
import { TriggerBuild, triggerBuild as trigger } from "../../../domain/builds/trigger-build.ts";
import { written } from "../../../http/bookmark.ts";
import { keyOperation } from "../../../http/operation.ts";
import { microseconds } from "../../../kit/time.ts";
import { BuildFormat, BuildType } from "../../../protocol/builder.ts";
import { BuildStatusForm, IdParams, Time, wrapped } from "../forms.ts";

const Triggered = z.object({
  id: z.int(),
  status: BuildStatusForm,
  build_type: BuildType,
  build_format: BuildFormat,
  version_name: z.string(),
  version_code: z.int(),
  created_at: Time,
});

export const triggerBuild = keyOperation({
  method: "post",
  path: "/apps/{id}/builds",
  operationId: "triggerBuild",
  summary: "Trigger a new build",
  description:
    "Reserves one build credit, given back if the build fails or is cancelled. A release build needs a keystore.",
  tag: "Builds",
  scope: "builds:write",
  params: { schema: IdParams, thing: "app" },
  body: TriggerBuild,
  success: {
    status: 201,
    description: "The build waits for a builder.",
    schema: wrapped(Triggered),
  },
  refusals: {
    402: "The account has too few credits.",
    409: "The app has an active build, or the Idempotency-Key conflicts.",
    503: "No builder that can do this was seen in the last minute.",
  },
  idempotent: { secrets: [] },
  run: async (ctx, { params, body }) => {
    const build = await trigger(ctx, params.id, body);
    const data: z.input<typeof Triggered> = {
      id: build.id,
      status: "pending",
      build_type: build.buildType,
      build_format: build.buildFormat,
      version_name: build.versionName,
      version_code: build.versionCode,
      created_at: microseconds(build.createdAt),
    };
    return written(201, { data }, build.bookmark);
  },
});
