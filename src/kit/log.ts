// Writes each log event as a line of JSON: when (ISO 8601, UTC), how grave (info, warn, error), what, and its facts. Callers
// must never pass it a secret. For a failed query, it writes the SQL and the cause but not the bound values, which may be keys,
// tokens or addresses.

export type LogFields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  info: (event: string, fields?: LogFields) => void;
  /** Something did not work that is nobody's fault here: a send, a build. */
  warn: (event: string, fields?: LogFields) => void;
  error: (event: string, error: unknown, fields?: LogFields) => void;
}

/** Makes a log whose events all have the fields of `base`. */
export function createLog(base: LogFields = {}): Log {
  const line = (level: string, event: string, fields?: LogFields) =>
    JSON.stringify({ time: new Date().toISOString(), level, event, ...base, ...fields });
  return {
    info: (event, fields) => console.log(line("info", event, fields)),
    warn: (event, fields) => console.warn(line("warn", event, fields)),
    error: (event, error, fields) =>
      console.error(line("error", event, { ...fields, error: told(error) })),
  };
}

/** What follows the SQL in drizzle's message of a failed query. The bound values come after it. */
const BOUND_VALUES = "\nparams: ";

function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, stack = message, cause } = error;
  const end = message.indexOf(BOUND_VALUES);
  if (end === -1) return stack;
  const at = stack.indexOf(message);
  // A stack that does not begin with the exact message may contain the values anywhere.
  const frames = at === -1 ? "" : stack.slice(at + message.length);
  const query = message.slice(0, end) + frames;
  return cause === undefined ? query : `${query}\ncaused by ${told(cause)}`;
}
