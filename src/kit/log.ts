// Writes each log event as a line of JSON to standard output. Callers must never pass it a secret. For a failed
// query, it writes the SQL and the cause but not the bound values, which may be keys, tokens or addresses.

export type LogFields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  info: (event: string, fields?: LogFields) => void;
  error: (event: string, error: unknown, fields?: LogFields) => void;
}

/** Makes a log whose events all have the fields of `base`. */
export function createLog(base: LogFields = {}): Log {
  return {
    info: (event, fields) => console.log(JSON.stringify({ event, ...base, ...fields })),
    error: (event, error, fields) =>
      console.error(
        JSON.stringify({
          event,
          ...base,
          ...fields,
          error: told(error),
        }),
      ),
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
