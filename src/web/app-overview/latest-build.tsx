// The newest build on an app's overview.
import type { Build } from "../../domain/builds/find-build.ts";
import { sizeOf } from "../install/file-facts.tsx";
import { Chip } from "../parts/chip.tsx";
import { Moment } from "../parts/moment.tsx";

export const LatestBuild = ({
  build,
  path,
  now,
}: {
  build: Build | undefined;
  /** The app's path. */
  path: string;
  now: number;
}) => (
  <section class="card" aria-labelledby="lb-h">
    <header>
      <h2 id="lb-h">Newest build</h2>
      {build ? <Chip state={build.status} /> : <Chip state="none" label="No build" />}
    </header>
    {build ? (
      <div class="card-body stack">
        <dl class="facts facts--list">
          <div>
            <dt>Version</dt>
            <dd>
              {build.versionName} <span class="muted">({build.versionCode})</span>
            </dd>
          </div>
          <div>
            <dt>File</dt>
            <dd>
              {build.buildFormat.toUpperCase()}, {build.buildType}
              {build.artifactSize !== null && `, ${sizeOf(build)}`}
            </dd>
          </div>
          <div>
            <dt>{build.completedAt === null ? "Asked for" : "Ended"}</dt>
            <dd>
              <Moment at={build.completedAt ?? build.createdAt} now={now} />
              {tookOf(build)}
            </dd>
          </div>
        </dl>
        {build.errorMessage !== null && <p class="soft">{build.errorMessage}</p>}
        <div class="row">
          <a class="btn btn--s" href={`${path}/builds/${build.id}`}>
            {build.status === "completed" ? "Install or download" : "Details"}
          </a>
          <a class="btn btn--s btn--ghost" href={`${path}/builds`}>
            All builds
          </a>
        </div>
      </div>
    ) : (
      <div class="card-body">
        <p class="soft">
          The first build takes about a second. Then there is a QR code from which a phone installs
          the app.
        </p>
      </div>
    )}
  </section>
);

/** ", made in 0.94 s" of a completed build. */
function tookOf({ status, startedAt, completedAt }: Build): string {
  if (status !== "completed" || startedAt === null || completedAt === null) return "";
  return `, made in ${((completedAt - startedAt) / 1000).toFixed(2)} s`;
}
