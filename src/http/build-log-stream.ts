// Streams a build log as server-sent events (WHATWG HTML, section 9.2). The id of each event is the offset of the next
// one, so that a client that reconnects with Last-Event-ID misses and repeats nothing.
import { logFrom } from "../domain/builds/build-logs.ts";
import { findBuild, type Build } from "../domain/builds/find-build.ts";
import type { AccountCtx } from "../domain/context.ts";
import { MINUTE_MS, SECOND_MS } from "../kit/time.ts";

/** Longest silence before a comment keeps the stream alive, ms. */
const KEEP_ALIVE_MS = 15 * SECOND_MS;
/** Longest duration of a program's stream, ms; afterwards the client reconnects. */
const MAX_STREAM_MS = 60 * MINUTE_MS;
/** How long to wait before D1 is read again after it disagreed with the lock, ms: a replica may lag behind. */
const RECHECK_MS = 2 * SECOND_MS;
/** A comment that keeps the stream alive. */
const KEEP_ALIVE = ": waiting\n\n";

export const STREAM_HEADERS = { "content-type": "text/event-stream", "cache-control": "no-store" };

/** The ids of events: offsets in bytes. */
export const LAST_EVENT_ID = /^\d{1,9}$/;

/**
 * Streams the log of `build` until it ends, the client leaves, or `longestMs` are over. It begins after the event that
 * the request names in Last-Event-ID, or else at byte `first`.
 */
export function streamLogs(
  ctx: AccountCtx,
  build: Build,
  request: Request,
  { first = 0, longestMs = MAX_STREAM_MS }: { first?: number; longestMs?: number } = {},
): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const from = request.headers.get("last-event-id") ?? "";
  const start = LAST_EVENT_ID.test(from) ? Number(from) : first;
  const giveUpAt = ctx.now() + longestMs;
  ctx.defer(follow(events(ctx, build, start, giveUpAt), writable.getWriter()));
  return new Response(readable, { headers: STREAM_HEADERS });
}

async function follow(
  stream: AsyncIterable<string>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  const encoder = new TextEncoder();
  const write = (text: string) => writer.write(encoder.encode(text));
  let isOpen = true;
  writer.closed.catch(() => (isOpen = false));
  try {
    for await (const text of stream) {
      // The write fails if the client has left, and then nothing is lost.
      if (!isOpen) return;
      await write(text);
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    if (isOpen) throw error;
  }
}

/** Yields the events of a build log from byte `start` on, as they occur. */
async function* events(
  ctx: AccountCtx,
  first: Build,
  start: number,
  giveUpAt: number,
): AsyncGenerator<string> {
  let build = first;
  let { status } = first;
  let offset = start;
  yield event("status", offset, { status });
  while (ctx.now() < giveUpAt) {
    const news = await logFrom(ctx, build, offset, status, KEEP_ALIVE_MS);
    if (news === null) {
      yield KEEP_ALIVE;
      await scheduler.wait(RECHECK_MS);
      build = await findBuild(ctx, build.id);
      continue;
    }
    if (news.text !== "") yield event("log", news.next, { offset, text: news.text });
    const isNew = news.status !== status;
    ({ next: offset, status } = news);
    if (isNew) yield event("status", offset, { status });
    if (news.ended) {
      return yield event("end", offset, { status, error_message: news.errorMessage });
    }
    if (news.text === "" && !isNew) yield KEEP_ALIVE;
  }
}

function event(name: string, id: number, data: object): string {
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
