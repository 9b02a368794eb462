// The operator's log: one JSON line an event. Not the build log, which belongs to the app's owner.
import { ApiFault, BuildFailure } from "./faults.ts";
import type { Secrets } from "./secrets.ts";

export type Level = "info" | "warn" | "error";
export type LogFields = Readonly<
  Record<string, string | number | boolean | null | readonly string[]>
>;
/** Writes one event, named in snake_case, with its facts. */
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

/** What an operator needs to know about an error: the stack only where it is not an expected one. */
export function errorFields(error: unknown): LogFields {
  if (error instanceof ApiFault) {
    return { error: error.message, status: error.status, code: error.code };
  }
  if (error instanceof BuildFailure) return { error: error.message };
  if (error instanceof Error) return { error: error.message, stack: error.stack ?? null };
  return { error: "a value that is no Error was thrown" };
}
