// Measures how long a build of each format takes on an idle local stack, from POST to completed and from POST to a
// builder's accept, and how much memory the builder has afterwards. It starts its own stack. There is no peer, since others publish
// minutes (README).
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { connect } from "../dev/api.ts";
import { CleanUp, startStack } from "../dev/stack.ts";
import { BuildFormat } from "../src/protocol/builder.ts";
import { residentMegabytes } from "./memory.ts";
import { header, row } from "./report.ts";

/** The number of measured builds, and of those before them that warm everything up. */
const RUNS = 20;
const WARM_UP_RUNS = 3;
/** How often the status of a build is read, ms, which is the error of the first figure. */
const ASK_EVERY_MS = 5;

const Made = z.object({ data: z.object({ id: z.int() }) });
const Build = z.object({
  data: z.object({
    status: z.string(),
    artifact_size: z.int().nullable(),
    created_at: z.iso.datetime(),
    started_at: z.iso.datetime().nullable(),
  }),
});

const stateDir = mkdtempSync(join(tmpdir(), "slipway-bench-"));
const cleanUp = new CleanUp();
try {
  const options = {
    once: true,
    tour: false,
    fresh: false,
    inspect: false,
    stateDir,
    port: 0,
    host: null,
  };
  const { url, tokens } = await startStack(options, cleanUp);
  const api = connect(url, tokens.api_token);
  const site = { name: "Example", url: "https://example.com" };
  const { id } = (await api.post("/api/v1/apps", site, Made)).data;

  header("builds");
  for (const build_format of BuildFormat.options) {
    const whole: number[] = [];
    const pickUp: number[] = [];
    let size = 0;
    for (let at = 0; at < WARM_UP_RUNS + RUNS; at += 1) {
      const begin = performance.now();
      const triggered = await api.post(`/api/v1/apps/${id}/builds`, { build_format }, Made);
      let build = await api.get(`/api/v1/builds/${triggered.data.id}`, Build);
      while (build.data.status === "pending" || build.data.status === "building") {
        await sleep(ASK_EVERY_MS);
        build = await api.get(`/api/v1/builds/${triggered.data.id}`, Build);
      }
      const took = performance.now() - begin;
      const { status, created_at, started_at, artifact_size } = build.data;
      if (status !== "completed" || started_at === null) throw new Error(`a build ${status}`);
      size = artifact_size ?? 0;
      if (at < WARM_UP_RUNS) continue;
      whole.push(took);
      pickUp.push(Date.parse(started_at) - Date.parse(created_at));
    }
    row(`${build_format}: POST to completed`, whole);
    row(`${build_format}: POST to accepted by an idle builder`, pickUp);
    console.log(`${build_format} size: ${size} bytes`);
  }
  const note = JSON.parse(readFileSync(join(stateDir, "stack.json"), "utf8"));
  const { pids } = z.object({ pids: z.object({ builder: z.int() }) }).parse(note);
  console.log(`builder memory: ${residentMegabytes(pids.builder)} MiB resident`);
} finally {
  await cleanUp.run();
  rmSync(stateDir, { recursive: true, force: true });
}
