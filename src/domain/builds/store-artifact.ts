// Keeps an artifact a builder sends, if it arrives whole and its lease still holds.
import type { Ctx } from "../context.ts";
import type { BuildLockPort, LeaseRef, ReportResult } from "../ports/builds.ts";

export interface Upload {
  appId: number;
  lock: BuildLockPort;
  lease: LeaseRef;
  body: ReadableStream;
  size: number;
  /** Lower-case hex. */
  sha256: string;
}

/**
 * Streams the upload into R2, which refuses it when the digest differs, and records it with the lock. Each
 * upload has an object of its own, so that a late one can neither overwrite nor delete what counts. Answers what the lock
 * said of it; `mismatch` when the bytes are not those announced.
 */
export async function storeArtifact(
  ctx: Ctx,
  { appId, lock, lease, body, size, sha256 }: Upload,
): Promise<ReportResult | { kind: "mismatch" }> {
  const key = `apps/${appId}/builds/${lease.buildId}/${crypto.randomUUID()}`;
  // noted before it is there: whatever happens next, the build's end tidies it up
  const held = await lock.report(lease, { kind: "expect_artifact", key });
  if (held.kind !== "taken") return held;
  try {
    // R2 wants to know the length before; a body that ends early or late breaks the put
    await ctx.files.put(key, body.pipeThrough(new FixedLengthStream(size)), { sha256 });
  } catch (error) {
    if (!isMismatch(error)) throw error;
    ctx.log.info("artifact_refused", { build: lease.buildId });
    return { kind: "mismatch" };
  }
  const recorded = await lock.report(lease, {
    kind: "record_artifact",
    artifact: { key, size, sha256 },
  });
  if (recorded.kind !== "taken") await ctx.files.delete(key);
  return recorded;
}

/** A FixedLengthStream throws TypeErrors; R2's BadDigest is told by its number in the message alone. */
function isMismatch(error: unknown): boolean {
  return (
    error instanceof TypeError || (error instanceof Error && error.message.includes("(10037)"))
  );
}
