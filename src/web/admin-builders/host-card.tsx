// A builder host: its state, what it works on, and what can be done about it.
import { SHOWN_JOBS, type Host, type ShownJob } from "../../domain/operators/builder-figures.ts";
import { adminBuildPath, adminBuildsPath } from "../dashboard/places.ts";
import { duration, kindOf } from "../builds/words.ts";
import { Chip } from "../parts/chip.tsx";
import { clip } from "../parts/clip.ts";
import { Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { counted, figure, span } from "../parts/words.ts";
import { DRAIN, removeDialog, RESUME } from "./dialogs.tsx";

/** The part with what a host does now, `?part=host&of=<id>`, and how often it is asked for, s. */
export const HOST_PART = "host";
const HOST_S = 5;
/** Largest part, bytes: a few jobs with names in whatever letters. */
export const MAX_HOST_BYTES = 8192;
/** The widths of the columns with the build and the time, pixels: that of "Build 1,000,000", and of "59 min 59 s". */
const BUILD_PX = "140";
const TIME_PX = "120";
/** Longest name of an app or account in a card, characters: a part of a page is small. */
const MAX_NAMED = 24;

/** `base` is the page's path; `isLive`: whether what it does moves. */
export const HostCard = ({
  host,
  base,
  now,
  isLive,
}: {
  host: Host;
  base: string;
  now: number;
  isLive: boolean;
}) => {
  const { id, name, tokenPrefix, createdAt, drainingSince, live } = host;
  const isDraining = drainingSince !== null;
  return (
    <section class="card" aria-labelledby={`host-${id}-h`}>
      <header>
        <h2 id={`host-${id}-h`}>{name}</h2>
        <span class="row">
          <form method="post" action={`${base}/${id}${isDraining ? RESUME : DRAIN}`}>
            <button class="btn btn--s">
              {isDraining ? "Give it jobs again" : "Drain"}
              <span class="vh">: {name}</span>
            </button>
          </form>
          <Opens
            dialog={removeDialog(id)}
            class="btn btn--icon btn--ghost btn--s"
            aria-label={`Remove ${name}`}
          >
            <Icon name="trash" />
          </Opens>
        </span>
      </header>
      <div
        id={`host-${id}`}
        data-live={isLive ? `${base}?part=${HOST_PART}&of=${id}` : undefined}
        data-every={isLive ? HOST_S : undefined}
      >
        <HostNow host={host} now={now} />
      </div>
      <footer>
        <span>
          Token <code>{tokenPrefix}</code>
          {live !== null && `, ${counted(live.slots ?? 1, "job")} at once`}
        </span>
        <span class="row">
          <a href={adminBuildsPath({ builder: id })}>Its builds</a>
          <span>
            Since <Moment at={createdAt} now={now} day />
          </span>
        </span>
      </footer>
    </section>
  );
};

/** What the host does now; `now` is ms. */
export const HostNow = ({ host, now }: { host: Host; now: number }) => (
  <>
    {/* One text from the left, so that nothing moves when a number in it grows. */}
    <p class="card-body">
      <Chip state={host.state} />{" "}
      <span class="muted">
        {stateSays(host)} <Heard host={host} now={now} />
      </span>
    </p>
    <Jobs host={host} now={now} />
  </>
);

function stateSays({ state, live, jobs, drainingSince }: Host): string {
  switch (state) {
    case "offline":
      if (live === null) return "It never asked for work. Start it with its token, or remove it.";
      if (drainingSince !== null) return "It gets no new jobs, and was stopped.";
      return "Start its service again, or remove it.";
    case "draining":
      if (jobs === 0) return "It gets no new jobs from its next request for work on.";
      return `It finishes ${jobs === 1 ? "its job" : `its ${figure(jobs)} jobs`} and gets no new ones.`;
    case "drained":
      return "It has no jobs and gets none. It can be stopped.";
    case "busy":
      return `${counted(jobs, "job")}.`;
    case "idle":
      return "Waits for work.";
  }
}

const Heard = ({ host: { live, state }, now }: { host: Host; now: number }) => {
  if (live === null) return null;
  if (state !== "offline") return <>Heard {span(now - live.lastSeenAt)} ago.</>;
  return (
    <>
      Heard <Moment at={live.lastSeenAt} now={now} />.
    </>
  );
};

/** A row for each job that it can have at once, taken or free, so that nothing moves when it gets one. */
const Jobs = ({ host, now }: { host: Host; now: number }) => {
  const places = Math.min(host.live?.slots ?? 1, SHOWN_JOBS);
  const free = isTaking(host) ? Math.max(0, places - host.shown.length) : 0;
  const isCut = host.jobs > host.shown.length;
  if (host.shown.length + free === 0) return null;
  return (
    <>
      <div class="table-wrap">
        <table class="table">
          <caption class="vh">Jobs of {host.name}</caption>
          <thead class="vh">
            <tr>
              <th scope="col">Job</th>
              <th scope="col">App</th>
              <th scope="col">For</th>
            </tr>
          </thead>
          <tbody>
            {host.shown.map((job) => (
              <JobRow job={job} now={now} />
            ))}
            {Array.from({ length: free }, () => (
              <FreeRow />
            ))}
          </tbody>
        </table>
      </div>
      {isCut && (
        <p class="card-body muted small">
          And {figure(host.jobs - host.shown.length)} more.{" "}
          <a href={adminBuildsPath({ builder: host.id, status: "building" })}>All that it makes</a>
        </p>
      )}
    </>
  );
};

const isTaking = ({ state }: Host) => state === "idle" || state === "busy";

const JobRow = ({ job, now }: { job: ShownJob; now: number }) => (
  <tr>
    <th scope="row" width={BUILD_PX}>
      <a class="row-link" href={adminBuildPath(job.id)}>
        Build {job.id}
      </a>
    </th>
    <td class="soft">
      {clip(job.appName, MAX_NAMED)}, {kindOf(job)}
      <small>{clip(job.accountName, MAX_NAMED)}</small>
    </td>
    <td class="soft" width={TIME_PX}>
      {job.startedAt === null ? "Just given" : duration(now - job.startedAt)}
    </td>
  </tr>
);

/** As high as a row with a job. */
const FreeRow = () => (
  <tr>
    <th scope="row" class="muted" width={BUILD_PX}>
      Free
    </th>
    <td class="muted">
      –<small>&nbsp;</small>
    </td>
    <td class="muted" width={TIME_PX}>
      –
    </td>
  </tr>
);
