// What operators see of one build: what it is and of whom, why it failed, and its log once they ask for it.
import type { PersonCtx } from "../../domain/context.ts";
import type { FoundBuild } from "../../domain/operators/any-build.ts";
import { AppSnapshot } from "../../protocol/builder.ts";
import { failureOf } from "../builds/failures.ts";
import { LogCard } from "../builds/log-view.tsx";
import { duration, isActive, kindOf, tookMs } from "../builds/words.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { OperatorShell } from "../dashboard/shell.tsx";
import { Chip } from "../parts/chip.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Fact } from "../parts/facts.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice, Problem } from "../parts/notice.tsx";
import { accountPath, adminBuildPath, adminBuildsPath } from "../dashboard/places.ts";

/** Paths of forms below that of the page. */
export const LOG = "/log";
export const CANCEL = "/cancel";

interface ViewProps {
  ctx: PersonCtx;
  found: FoundBuild;
  form: FormState;
}

export const AnyBuildView = ({ ctx, found, form }: ViewProps) => {
  const { build, appName, accountName } = found;
  const { id, status, createdAt } = build;
  const isLive = isActive(build);
  const log = form.posted === LOG && typeof form.made === "string" ? form.made : null;
  return (
    <OperatorShell
      ctx={ctx}
      here="admin-builds"
      crumbs={[{ label: "All builds", path: adminBuildsPath() }, { label: `#${id}` }]}
      after={isLive && <CancelDialog id={id} />}
    >
      <div class="page-head">
        <div>
          <div class="row">
            <h1>Build {id}</h1>
            <Chip state={status} />
          </div>
          <p>
            <bdi>{appName}</bdi> of <bdi>{accountName}</bdi>, {kindOf(build)},{" "}
            <Moment at={createdAt} now={ctx.now()} />
          </p>
        </div>
        {isLive && (
          <Opens dialog="cancel" class="btn btn--danger">
            Cancel build
          </Opens>
        )}
      </div>
      <Problem form={form} of={CANCEL} />
      {status === "failed" && <Failure found={found} />}
      <div class="cols">
        <div class="stack stack--l">
          {log === null ? <LogAsked id={id} /> : <LogCard text={log} />}
        </div>
        <aside class="stack stack--l">
          <Facts found={found} />
        </aside>
      </div>
    </OperatorShell>
  );
};

const Failure = ({ found: { build } }: { found: FoundBuild }) => (
  <Notice tone="bad">
    <p>
      <strong>{failureOf(build.errorCode).title}.</strong>{" "}
      {build.errorCode !== null && <code>{build.errorCode}</code>}
    </p>
    {build.errorMessage !== null && <p class="break">{build.errorMessage}</p>}
  </Notice>
);

const LogAsked = ({ id }: { id: number }) => (
  <section class="card" aria-labelledby="lg-h">
    <header>
      <h2 id="lg-h">Log</h2>
    </header>
    <form method="post" action={adminBuildPath(id) + LOG} class="card-body stack">
      <p>
        It is the account's, and its audit log says who reads it. Of a build that goes on, it is
        shown as it is now.
      </p>
      <div class="row">
        <button class="btn">Read the log</button>
      </div>
    </form>
  </section>
);

const Facts = ({ found: { build, appName, accountName, builderName } }: { found: FoundBuild }) => {
  const took = tookMs(build);
  // Absent from a snapshot that is none, as of builds that were not made by a trigger.
  const packageName = AppSnapshot.partial().safeParse(build.snapshot).data?.package_name;
  return (
    <section class="card" aria-labelledby="fa-h">
      <header>
        <h2 id="fa-h">About</h2>
      </header>
      <div class="card-body">
        <dl class="facts facts--list">
          <Fact name="Account">
            <a href={accountPath(build.accountId)}>{accountName}</a>{" "}
            <span class="muted">({build.accountId})</span>
          </Fact>
          <Fact name="App">
            {appName} <span class="muted">({build.appId})</span>
          </Fact>
          <Fact name="Version">
            <bdi>{build.versionName}</bdi> <span class="muted">({build.versionCode})</span>
          </Fact>
          {packageName !== undefined && (
            <Fact name="Package">
              <code>{packageName}</code>
            </Fact>
          )}
          <Fact name="Host">
            {build.builderId === null ? (
              "None had it yet"
            ) : (
              <a href={adminBuildsPath({ builder: build.builderId })}>
                {builderName ?? "A removed host"}
              </a>
            )}
          </Fact>
          <Fact name="Waited">
            {build.startedAt === null ? "–" : duration(build.startedAt - build.createdAt)}
          </Fact>
          <Fact name="Took">{took === null ? "–" : duration(took)}</Fact>
        </dl>
      </div>
    </section>
  );
};

const CancelDialog = ({ id }: { id: number }) => (
  <Dialog id="cancel" title={`Cancel build ${id}?`}>
    <form method="post" action={adminBuildPath(id) + CANCEL}>
      <p>
        It ends at once and has no file. Its credit is given back. The account's audit log says that
        you did it.
      </p>
      <div class="actions">
        <Closes dialog="cancel">Let it go on</Closes>
        <button class="btn btn--danger btn--primary">Cancel it</button>
      </div>
    </form>
  </Dialog>
);
