// What only the programs in curl can do wrong: show secrets in the arguments of a process, and leave files when they are interrupted.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { StackNote } from "../../dev/state.ts";
import { CURL, EXAMPLES, missing, PASSWORD, Programs } from "./programs.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-shell-"));
const asked: string[] = [];
/** The status of all things. */
let status = "failed";
const server = createServer((request, answer) => {
  asked.push(String(request.url));
  request.resume().on("end", () => answer.end(JSON.stringify({ data: { id: 3, status } })));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const skipped = missing(CURL);

test.skipIf(skipped)("no key, password or secret is among the arguments of curl", async () => {
  const bin = join(folder, "bin");
  const log = join(folder, "arguments");
  mkdirSync(bin);
  const path = process.env["PATH"] ?? "";
  writeFileSync(
    join(bin, "curl"),
    `#!/bin/sh\nprintf '%s\\n' "$@" >>'${log}'\nPATH=\${PATH#*:}\nexec curl "$@"\n`,
  );
  chmodSync(join(bin, "curl"), 0o755);
  const programs = new Programs({ url, api_token: "sw_live_played" } as StackNote);
  const env = { PATH: `${bin}${delimiter}${path}`, SLIPWAY_WEBHOOK_SECRET: "whsec_played" };
  await programs.start(CURL, "release", ["1"], env).ended;
  await programs.start(CURL, "webhook", ["https://example.com"], env).ended;
  const seen = readFileSync(log, "utf8");
  expect(seen).toContain("/api/v1/keystores/3/export");
  expect(seen).toContain("/api/v1/webhooks");
  for (const secret of ["sw_live_played", "whsec_played", PASSWORD, "$one"]) {
    expect(seen).not.toContain(secret);
  }
});

test.skipIf(skipped).each(["sh", "bash"])(
  "interrupted under %s, a program leaves no folder",
  async (shell) => {
    const temporary = join(folder, `of-${shell}`);
    mkdirSync(temporary);
    status = "building";
    const before = asked.length;
    const file = join(EXAMPLES, "curl/build.sh");
    // a group of its own, which Ctrl-C in a terminal reaches as a whole
    const child = spawn(shell, [file, "x", "https://example.com"], {
      cwd: folder,
      env: { ...process.env, SLIPWAY_URL: url, SLIPWAY_KEY: "sw_live_played", TMPDIR: temporary },
      detached: true,
      stdio: "ignore",
    });
    const ended = once(child, "close");
    await expect.poll(() => asked.slice(before), { timeout: 30_000 }).toContain("/api/v1/builds/3");
    expect(readdirSync(temporary)).toHaveLength(1);
    process.kill(-Number(child.pid), "SIGINT");
    expect(await ended).not.toEqual([0, null]);
    expect(readdirSync(temporary)).toEqual([]);
  },
);
