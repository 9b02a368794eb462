// What the command line says of itself: help, refusals of what nobody knows, the file that `npm pack` makes; and, against
// other implementations, whose deliveries it takes.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, expect, test } from "vitest";
import { readArgs } from "../../clients/cli/args.ts";
import { targetingOf } from "../../clients/cli/audience.ts";
import { build } from "../../clients/cli/build.ts";
import { pathFor } from "../../clients/cli/download.ts";
import { eventsOf } from "../../clients/cli/events.ts";
import { printable } from "../../clients/cli/output.ts";
import { push } from "../../clients/cli/push.ts";
import { newSecret, problemOf } from "../../clients/cli/signature.ts";
import { Person } from "./cli-process.ts";

const person = new Person();
const folder = mkdtempSync(join(tmpdir(), "slipway-cli-words-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("help is a result, of the whole and of each command, and JSON where that is asked for", async () => {
  const whole = await person.run(["--help"]);
  expect(whole).toMatchObject({ code: 0, stderr: "" });
  const names = ["login", "logout", "whoami", "build", "push", "webhooks listen"];
  for (const name of names) expect(whole.stdout).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
  const one = await person.json(["push", "--help"]);
  expect(one).toMatchObject({ code: 0, stderr: "" });
  expect(one.value.help).toContain("--dry-run");
  expect((await person.json(["--version"])).value).toEqual({ version: expect.any(String) });
});

test("what nobody knows is refused with the nearest that there is", async () => {
  const command = await person.run(["bulid", "https://example.com"]);
  expect(command).toMatchObject({ code: 2, stdout: "" });
  expect(command.stderr).toContain("Did you mean: slipway build?");
  const option = await person.json(["build", "https://example.com", "--relase"]);
  expect(option).toMatchObject({ code: 2, value: { error: { kind: "usage", exit_code: 2 } } });
  expect(option.value.error.message).toContain("Did you mean --release?");
});

test("a command line that is no call is refused", () => {
  const read = (...args: string[]) => readArgs(args, [build, push]);
  expect(() => read("build", "a", "b")).toThrow("It takes <url>");
  expect(() => read("push")).toThrow("It takes <push-app>");
  expect(() => read("build", "--out")).toThrow("--out");
  expect(() => read("build", "--release=yes")).toThrow("--release");
  expect(() => read("push", "7", "--title", "-h")).toThrow("--title");
  expect(read("push", "7", "--title=-h", "--body=-h")).toMatchObject({ of: "run" });
  expect(read("push", "-h")).toEqual({ of: "help", command: push });
  expect(() => read("xyzzy")).toThrow(/^There is no command "xyzzy"\. See: slipway --help$/);
  expect(read("--json", "build", "x")).toMatchObject({ of: "run", call: { words: ["x"] } });
  expect(read("help", "build")).toEqual({ of: "help", command: build });
});

test("an audience always names its kind", () => {
  expect(targetingOf([])).toEqual({ type: "all" });
  expect(targetingOf(["all"])).toEqual({ type: "all" });
  expect(targetingOf(["tag:a:b"])).toEqual({ type: "tags", tags: ["a:b"], match: "any" });
  expect(targetingOf(["user:1", "tag:a", "user:2"])).toEqual({
    type: "any_of",
    of: [
      { type: "tags", tags: ["a"], match: "any" },
      { type: "user_ids", ids: ["1", "2"] },
    ],
  });
  expect(() => targetingOf(["beta"])).toThrow("--to tag:beta");
  expect(() => targetingOf(["tag:"])).toThrow("--to is all");
  expect(() => targetingOf(["all", "tag:a"])).toThrow("--to all is everyone");
});

test("a delivery is taken that the standard's library signs now, and no other", () => {
  const secret = newSecret();
  const library = new Webhook(secret);
  const body = '{"event":"build.completed","data":"ü"}';
  const bytes = new TextEncoder().encode(body);
  const now = Date.now();
  const signed = (at: number, with_ = library) => ({
    id: "msg_1",
    timestamp: String(Math.floor(at / 1000)),
    signature: `v1a,x v1,AAAA ${with_.sign("msg_1", new Date(at), body)}`,
  });
  expect(problemOf(signed(now), bytes, secret, now)).toBeNull();
  expect(problemOf(signed(now - 299_000), bytes, secret, now)).toBeNull();
  for (const at of [now - 302_000, now + 302_000]) {
    expect(problemOf(signed(at), bytes, secret, now)).toBe("its time is not now");
  }
  const wrong = "its signature is wrong";
  expect(problemOf(signed(now, new Webhook(newSecret())), bytes, secret, now)).toBe(wrong);
  expect(problemOf(signed(now), new TextEncoder().encode(`${body} `), secret, now)).toBe(wrong);
  expect(problemOf({ ...signed(now), id: "msg_2" }, bytes, secret, now)).toBe(wrong);
  const later = { ...signed(now), timestamp: String(Math.floor(now / 1000) + 1) };
  expect(problemOf(later, bytes, secret, now)).toBe(wrong);
  expect(problemOf({ ...signed(now), signature: undefined }, bytes, secret, now)).not.toBeNull();
});

test("events are read however the stream is cut", async () => {
  const text =
    ': waiting\n\nevent: log\nid: 7\ndata: {"text":"ä\\n"}\n\nevent: end\nid: 9\ndata: {}\n\nevent: lost';
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 3, bytes.length]) {
    const cut = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (let at = 0; at < bytes.length; at += size)
          controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const events = [];
    for await (const event of eventsOf(cut, () => {})) events.push(event);
    expect(events).toEqual([
      { name: "log", id: "7", data: '{"text":"ä\\n"}' },
      { name: "end", id: "9", data: "{}" },
    ]);
  }
});

test("what others wrote neither moves the cursor nor leaves the folder", () => {
  expect(printable("a\u001B[2Jb\rc\n")).toBe("a [2Jb c ");
  expect(pathFor(folder, "../../etc/x.apk")).toBe(join(folder, "x.apk"));
  expect(pathFor(folder, "..")).toBe(join(folder, "_"));
  expect(pathFor(folder, 'a:"b".apk')).toBe(join(folder, "a__b_.apk"));
});

test("npm packs one file that runs by itself", () => {
  const source = join(import.meta.dirname, "../../clients/cli");
  const copy = join(folder, "clients/cli");
  mkdirSync(join(folder, "clients"));
  cpSync(source, copy, { recursive: true, filter: (path) => !path.endsWith("dist") });
  symlinkSync(join(source, "../../node_modules"), join(folder, "node_modules"));
  execFileSync(process.execPath, ["bundle.ts"], { cwd: copy });
  const packed = spawnSync("npm", ["pack", "--ignore-scripts", "--json"], {
    cwd: copy,
    encoding: "utf8",
  });
  const [{ files, filename }] = JSON.parse(packed.stdout);
  const names = files.map(({ path }: { path: string }) => path).toSorted();
  expect(names).toEqual(["LICENSE", "README.md", "dist/slipway.js", "package.json"]);
  execFileSync("tar", ["-xf", filename], { cwd: copy });
  // elsewhere than in the project, whose packages it would find
  const alone = mkdtempSync(join(tmpdir(), "slipway-cli-alone-"));
  cpSync(join(copy, "package"), alone, { recursive: true });
  const ran = spawnSync(process.execPath, [join(alone, "dist/slipway.js"), "whoami", "--json"], {
    encoding: "utf8",
    env: { XDG_CONFIG_HOME: alone },
  });
  rmSync(alone, { recursive: true });
  expect(ran.status).toBe(3);
  expect(JSON.parse(ran.stdout).error.kind).toBe("key");
});
