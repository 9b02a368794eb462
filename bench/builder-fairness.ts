// Measures how long an account's build takes while another account has icons drawn that take forever: one small icon in
// five apps, then five icons of different bytes. It starts its own stack, with a builder of two slots. The bar is a
// ratio: twice as long as alone, and one budget of processor time (builder/icon-renderer.ts) at most.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { connect, type Api } from "../dev/api.ts";
import { loadSecrets } from "../dev/state.ts";
import { CleanUp, startStack } from "../dev/stack.ts";
import { header, row } from "./report.ts";

/** Measured builds without another account's, and of those before them that warm everything up. */
const RUNS = 10;
const WARM_UP_RUNS = 3;
/** Apps with a slow icon, as many as the account may build at once. */
const SLOW_APPS = 5;
/** How often the status of a build is read, ms, which is the error of the figures; and that of a slow one. */
const ASK_EVERY_MS = 20;
const ASK_SLOWLY_MS = 500;

const Made = z.object({ data: z.object({ id: z.int() }) });
const Key = z.object({ data: z.object({ key: z.string() }) });
const Build = z.object({
  data: z.object({ status: z.string(), error_message: z.string().nullable() }),
});
type Build = z.infer<typeof Build>["data"];

/** An icon of 1.7 KB that a decoder draws for minutes; `mark` makes its bytes different from others'. */
function slowIcon(mark: number): string {
  const noise = '<feTurbulence baseFrequency=".1" numOctaves="99"/>'.repeat(17);
  const group = (id: string, of: string) => `<g id="${id}">${`<use href="#${of}"/>`.repeat(9)}</g>`;
  const icon =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><!--${mark}-->` +
    `<filter id="f">${noise}</filter><rect id="a" width="10" height="10" filter="url(#f)"/>` +
    `${group("b", "a")}${group("c", "b")}${group("d", "c")}</svg>`;
  return icon;
}

async function newAccount(url: string, adminToken: string): Promise<{ api: Api; token: string }> {
  const operator = connect(url, adminToken);
  const account = {
    name: "Example",
    email: "owner@example.com",
    build_credits: 1000,
    plan: "Unlimited",
  };
  const { id } = (await operator.post("/api/v1/admin/accounts", account, Made)).data;
  const path = `/api/v1/admin/accounts/${id}/api-keys`;
  const { key } = (await operator.post(path, { name: "bench" }, Key)).data;
  return { api: connect(url, key), token: key };
}

async function newApp(api: Api): Promise<number> {
  const site = { name: "Example", url: "https://example.com" };
  return (await api.post("/api/v1/apps", site, Made)).data.id;
}

/** Builds an app and waits for the end; returns how long that took, ms. */
async function build(
  api: Api,
  appId: number,
  everyMs = ASK_EVERY_MS,
): Promise<{ took: number; end: Build }> {
  const begin = performance.now();
  const { id } = (await api.post(`/api/v1/apps/${appId}/builds`, {}, Made)).data;
  for (;;) {
    const { data } = await api.get(`/api/v1/builds/${id}`, Build);
    const took = performance.now() - begin;
    if (data.status !== "pending" && data.status !== "building") return { took, end: data };
    await sleep(everyMs);
  }
}

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
  const { url } = await startStack(options, cleanUp);
  const { ADMIN_TOKEN } = loadSecrets(stateDir);
  const [slow, other] = [await newAccount(url, ADMIN_TOKEN), await newAccount(url, ADMIN_TOKEN)];
  const app = await newApp(other.api);

  header("builder, shared");
  const alone: number[] = [];
  for (let at = 0; at < WARM_UP_RUNS + RUNS; at += 1) {
    const { took } = await build(other.api, app);
    if (at >= WARM_UP_RUNS) alone.push(took);
  }
  const median = row("POST to completed, alone", alone);

  for (const isSame of [true, false]) {
    const slowBuilds: Promise<{ took: number; end: Build }>[] = [];
    for (let at = 0; at < SLOW_APPS; at += 1) {
      const id = await newApp(slow.api);
      const body = slowIcon(isSame ? 0 : at + 1);
      const headers = { authorization: `Bearer ${slow.token}` };
      await fetch(new URL(`/api/v1/apps/${id}/icon`, url), { method: "PUT", headers, body });
      slowBuilds.push(build(slow.api, id, ASK_SLOWLY_MS));
    }
    const slowDone = new AbortController();
    const all = Promise.all(slowBuilds).finally(() => slowDone.abort());
    const meanwhile: number[] = [];
    while (!slowDone.signal.aborted) meanwhile.push((await build(other.api, app)).took);
    const what = isSame ? "one slow icon in five apps" : "five slow icons";
    const shared = row(`the same, beside ${what}`, meanwhile);
    const ends = await all;
    const longest = Math.max(...ends.map(({ took }) => took));
    console.log(
      `ratio of medians: ${(shared / median).toFixed(1)}, of the slowest: ` +
        `${(Math.max(...meanwhile) / median).toFixed(1)}; builds meanwhile: ${meanwhile.length}; ` +
        `the slow ones: ${ends.map(({ end }) => end.status).join(", ")} after ${Math.round(longest)} ms`,
    );
    console.log(`the last of them: ${ends.at(-1)?.end.error_message}`);
  }
} finally {
  await cleanUp.run();
  rmSync(stateDir, { recursive: true, force: true });
}
