// The build log on a page: its lines, numbered. Of a long one the end is shown, since that says how it went.
import { CopyButton } from "../parts/copy.tsx";

/** Most lines on a page: a log of a usual build has fifteen. */
const MAX_LINES = 300;
/** Most characters on a page, so that it stays small on the way: lines can be long. */
const MAX_CHARACTERS = 40_000;

/** What of a log a page shows: its last lines, and the number of the first of them. */
export function lastLines(text: string): { lines: string[]; first: number } {
  const all = text.split("\n");
  if (all.at(-1) === "") all.pop();
  const kept: string[] = [];
  let room = MAX_CHARACTERS;
  for (const line of all.slice(-MAX_LINES).toReversed()) {
    if (line.length > room && kept.length > 0) break;
    room -= line.length;
    kept.unshift(line.slice(0, MAX_CHARACTERS));
  }
  return { lines: kept, first: all.length - kept.length + 1 };
}

/**
 * `href` leads to the whole log as text, where that is offered. Of a build that goes on, `next` is the byte at which its stream
 * goes on.
 */
export const LogCard = ({
  text,
  href,
  next,
}: {
  text: string;
  href?: string;
  next?: number | undefined;
}) => {
  const { lines, first } = lastLines(text);
  const isLive = next !== undefined;
  return (
    <section class="card" aria-labelledby="lg-h" id="log">
      <header>
        <h2 id="lg-h">Log</h2>
        <span class="row" id={isLive ? "log-live" : "log-ended"}>
          {isLive && (
            <span class="muted small" data-log-state>
              <a href="?">Ask again</a>
            </span>
          )}
          {href !== undefined && (
            <a class="small" href={href}>
              As text
            </a>
          )}
          <CopyButton text={isLive ? null : lines.join("\n")} label="the log" />
        </span>
      </header>
      {first > 1 && (
        <p class="card-body muted small">
          {first === 2 ? "The first line is" : `The first ${first - 1} lines are`} left out here.{" "}
          {href !== undefined && <a href={href}>All of it</a>}
        </p>
      )}
      <div
        class="log"
        tabindex={0}
        role={isLive ? "log" : "region"}
        aria-label="Build log"
        data-stream={isLive ? href : undefined}
        data-next={next}
      >
        <ol data-log start={first}>
          {lines.map((line, index) => (
            <li>
              <span class="muted num">{first + index}</span>
              <span class={toneOf(line)}>{line}</span>
            </li>
          ))}
        </ol>
        {lines.length === 0 && (
          <p class="muted small card-body" data-log-empty>
            {isLive ? "Nothing yet: it waits for a builder." : "It has no log."}
          </p>
        )}
      </div>
    </section>
  );
};

/** The colour of a line that tells how it went; the script of live logs has the same (browser/dashboard/log.ts). */
function toneOf(line: string): string | undefined {
  if (/^(Verified|Made and verified):/.test(line)) return "ok";
  return /^(Failed|The attempt failed):/.test(line) ? "bad" : undefined;
}
