// One JSON line an event, to standard output. Never hand it a secret: it writes what it gets. Of a failed
// query it writes the SQL and the cause, not the values: those are keys, tokens, addresses.

export type LogFields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  info: (event: string, fields?: LogFields) => void;
  error: (event: string, error: unknown, fields?: LogFields) => void;
}

/** A log whose lines all carry `base`. */
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

/** How drizzle's message of a failed query goes on after the SQL; what follows are the bound values. */
const BOUND_VALUES = "\nparams: ";

function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, stack = message, cause } = error;
  const end = message.indexOf(BOUND_VALUES);
  if (end === -1) return stack;
  const at = stack.indexOf(message);
  // a stack that does not begin with the message as it is may hold the values anywhere
  const frames = at === -1 ? "" : stack.slice(at + message.length);
  const query = message.slice(0, end) + frames;
  return cause === undefined ? query : `${query}\ncaused by ${told(cause)}`;
}
