// Runs the app's own Java on this machine: compiles what pushes need of builder/shell/src, with small stand-ins of Android's
// classes (java/), and speaks with a process of it by lines of JSON (java/app/slipway/shell/Phone.java). A JDK is all
// it needs.
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { javaFiles, SOURCE_DIR, STUBS_DIR } from "../../builder/shell/build.ts";
import { OLDEST_JAVA, type Jdk } from "../../builder/shell/test/jdk.ts";
import { runProgram } from "../../builder/shell/test/program.ts";
import type { App, Broadcast, StartProcess } from "./app.ts";

/** Stand-ins of Android's classes, and of the activity with its WebView: they come before the shell's own. */
const PHONE_DIR = join(import.meta.dirname, "java");
/** What the manifest names: no other class leads the compiler there. */
const NAMED = ["Receiver.java", "Service.java"];
const PACKAGE = "app.slipway.shell";
/** The second compiler and threads that collect garbage cost more than they give in seconds. */
const SHORT_RUN = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
/** Longest run of the compiler, ms: it takes one or two seconds, and one that hangs is ended. */
const MAX_COMPILE_MS = 120_000;
/** Longest wait for an answer, ms: the app gives up its requests after 8 s, and makes a few. */
const ANSWER_WITHIN_MS = 60_000;

const Line = z.union([
  z.object({
    broadcast: z.object({
      action: z.string(),
      package: z.string().nullable(),
      extras: z.record(z.string(), z.string()),
    }),
  }),
  z.object({ id: z.number(), error: z.string() }),
  z.object({ id: z.number(), value: z.unknown() }),
]);
const Screen = z.array(
  z.object({ tag: z.string(), title: z.string(), body: z.string(), channel: z.string() }),
);
const Tapped = z.object({ opened: z.string(), inside: z.boolean() });
const State = z.object({ subscriber: z.string().nullable(), endpoint: z.string().nullable() });

/**
 * Compiles the app's code and the phone's into `folder`.
 * @throws with the compiler's output; a class of Android's that the shell now needs is then to be added to java/
 */
export async function compilePhone(jdk: Jdk, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const named = javaFiles(SOURCE_DIR).filter((file) => NAMED.some((end) => file.endsWith(end)));
  const sources = [PHONE_DIR, SOURCE_DIR, STUBS_DIR].join(delimiter);
  const flags = ["--release", String(OLDEST_JAVA), "-encoding", "UTF-8", "-nowarn", "-proc:none"];
  flags.push("-sourcepath", sources, "-d", folder);
  const files = [join(PHONE_DIR, ...PACKAGE.split("."), "Phone.java"), ...named];
  const short = SHORT_RUN.map((flag) => `-J${flag}`);
  const javac = join(jdk.home, "bin", "javac");
  const timeout = MAX_COMPILE_MS;
  const { ok, err } = await runProgram(javac, [...short, ...flags, ...files], { timeout });
  if (!ok) throw new Error(`the app's code for the phone does not compile:\n${err}`);
}

/**
 * Starts a process as the app's would be, without an app, and ends it.
 * @throws when this JDK can't run it, with what it says
 */
export async function tryJava(jdk: Jdk, classes: string): Promise<void> {
  const java = new JavaProcess(jdk, classes, () => {});
  try {
    await java.call("screen");
  } finally {
    await java.end();
  }
}

