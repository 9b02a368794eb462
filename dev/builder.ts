// Runs builder/main.ts for the supervisor, and keeps it running.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { BUILDER_NAME } from "./accounts.ts";
import { connect } from "./api.ts";
import { keepRunning, type Kept } from "./keep.ts";
import { complain } from "./say.ts";
import { openLog } from "./state.ts";

/** How long a draining builder may take, ms: a build takes about a second. */
const GRACE_MS = 15_000;
/** Default number of concurrent jobs. */
const DEFAULT_CONCURRENCY = "2";

/**
 * Keeps the builder below 200 MB, with the same values as in builder/Dockerfile. The C library reads them when the
 * process starts, so the builder can't set them itself.
 */
const MEMORY_FLAGS = ["--max-semi-space-size=2"];
const MEMORY_ENV = { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "131072" };

/** How often to check whether the builder has called, ms. */
const ASK_EVERY_MS = 50;
/** A builder that has not called after this time has failed, ms: it starts within a second. */
const SEEN_WITHIN_MS = 20_000;
/** A builder that ended so many times without having called has failed. */
const MAX_ENDS = 3;

const Builders = z.object({
  data: z.array(z.object({ name: z.string(), last_seen_at: z.iso.datetime().nullable() })),
});

export interface BuilderOptions {
  url: string;
  token: string;
  stateDir: string;
  /** Called with the builder's pid at each start, and with null when it ends. */
  onPid: (pid: number | null) => void;
}

export interface RunningBuilder extends Kept {
  /** Returns how often it has ended so far. */
  ends: () => number;
}

/** Starts the builder, and starts it again if it ends. */
export function startBuilder(options: BuilderOptions): RunningBuilder {
  let ends = 0;
  const orphan = join(import.meta.dirname, "orphan.ts");
  const main = join(import.meta.dirname, "..", "builder", "main.ts");
  const kept = keepRunning({
    args: [...MEMORY_FLAGS, "--import", orphan, main],
    env: {
      ...MEMORY_ENV,
      API_URL: options.url,
      BUILDER_TOKEN: options.token,
      BUILDER_NAME,
      CONCURRENCY: process.env["CONCURRENCY"] || DEFAULT_CONCURRENCY,
    },
    log: openLog(options.stateDir, "builder").fd,
    graceMs: GRACE_MS,
    onStart: (child) => options.onPid(child.pid ?? null),
    onEnd: (how) => {
      ends += 1;
      options.onPid(null);
      complain(`The builder ended (${how}); it is started again.`);
    },
  });
  return { ...kept, ends: () => ends };
}

/**
 * Waits until the API has heard from the builder since `startedAt`: a build asked for earlier would be
 * refused for want of builders.
 * @throws when it does not call in time, or ends again and again before it does
 */
export async function builderSeen(
  url: string,
  adminToken: string,
  startedAt: Date,
  builder: RunningBuilder,
): Promise<void> {
  const admin = connect(url, adminToken);
  for (const end = Date.now() + SEEN_WITHIN_MS; Date.now() < end; await sleep(ASK_EVERY_MS)) {
    if (builder.ends() >= MAX_ENDS) break;
    const { data } = await admin.get("/api/v1/admin/builders", Builders);
    const seen = data.some(
      ({ name, last_seen_at: at }) => name === BUILDER_NAME && at && new Date(at) >= startedAt,
    );
    if (seen) return;
  }
  throw new Error("The builder did not call the API; see logs/builder.log.");
}
