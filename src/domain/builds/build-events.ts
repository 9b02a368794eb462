// Tells an app's webhooks how a build ended. After the fact and deferred: nobody's build waits for it.
import { wholeSeconds } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { emit } from "../webhooks/emit.ts";
import type { Build } from "./visible.ts";

/** Tells of a build that completed or failed; of one that was cancelled its owner knows. */
export function tellOfEnd(ctx: Ctx, build: Build): void {
  const { status } = build;
  if (status !== "completed" && status !== "failed") return;
  ctx.defer(
    emit(ctx, build.appId, `build.${status}`, {
      build_id: build.id,
      status,
      build_type: build.buildType,
      build_format: build.buildFormat,
      version_name: build.versionName,
      version_code: build.versionCode,
      error:
        build.errorCode === null ? null : { code: build.errorCode, message: build.errorMessage },
      completed_at: build.completedAt === null ? null : wholeSeconds(build.completedAt),
    }),
  );
}
