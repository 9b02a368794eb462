// How a command can end, as exit codes and as errors that carry one. Nothing here prints.

/** The exit codes; README.md beside this file says what they mean. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  key: 3,
  unavailable: 4,
  interrupted: 130,
} as const;

/** The kinds of endings that are no success. */
export type Kind = Exclude<keyof typeof EXIT, "done">;

/** An ending that was foreseen: its message is what people read, and `kind` is the exit code. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly kind: Kind;
  /** What else the JSON form of the failure says, such as the id of a build that goes on. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(kind: Kind, message: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.kind = kind;
    this.facts = facts;
  }
}

/** Ctrl-C, or a signal that ends the process. */
export class Interrupted extends Failure {
  constructor(message = "Interrupted.", facts: Readonly<Record<string, unknown>> = {}) {
    super("interrupted", message, facts);
  }
}

/** Rejects with the signal's reason once it is aborted. */
export async function aborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
  throw signal.reason;
}

/** The failure that an error is; what was not foreseen is a plain one, without its stack. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure("failed", error instanceof Error ? error.message : String(error));
}
