// The small parts of the local stack.
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { existsSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { readEvents } from "../../dev/events.ts";
import { backoff, keepRunning } from "../../dev/keep.ts";
import { readOptions, UsageError } from "../../dev/options.ts";
import { choosePort } from "../../dev/port.ts";
import { SECRET_NAMES } from "../../dev/secrets.ts";
import * as state from "../../dev/state.ts";
import { cronMatches, startCron } from "../../dev/worker/cron.ts";
import { untilPasses } from "../support/until-passes.ts";

const newFolder = () => mkdtempSync(join(tmpdir(), "slipway-dev-"));

describe("options", () => {
  test("have defaults", () => {
    const plain = {
      once: false,
      tour: true,
      fresh: false,
      inspect: false,
      stateDir: resolve(".local"),
      port: null,
      host: null,
      signUp: null,
    };
    expect(readOptions([], {})).toEqual(plain);
    const empty = { PORT: "", PUBLIC_HOST: "", SIGN_UP: "", STATE_DIR: "" };
    expect(readOptions([], empty)).toEqual(plain);
  });
  test("are all read", () => {
    const env = { PORT: "9000", PUBLIC_HOST: "localhost", SIGN_UP: "open", STATE_DIR: "/x" };
    const flags = { once: true, tour: false, fresh: true, inspect: true };
    const given = ["--once", "--no-tour", "--fresh", "--inspect"];
    const read = { stateDir: "/x", port: 9000, host: "localhost", signUp: "open" };
    expect(readOptions(given, env)).toEqual({ ...flags, ...read });
  });
  test.each([["--onec"], ["stray"]])("include no %s, which is refused", (flag) => {
    expect(() => readOptions([flag], {})).toThrow(UsageError);
  });
  test.each(["http", "-1", "65536", "80.5"])("PORT=%s is refused", (port) => {
    expect(() => readOptions([], { PORT: port })).toThrow(UsageError);
  });
});

describe("port", () => {
  test("is an error when a taken one is asked for, and a free one when 0 is", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    await expect(choosePort(port)).rejects.toThrow(`Port ${port} is taken`);
    // not where systems find ports for outgoing connections
    const any = await choosePort(0);
    expect(any).toBeGreaterThanOrEqual(20_000);
    expect(any).toBeLessThan(32_768);
  });
});

describe("state", () => {
  test("has secrets that are made once and private, and adds missing ones", () => {
    const folder = newFolder();
    const first = state.loadSecrets(folder);
    expect(Object.keys(first).toSorted()).toEqual(SECRET_NAMES.toSorted());
    expect(state.loadSecrets(folder)).toEqual(first);
    expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
    writeFileSync(join(folder, "secrets.json"), JSON.stringify({ ADMIN_TOKEN: "kept" }));
    expect(state.loadSecrets(folder)).toMatchObject({ ADMIN_TOKEN: "kept" });
    expect(state.loadSecrets(folder).SEALING_KEYS).toMatch(/^k1:/);
  });
  test("belongs to one living stack only", () => {
    const folder = newFolder();
    const unlock = state.lockState(folder);
    writeFileSync(join(folder, "stack.pid"), String(process.ppid));
    expect(() => state.lockState(folder)).toThrow(String(process.ppid));
    writeFileSync(join(folder, "stack.pid"), "4194304");
    expect(() => state.lockState(folder)).not.toThrow();
    unlock();
    expect(existsSync(join(folder, "stack.pid"))).toBe(false);
  });
});

