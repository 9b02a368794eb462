// What the page of one import shows, by its state: how far checking is, what the import would do, how far it is, what it did.
import { isOpen, rowsBefore, type Import } from "../../domain/imports/find-import.ts";
import { Live } from "../dashboard/part.tsx";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { Chip } from "../parts/chip.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Problem } from "../parts/notice.tsx";
import { counted, figure } from "../parts/words.ts";
import { Begin, Preview } from "./preview.tsx";
import { Outcome } from "./outcome.tsx";
import { STOP, type ImportProps } from "./props.ts";
import { readAs, STATES } from "./words.ts";

/** The part of the page that moves: how far the import is. */
export const PROGRESS = "progress";
/** How often it is asked for, s: a step of 500 rows takes less. */
const ASKED_EVERY_S = 1;
/** Parts of the way that are told, and percent of each. */
const TENTHS = 10;
const STOP_DIALOG = "stop-import";

/** Whether the import goes on by itself. */
export const isMoving = ({ state }: Pick<Import, "state">): boolean =>
  state === "counting" || state === "running";

export const ImportView = (props: ImportProps) => {
  const { ctx, side, ofApp, form, path, one, mayImport } = props;
  const mayStop = mayImport && isOpen(one);
  return (
    <Shell
      ctx={ctx}
      here="audience"
      app={side}
      crumbs={[
        { label: side.name, path: ofApp },
        { label: "Audience", path: `${ofApp}/audience` },
        { label: "Import", path: `${ofApp}/audience/import` },
        { label: one.fileName },
      ]}
      after={mayStop && one.state === "running" && <StopDialog {...props} />}
    >
      <PageHead
        title={one.fileName}
        text={
          <>
            <Chip state={one.state} label={STATES[one.state]} /> {counted(one.rows, "row")},
            uploaded by {one.byName}, <Moment at={one.createdAt} now={ctx.now()} />. {readAs(one)}.
          </>
        }
      >
        {mayStop &&
          (one.state === "running" ? (
            <Opens dialog={STOP_DIALOG} class="btn btn--danger">
              Stop importing
            </Opens>
          ) : (
            <form method="post" action={path + STOP}>
              <button class="btn">Cancel</button>
            </form>
          ))}
        {!isOpen(one) && (
          <a class="btn" href={`${ofApp}/audience/import`}>
            <Icon name="upload" />
            Another file
          </a>
        )}
      </PageHead>
      <Problem form={form} of={STOP} />
      {isMoving(one) && <Moving one={one} />}
      {one.state === "ready" && <Begin {...props} />}
      {!isOpen(one) && <Outcome {...props} audience={`${ofApp}/audience`} />}
      {isOpen(one) && <Preview one={one} />}
    </Shell>
  );
};

const Moving = ({ one }: { one: Import }) => (
  <section class="card card-body" aria-label="Progress">
    <Live part={PROGRESS} everyS={ASKED_EVERY_S}>
      <Progress one={one} />
    </Live>
  </section>
);

/** How far the import is. */
export const Progress = ({ one }: { one: Import }) => {
  const done = rowsBefore(one);
  const isCounting = one.state === "counting";
  const figures = isCounting
    ? [
        { label: "New", value: one.newRows },
        { label: "Known", value: one.knownRows },
        { label: "Not right", value: one.invalidRows },
      ]
    : [
        { label: "New", value: one.created },
        { label: "Changed", value: one.changed },
        { label: "Refused", value: one.refused },
      ];
  return (
    <div class="stack">
      <h2 id="pr-h">
        {isCounting ? "Checked" : "Imported"}: {figure(done)} of {counted(one.rows, "row")}
      </h2>
      <progress class="progress progress--l" max={one.rows} value={done} aria-labelledby="pr-h" />
      {/* Said each tenth, not each second. */}
      <p class="vh" role="status">
        {Math.floor((done / one.rows) * TENTHS) * TENTHS} percent{" "}
        {isCounting ? "checked" : "imported"}
      </p>
      <dl class="stats stats--3">
        {figures.map(({ label, value }) => (
          <div class="stat">
            <dt>{label}</dt>
            <dd>{figure(value)}</dd>
          </div>
        ))}
      </dl>
      <noscript>
        <p class="muted">
          <a href="?">Look again</a>
        </p>
      </noscript>
    </div>
  );
};

const StopDialog = ({ path }: ImportProps) => (
  <Dialog id={STOP_DIALOG} title="Stop importing?">
    <p>What is imported by now stays. The rest of the file is left out.</p>
    <form method="post" action={path + STOP}>
      <div class="actions">
        <Closes dialog={STOP_DIALOG}>Go on</Closes>
        <button class="btn btn--primary btn--danger">Stop it</button>
      </div>
    </form>
  </Dialog>
);
