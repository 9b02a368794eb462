// A build's log as server-sent events (WHATWG HTML, section 9.2). The id of each event is the offset to go
// on from, so that a client that reconnects with Last-Event-ID misses and repeats nothing.
import { logFrom } from "../../../domain/builds/build-logs.ts";
import { findBuild, type Build } from "../../../domain/builds/visible.ts";
import type { AccountCtx } from "../../../domain/context.ts";
import { MINUTE_MS, SECOND_MS } from "../../../kit/time.ts";

/** Longest wait for news before a comment shows that the stream lives, ms. */
const KEEP_ALIVE_MS = 15 * SECOND_MS;
/** Longest stream, ms; a client that wants more reconnects. */
const MAX_STREAM_MS = 60 * MINUTE_MS;

/** Streams the log of `build` until it ends or the client leaves. */
export function streamLogs(ctx: AccountCtx, build: Build, request: Request): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const write = (text: string) => writer.write(encoder.encode(text));
  const from = request.headers.get("last-event-id") ?? "";
  const run = follow(ctx, build, /^\d{1,9}$/.test(from) ? Number(from) : 0, write)
    .then(() => writer.close())
    // a client that left makes the next write fail: nothing is lost by that
    .catch(() => writer.abort().catch(() => undefined));
  ctx.defer(run);
  return new Response(readable, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}

async function follow(
  ctx: AccountCtx,
  first: Build,
  start: number,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const giveUpAt = ctx.now() + MAX_STREAM_MS;
  let build = first;
  let offset = start;
  let { status } = first;
  await write(event("status", offset, { status }));
  while (ctx.now() < giveUpAt) {
    const news = await logFrom(ctx, build, offset, status, KEEP_ALIVE_MS);
    if (news.text !== "") {
      await write(event("log", news.next, { offset: news.offset, text: news.text }));
    }
    offset = news.next;
    if (news.ended) {
      if (news.status !== status) await write(event("status", offset, { status: news.status }));
      await write(event("end", offset, { status: news.status, error_message: build.errorMessage }));
      return;
    }
    if (news.status !== status) {
      status = news.status;
      await write(event("status", offset, { status }));
    } else if (news.text === "") {
      // the lock has let go of the build, or nothing happened for a while: see how it stands
      await write(": waiting\n\n");
      build = await findBuild(ctx, build.id);
    }
  }
}

function event(name: string, id: number, data: object): string {
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
