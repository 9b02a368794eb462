// The operator's log, with a line of JSON for each event. The build log, which the app's owner reads, is another one.
import { ApiFault, BuildFailure } from "./faults.ts";
import type { Secrets } from "./secrets.ts";

export type Level = "info" | "warn" | "error";
export type LogFields = Readonly<
  Record<string, string | number | boolean | null | readonly string[]>
>;
/** Writes an event, named in snake_case, with its facts. */
export type Log = (level: Level, event: string, fields?: LogFields) => void;

export interface LogTarget {
  /** Receives each line, newline included. */
  write: (line: string) => void;
  /** This builder's name, part of every line. */
  builder: string;
  secrets: Secrets;
}

export function createLog({ write, builder, secrets }: LogTarget): Log {
  return (level, event, fields = {}) => {
    const line = { time: new Date().toISOString(), level, event, builder, ...fields };
    write(`${secrets.redact(JSON.stringify(line))}\n`);
  };
}

/** Returns the fields of an error for operators. Only unexpected errors have a stack. */
export function errorFields(error: unknown): LogFields {
  if (error instanceof ApiFault) {
    return { error: error.message, status: error.status, code: error.code };
  }
  if (error instanceof BuildFailure) return { error: error.message };
  if (error instanceof Error) return { error: error.message, stack: error.stack ?? null };
  return { error: "a value that is no Error was thrown" };
}
