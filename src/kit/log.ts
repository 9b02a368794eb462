// One JSON line an event, to standard output. Never hand it a secret: it writes what it gets.

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
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
      ),
  };
}