describe("keeping a process running", () => {
  test("starts it again when it ends, until it is stopped", async () => {
    const ends: string[] = [];
    const pids: (number | undefined)[] = [];
    const kept = keepRunning({
      args: ["-e", "setInterval(() => {}, 1e3)"],
      log: state.openLog(newFolder(), "x").fd,
      graceMs: 5000,
      onStart: (child) => pids.push(child.pid),
      onEnd: (how) => ends.push(how),
    });
    onTestFinished(kept.stop);
    process.kill(Number(pids[0]), "SIGKILL");
    await untilPasses(() => expect(pids).toHaveLength(2));
    expect(ends).toEqual(["SIGKILL"]);
    await kept.stop();
    expect(ends).toEqual(["SIGKILL"]);
    expect(() => process.kill(Number(pids[1]), 0)).toThrow("ESRCH");
  });
  test("asks one to end that is stopped, and kills it when it does not within its grace", async () => {
    const log = state.openLog(newFolder(), "x");
    const ready = Promise.withResolvers<unknown>();
    const started: ChildProcess[] = [];
    const kept = keepRunning({
      args: [
        "-e",
        "process.on('SIGTERM', () => {}); process.send('up'); setInterval(() => {}, 1e3)",
      ],
      log: log.fd,
      graceMs: 50,
      onStart: (child) => {
        started.push(child);
        child.once("message", ready.resolve);
      },
      onEnd: () => {},
    });
    await ready.promise;
    const [child] = started;
    if (!child) throw new Error("nothing was started");
    const asked = vi.spyOn(child, "kill");
    await kept.stop();
    expect(asked.mock.calls).toEqual([["SIGTERM"]]);
    expect([child.exitCode, child.signalCode]).toEqual([null, "SIGKILL"]);
    expect(started).toHaveLength(1);
  });
  test("waits twice as long each time, up to 5 s", () => {
    expect([1, 2, 3, 20].map(backoff)).toEqual([200, 400, 800, 5000]);
  });
});

describe("cron", () => {
  // A Sunday.
  const at = new Date("2026-11-22T14:30:00Z");
  test.each([
    ["* * * * *", true],
    ["30 14 22 11 1", true],
    ["31 * * * *", false],
    ["*/15 * * * *", true],
    ["*/7 * * * *", false],
    ["10/20 * * * *", true],
    ["0,30 12-15 * * *", true],
    ["* * * * 2-7", false],
    ["0-20 * * * *", false],
  ])("%s matches Sunday the 22nd at 14:30: %s", (expression, matches) => {
    expect(cronMatches(expression, at)).toBe(matches);
  });
  test.each([
    "* * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * L * *",
    "* * * * MON",
    "*/0 * * * *",
    "* * * * 0",
  ])("%s is refused", (expression) => {
    expect(() => cronMatches(expression, at)).toThrow(/cron|fields/);
  });
  afterEach(() => void vi.useRealTimers());
  test("fires at each full minute what matches it", () => {
    vi.useFakeTimers({ now: new Date("2026-11-22T14:28:30Z") });
    const fired: string[] = [];
    const stop = startCron(["* * * * *", "30 * * * *"], (cron, time) => {
      fired.push(`${time.toISOString().slice(11, 16)} ${cron}`);
    });
    vi.advanceTimersByTime(29_000);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(91_000);
    expect(fired).toEqual(["14:29 * * * * *", "14:30 * * * * *", "14:30 30 * * * *"]);
    stop();
    vi.advanceTimersByTime(600_000);
    expect(fired).toHaveLength(3);
  });
});

test("server-sent events are read however the bytes are cut", async () => {
  const bytes = new TextEncoder().encode(
    'event: log\r\ndata: {"text":"größe"}\r\n\r\n: note\ndata: one\ndata: two\n\nevent: end\ndata: {}\n\n',
  );
  for (const size of [1, 2, 3, 1000]) {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (let i = 0; i < bytes.length; i += size) controller.enqueue(bytes.slice(i, i + size));
        controller.close();
      },
    });
    const events = [];
    for await (const event of readEvents(body)) events.push(event);
    expect(events).toEqual([
      { event: "log", data: '{"text":"größe"}' },
      { event: "message", data: "one\ntwo" },
      { event: "end", data: "{}" },
    ]);
  }
});
