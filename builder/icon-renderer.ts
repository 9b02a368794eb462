// Renders icons in another process (icon-process.ts). Owners' pictures are decoded by native code, and a picture that
// takes hours or all memory can be stopped only together with its process.
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PackagingError } from "./android/errors.ts";
import type { PackagingFault } from "./android/errors.ts";
import type { IconSet, IconSource, RenderIcons } from "./android/icons/icon-set.ts";

export interface IconRequest {
  readonly picture: Uint8Array | null;
  readonly source: IconSource;
}

export type IconAnswer =
  | { readonly ok: true; readonly icons: IconSet; /** Resident, bytes. */ readonly memory: number }
  | { readonly ok: false; readonly fault: PackagingFault | "defect"; readonly message: string };

/** Longest time for the icons of one app, ms: drawings take 0.1 s, the largest photographs 2 s. */
const DEADLINE_MS = 10_000;
/** A process that has more memory than this after its work, bytes, is ended; a new one has half of it. */
const KEEP_BYTES = 150 * 1024 * 1024;
const PROCESS = fileURLToPath(new URL("icon-process.ts", import.meta.url));
/** The same limit for short-lived objects as in builder/Dockerfile. */
const MEMORY_FLAGS = ["--max-semi-space-size=2"];

/**
 * Renders the icons of one app at a time. The process starts at once, so that the first app does not wait for it, and
 * ends with this one. Rejects with PackagingError for a picture that can't be drawn within bounds.
 */
export function createIconRenderer({ deadlineMs = DEADLINE_MS } = {}): RenderIcons {
  let child = start();
  const startAnew = (): void => {
    child.kill("SIGKILL");
    child = start();
  };
  const render = async (request: IconRequest): Promise<IconSet> => {
    if (!child.connected) child = start();
    const answer = await ask(child, request, deadlineMs).catch((error: unknown) => {
      startAnew();
      throw error;
    });
    if (!answer.ok || answer.memory > KEEP_BYTES) startAnew();
    if (!answer.ok) throw faultOf(answer);
    return answer.icons;
  };
  let last: Promise<unknown> = Promise.resolve();
  return (picture, source) => {
    const icons = last.then(() => render({ picture, source }));
    last = icons.catch(() => null);
    return icons;
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

/** Waits for an answer. Rejects if it takes too long or the process ends first. */
async function ask(
  child: ChildProcess,
  request: IconRequest,
  deadlineMs: number,
): Promise<IconAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IconAnswer>();
  const answered = (answer: unknown): void => resolve(answer as IconAnswer);
  const failed = (error: Error): void => reject(error);
  const ended = (code: number | null, signal: string | null): void =>
    reject(new Error(`the process that renders icons ended (${signal ?? code})`));
  const late = (): void =>
    reject(new PackagingError("invalid_icon", "the icon takes too long to draw"));
  const timer = setTimeout(late, deadlineMs);
  child.once("message", answered).once("error", failed).once("exit", ended);
  child.send(request);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.off("message", answered).off("error", failed).off("exit", ended);
  }
}

function faultOf({ fault, message }: Extract<IconAnswer, { ok: false }>): Error {
  return fault === "defect" ? new Error(message) : new PackagingError(fault, message);
}
