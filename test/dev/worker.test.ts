// The host that runs the Worker in the local stack, with real workerd processes that are killed.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, onTestFinished, test } from "vitest";
import type { Kept } from "../../dev/keep.ts";
import { choosePort } from "../../dev/port.ts";
import { endLeftoverWorker, startWorker } from "../../dev/worker/start.ts";
import { writeNote } from "../../dev/state.ts";
import { makeTiny, type Tiny } from "./tiny.ts";
import { untilPasses } from "../support/until-passes.ts";

const kept: Kept[] = [];
afterEach(async () => {
  for (const each of kept.splice(0)) await each.stop();
});

async function start(tiny: Tiny, port?: number) {
  const pids: (number | null)[] = [];
  const options = {
    ...tiny,
    port: port ?? (await choosePort(0)),
    onPid: (pid: number | null) => void pids.push(pid),
  };
  await startWorker(options, (each) => kept.push(each));
  const url = `http://127.0.0.1:${options.port}`;
  // Without what the schedule noted, which runs whenever a minute begins during a test.
  const ask = async (path: string) => {
    const answer = (await (await fetch(url + path)).json()) as { notes: string[]; secret: string };
    return { ...answer, notes: answer.notes.filter((note) => !note.startsWith("* * * * *")) };
  };
  return { ask, pids, port: options.port, url };
}

/** Whether a workerd runs under this pid; a dead one that nobody waited for yet shows as <defunct>. */
function isWorkerd(pid: number): boolean {
  try {
    const command = execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
    return command.includes("workerd") && !command.includes("<defunct>");
  } catch {
    return false;
  }
}

test("startWorker migrates the database, passes the secrets on, and reports workerd's own pid", async () => {
  const { ask, pids } = await start(makeTiny());
  expect(await ask("/add")).toEqual({ notes: ["added!"], secret: "string" });
  expect(pids).toHaveLength(1);
  expect(isWorkerd(Number(pids[0]))).toBe(true);
});

test("the state survives a stop and a start, and migrations run once", async () => {
  const tiny = makeTiny();
  const { ask, pids } = await start(tiny);
  await ask("/add");
  await kept.pop()?.stop();
  expect(isWorkerd(Number(pids[0]))).toBe(false);
  const again = await start(tiny);
  expect((await again.ask("/")).notes).toEqual(["added!"]);
});

test("wrangler finds the same database, with every migration noted", async () => {
  const tiny = makeTiny();
  await start(tiny);
  await kept.pop()?.stop();
  const wrangler = join(import.meta.dirname, "../../node_modules/wrangler/bin/wrangler.js");
  const where = ["--local", "--persist-to", join(tiny.stateDir, "worker"), "--config", tiny.config];
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [wrangler, "d1", ...args, ...where], {
      encoding: "utf8",
      env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
    });
  expect(run("migrations", "list", "DB")).toContain("No migrations to apply");
});

test("a killed workerd is started again on the same port with its state, and alarms still fire", async () => {
  const { ask, pids, url } = await start(makeTiny());
  await ask("/arm?ms=1500");
  process.kill(Number(pids[0]), "SIGKILL");
  await untilPasses(() => expect(pids).toHaveLength(2));
  expect(pids[1]).not.toBe(pids[0]);
  // Nothing asks the object meanwhile: the alarm alone wakes it.
  await untilPasses(async () => expect((await ask("/")).notes).toEqual(["rang!"]));
  expect((await fetch(url)).status).toBe(200);
});

test("a killed host is started again on the same port, and leaves no workerd behind", async () => {
  const { ask, pids } = await start(makeTiny());
  await ask("/add");
  const first = Number(pids[0]);
  const host = Number(
    execFileSync("ps", ["-o", "ppid=", "-p", String(first)], { encoding: "utf8" }),
  );
  process.kill(host, "SIGKILL");
  await untilPasses(() => expect(pids).toHaveLength(3));
  expect(pids[1]).toBeNull();
  expect(isWorkerd(first)).toBe(false);
  expect((await ask("/")).notes).toEqual(["added!"]);
});

test("host and workerd end when the supervisor is killed", async () => {
  const tiny = makeTiny();
  const port = await choosePort(0);
  const code = `
    import { startWorker } from ${JSON.stringify(join(import.meta.dirname, "../../dev/worker/start.ts"))};
    const options = JSON.parse(process.argv[1]);
    await startWorker({ ...options, onPid: (pid) => console.log(pid) }, () => {});
  `;
  const supervisor = spawn(process.execPath, [
    "--input-type=module",
    "-e",
    code,
    JSON.stringify({ ...tiny, port }),
  ]);
  onTestFinished(() => void supervisor.kill("SIGKILL"));
  const [text] = (await once(createInterface(supervisor.stdout), "line")) as [string];
  expect(isWorkerd(Number(text))).toBe(true);
  supervisor.kill("SIGKILL");
  await untilPasses(() => expect(isWorkerd(Number(text))).toBe(false));
});

test("a Worker that can't start says why", async () => {
  const tiny = makeTiny();
  await expect(start({ ...tiny, bundle: join(tiny.stateDir, "missing.js") })).rejects.toThrow(
    /missing\.js/,
  );
});

test("a workerd left over by a killed stack is ended, and another process is not", async () => {
  const tiny = makeTiny();
  const { pids, url } = await start(tiny);
  const note = (worker: number) =>
    writeNote(tiny.stateDir, {
      url,
      admin_token: "a",
      api_token: "b",
      builder_token: "c",
      providers_url: "d",
      dashboard_url: "e",
      pids: { worker, builder: null, providers: null },
    });
  note(process.pid);
  endLeftoverWorker(tiny.stateDir);
  note(Number(pids[0]));
  endLeftoverWorker(tiny.stateDir);
  await untilPasses(() => expect(isWorkerd(Number(pids[0]))).toBe(false));
  expect(readFileSync(join(tiny.stateDir, "stack.json"), "utf8")).toContain(url);
});
