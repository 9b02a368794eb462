// Follows a build to its end by the stream of its log. A stream that breaks is asked for again from where it stopped, so
// that no line is missing or told twice.
import { pause, type Api } from "./api.ts";
import { eventsOf, type StreamEvent } from "./events.ts";
import { Failure } from "./failure.ts";

/** Longest silence of a stream, ms: it says something every 15 s. */
const SILENCE_MS = 45_000;
/** How long to go on trying without hearing of the build, ms. */
const GIVE_UP_MS = 120_000;
/** What comes sooner after a stream's beginning than this, ms, is a greeting, and says nothing of the build. */
const GREETING_MS = 5000;
/** Waits before a stream is asked for again, ms; the last one is repeated. */
const WAITS_MS = [250, 1000, 3000];

/** How a build ended. */
export interface Ended {
  status: string;
  error_message: string | null;
}

/** Who is told what comes. */
export interface Watcher {
  status: (status: string) => void;
  line: (line: string) => void;
  /** The stream broke, and is asked for again. */
  broken: () => void;
}

/**
 * Resolves with the build's end.
 * @throws Failure of the kind `unavailable` when nothing was heard for two minutes; the signal's reason
 */
export async function followBuild(
  api: Api,
  id: number,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Ended> {
  const told = teller(watcher);
  let lastId: string | null = null;
  let heardAt = Date.now();
  const heard = () => (heardAt = Date.now());
  for (let failed = 0; ; failed++) {
    let why: unknown;
    let ended: Ended | null = null;
    try {
      for await (const event of streamed(api, id, lastId, signal, heard)) {
        ended = told(event);
        // only now: an event that can't be read tells nothing of the build
        lastId = event.id ?? lastId;
        heard();
        failed = 0;
        if (ended !== null) break;
      }
    } catch (error) {
      // a stream that broke behind its end throws when it is left
      if (ended === null) signal.throwIfAborted();
      if (error instanceof Failure && error.kind !== "unavailable") throw error;
      why = error;
    }
    if (ended !== null) return ended;
    if (Date.now() - heardAt > GIVE_UP_MS) throw unheard(why);
    watcher.broken();
    await pause(WAITS_MS[Math.min(failed, WAITS_MS.length - 1)] ?? 0, signal);
  }
}

function unheard(why: unknown): Failure {
  if (why instanceof Failure) return why;
  return new Failure("unavailable", "The connection breaks again and again.");
}

/** The events of one stream, which ends when nothing comes any more. Of a quiet build, its comments are heard. */
async function* streamed(
  api: Api,
  id: number,
  lastId: string | null,
  signal: AbortSignal,
  heard: () => void,
): AsyncGenerator<StreamEvent> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  let began = Date.now();
  const came = () => {
    timer.refresh();
    if (Date.now() - began > GREETING_MS) heard();
  };
  try {
    const ends = AbortSignal.any([signal, silence.signal]);
    const { body } = await api.events(`/api/v1/builds/${id}/logs`, lastId, ends);
    began = Date.now();
    if (body !== null) yield* eventsOf(body, came);
  } finally {
    clearTimeout(timer);
  }
}

/** Tells a watcher of events, whole lines at a time; returns the end once it is there. */
function teller(watcher: Watcher): (event: StreamEvent) => Ended | null {
  let rest = "";
  return ({ name, data }) => {
    const said = JSON.parse(data) as {
      text?: string;
      status?: string;
      error_message?: string | null;
    };
    if (name === "log") {
      const lines = (rest + (said.text ?? "")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) watcher.line(line);
    }
    if (name === "status") watcher.status(said.status ?? "");
    if (name !== "end") return null;
    if (rest !== "") watcher.line(rest);
    return { status: said.status ?? "", error_message: said.error_message ?? null };
  };
}
