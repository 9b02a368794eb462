// One process that renders icons (icon-process.ts), seen from the builder: asks it for the icons of an app, and puts a
// new one in its place when it can't go on. Owners' pictures are decoded by native code, and a picture that takes hours
// or all memory can be stopped only together with its process.
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PackagingError } from "./android/errors.ts";
import type { PackagingFault } from "./android/errors.ts";
import type { IconPictures, IconSet, IconSource } from "./android/icons/icon-set.ts";

export interface IconRequest {
  readonly pictures: IconPictures;
  readonly source: IconSource;
  /** Processor time that the icons may take, ms. */
  readonly budgetMs: number;
}

export type IconAnswer =
  | { readonly ok: true; readonly icons: IconSet; /** Resident, bytes. */ readonly memory: number }
  | { readonly ok: false; readonly fault: PackagingFault | "defect"; readonly message: string };

export interface IconChild {
  /**
   * Renders the icons of one app; one request at a time. Rejects with PackagingError for a picture that can't be drawn
   * within bounds, and with another error when the process or its host is at fault, or when `signal` aborts.
   */
  render(request: IconRequest, signal?: AbortSignal): Promise<IconSet>;
  /** Ends the process for good. */
  end(): void;
}

/**
 * Longest time by the clock, ms: twelve times the processor time that an icon may take. A host on which it takes longer
 * has too much else to do, or the process hangs; the picture is not at fault.
 */
const LONGEST_MS = 60_000;
/** A process that has more memory than this after its work, bytes, is ended; a new one has half of it. */
const KEEP_BYTES = 150 * 1024 * 1024;
const PROCESS = fileURLToPath(new URL("icon-process.ts", import.meta.url));
/** The same limit for short-lived objects as in builder/Dockerfile. */
const MEMORY_FLAGS = ["--max-semi-space-size=2"];

/** Starts the process at once, so that the first app does not wait for it. It ends with this one. */
export function startIconChild(): IconChild {
  let child = start();
  const startAnew = (): void => {
    child.kill("SIGKILL");
    child = start();
  };
  return {
    async render(request, signal) {
      signal?.throwIfAborted();
      if (!child.connected) child = start();
      const answer = await ask(child, request, signal).catch((error: unknown) => {
        startAnew();
        throw error;
      });
      if (!answer.ok || answer.memory > KEEP_BYTES) startAnew();
      if (!answer.ok) throw faultOf(answer);
      return answer.icons;
    },
    end: () => void child.kill("SIGKILL"),
  };
}

function start(): ChildProcess {
  // The process needs none of the builder's secrets.
  const { BUILDER_TOKEN: _, ...env } = process.env;
  const child = fork(PROCESS, {
    env,
    execArgv: MEMORY_FLAGS,
    serialization: "advanced",
    stdio: "ignore",
  });
  // The process does not keep the builder alive.
  child.unref();
  child.channel?.unref();
  // A fault of an idle process is noticed by the next request.
  child.on("error", () => {});
  return child;
}

/** Waits for an answer. Rejects if the process ends or `signal` aborts first, or if there is none for long. */
async function ask(
  child: ChildProcess,
  request: IconRequest,
  signal: AbortSignal | undefined,
): Promise<IconAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IconAnswer>();
  const answered = (answer: unknown): void => resolve(answer as IconAnswer);
  const failed = (error: Error): void => reject(error);
  const ended = (code: number | null, signal: string | null): void =>
    reject(new Error(`the process that renders icons ended (${signal ?? code})`));
  // The process itself ends a picture that takes too much processor time: whatever else delays it is not the picture.
  const late = (): void =>
    reject(new Error(`the process that renders icons gave no answer within ${LONGEST_MS} ms`));
  const timer = setTimeout(late, LONGEST_MS);
  const aborted = (): void => reject(new Error("the icons are not needed any more"));
  signal?.addEventListener("abort", aborted);
  child.once("message", answered).once("error", failed).once("exit", ended);
  child.send(request);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", aborted);
    child.off("message", answered).off("error", failed).off("exit", ended);
  }
}

function faultOf({ fault, message }: Extract<IconAnswer, { ok: false }>): Error {
  return fault === "defect" ? new Error(message) : new PackagingError(fault, message);
}
