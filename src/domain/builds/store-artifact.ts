// Stores the artifact that a builder uploads, if it arrives whole and the lease still holds.
import type { Ctx } from "../context.ts";
import type { BuildLockPort, LeaseRef, ReportResult } from "../ports/builds.ts";

export interface Upload {
  appId: number;
  lock: BuildLockPort;
  lease: LeaseRef;
  body: ReadableStream;
  size: number;
  /** Hexadecimal, in lower case. */
  sha256: string;
}

/**
 * Streams the upload into R2, which refuses it when the digest differs, and records it with the lock. Each upload
 * gets an R2 object of its own, so that a late one can neither overwrite nor delete the one that counts. Returns the
 * lock's result, or `mismatch` when the bytes are not those that were announced.
 */
export async function storeArtifact(
  ctx: Ctx,
  { appId, lock, lease, body, size, sha256 }: Upload,
): Promise<ReportResult | { kind: "mismatch" }> {
  const key = `apps/${appId}/builds/${lease.buildId}/${crypto.randomUUID()}`;
  // Recorded before the upload, so that the end of the build deletes the object whatever happens in between.
  const held = await lock.report(lease, { kind: "expect_artifact", key });
  if (held.kind !== "taken") return held;
  try {
    // R2 needs to know the length in advance; a body of another length makes the put fail.
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

/**
 * Whether the upload failed because of its bytes. A FixedLengthStream throws TypeErrors; R2's BadDigest can be
 * recognised only by the number in its message.
 */
function isMismatch(error: unknown): boolean {
  return (
    error instanceof TypeError || (error instanceof Error && error.message.includes("(10037)"))
  );
}
