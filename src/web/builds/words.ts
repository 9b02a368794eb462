// How builds are said on pages: kinds, durations, and what signs them.
import type { ListedBuild } from "../../domain/builds/builds-of-app.ts";
import type { Build } from "../../domain/builds/find-build.ts";
import { MINUTE_MS, SECOND_MS } from "../../kit/time.ts";

/** What was asked for: "APK, debug". */
export function kindOf({
  buildFormat,
  buildType,
  adiToken,
}: Pick<Build, "buildFormat" | "buildType" | "adiToken">): string {
  return `${buildFormat.toUpperCase()}, ${adiToken === null ? buildType : "proof"}`;
}

/** A duration: "0.94 s", "12.3 s", "3 min 5 s". */
export function duration(ms: number): string {
  if (ms < 10 * SECOND_MS) return `${(Math.max(ms, 0) / SECOND_MS).toFixed(2)} s`;
  if (ms < MINUTE_MS) return `${(ms / SECOND_MS).toFixed(1)} s`;
  return `${Math.floor(ms / MINUTE_MS)} min ${Math.floor((ms % MINUTE_MS) / SECOND_MS)} s`;
}

/** What signs a build. */
export function signedWith({ build, keystoreName }: ListedBuild): string {
  if (build.keystoreId === null) return "Debug key";
  return keystoreName ?? "A deleted keystore";
}

/** How long a builder had it, ms; null before its end, and where none began. */
export function tookMs({
  startedAt,
  completedAt,
}: Pick<Build, "startedAt" | "completedAt">): number | null {
  return startedAt === null || completedAt === null ? null : completedAt - startedAt;
}

/** Whether it goes on. */
export function isActive({ status }: Pick<Build, "status">): boolean {
  return status === "pending" || status === "building";
}