/** How processes of the app are started. `folder` takes what it stores. */
export function startsJava(jdk: Jdk, classes: string, app: App, folder: string): StartProcess {
  return async (mayNotify, onBroadcast) => {
    const java = new JavaProcess(jdk, classes, onBroadcast);
    try {
      await java.call("app", about(app, folder, mayNotify));
    } catch (error) {
      await java.end();
      throw error;
    }
    const done = async (name: string, given?: object): Promise<void> => {
      await java.call(name, given);
    };
    return {
      open: () => done("open"),
      letNotify: (allowed) => done("notify", { allowed }),
      giveToken: (answer) => done("token", answer),
      push: (push) => done("push", push),
      openLink: (address) => done("link", { address }),
      told: async () =>
        z
          .string()
          .nullable()
          .parse(await java.call("told")),
      page: (name, given) => java.call("page", { name, given }),
      screen: async () => Screen.parse(await java.call("screen")),
      tap: async (tag) => {
        const { opened, inside } = Tapped.parse(await java.call("tap", { tag }));
        return { opened, isInside: inside };
      },
      state: async () => State.parse(await java.call("state")),
      end: () => java.end(),
    };
  };
}

/** A JVM with the app in it, which answers calls. It ends by itself when this process has ended. */
class JavaProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #ended: Promise<void>;
  /** Why it takes no more calls; null while it does. */
  #over: string | null = null;
  #calls = 0;
  #printed = "";

  constructor(jdk: Jdk, classes: string, onBroadcast: (broadcast: Broadcast) => void) {
    const child = spawn(join(jdk.home, "bin", "java"), [
      ...SHORT_RUN,
      "-cp",
      classes,
      `${PACKAGE}.Phone`,
    ]);
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#printed += text));
    child.stdin.on("error", () => {}); // its end says more
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    const end = (reason: string): void => {
      this.#fail(reason);
      resolve();
    };
    child.once("error", (error) => end(error.message));
    child.once("close", (code, signal) => end(`the app's process ended (${signal ?? code})`));
    createInterface(child.stdout).on("line", (text) => this.#read(text, onBroadcast));
  }

  /** Resolves with the answer. @throws what went wrong, with all that the app has printed */
  async call(name: string, given: object = {}): Promise<unknown> {
    if (this.#over !== null) throw new Error(this.#over);
    const asked = Promise.withResolvers<unknown>();
    this.#calls += 1;
    this.#waiting.set(this.#calls, asked);
    const late = setTimeout(() => this.#fail(`the app did not answer ${name}`), ANSWER_WITHIN_MS);
    const line = { id: this.#calls, call: name, with: given };
    this.#child.stdin.write(`${JSON.stringify(line)}\n`);
    try {
      return await asked.promise;
    } finally {
      clearTimeout(late);
    }
  }

  async end(): Promise<void> {
    this.#child.kill("SIGKILL"); // as Android ends processes
    await this.#ended;
  }

  #read(text: string, onBroadcast: (broadcast: Broadcast) => void): void {
    // Virtual machines have warnings of their own for the same output.
    if (!text.startsWith("{")) {
      this.#printed += `${text}\n`;
      return;
    }
    let line: z.infer<typeof Line>;
    try {
      line = Line.parse(JSON.parse(text));
    } catch (error) {
      this.#fail(`the app's process wrote ${text}, which is no answer: ${String(error)}`);
      return;
    }
    if ("broadcast" in line) onBroadcast(line.broadcast);
    else this.#answered(line);
  }

  #answered(line: { id: number } & ({ error: string } | { value?: unknown })): void {
    const asked = this.#waiting.get(line.id);
    this.#waiting.delete(line.id);
    if ("error" in line) asked?.reject(new Error(`the app: ${line.error}\n${this.#printed}`));
    else asked?.resolve(line.value);
  }

  #fail(reason: string): void {
    this.#over ??= `${reason}\n${this.#printed}`;
    for (const { reject } of this.#waiting.values()) reject(new Error(this.#over));
    this.#waiting.clear();
  }
}

function about(app: App, folder: string, mayNotify: boolean): object {
  return {
    package_name: app.packageName,
    label: app.label,
    config: app.config,
    permissions: app.permissions,
    components: app.components.map(({ name, permission, actions }) => ({
      name,
      permission,
      actions,
    })),
    visible: app.visible,
    cleartext_hosts: app.cleartextHosts,
    drawables: app.drawables,
    folder: join(folder, app.packageName),
    may_notify: mayNotify,
  };
}
