// What an import did, once it is over.
import type { Import } from "../../domain/imports/find-import.ts";
import { rowsBefore } from "../../domain/imports/find-import.ts";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { counted, figure } from "../parts/words.ts";
import type { ImportProps } from "./props.ts";

export const Outcome = ({
  ctx,
  one,
  path,
  mayImport,
  audience,
}: ImportProps & { audience: string }) => {
  const hasErrors = one.refused > 0;
  return (
    <section class="card" aria-labelledby="ou-h">
      <header>
        <h2 id="ou-h">What it did</h2>
        {one.endedAt !== null && (
          <span class="muted small">
            <Moment at={one.endedAt} now={ctx.now()} />
          </span>
        )}
      </header>
      <div class="card-body stack">
        <Ended one={one} most={ctx.principal.plan.maxSubscribers} />
        <dl class="stats stats--3">
          <div class="stat">
            <dt>New</dt>
            <dd>{figure(one.created)}</dd>
            <dd>became subscribers</dd>
          </div>
          <div class="stat">
            <dt>Changed</dt>
            <dd>{figure(one.changed)}</dd>
            <dd>were known</dd>
          </div>
          <div class="stat">
            <dt>Refused</dt>
            <dd>{figure(one.refused)}</dd>
            <dd>changed nothing</dd>
          </div>
        </dl>
        <div class="row">
          <a class="btn btn--primary" href={audience}>
            To the audience
          </a>
          {hasErrors && mayImport && one.filesUntil !== null && (
            <a class="btn" href={`${path}/errors`} download>
              <Icon name="download" />
              Refused rows
            </a>
          )}
        </div>
        {hasErrors && mayImport && (
          <p class="muted small">
            {one.filesUntil === null ? (
              "The list of refused rows was kept for a day."
            ) : (
              <>
                Each with what is wrong. The list is kept until{" "}
                <Moment at={one.filesUntil} now={ctx.now()} />. Correct it, and upload it as the
                next file.
              </>
            )}
          </p>
        )}
      </div>
    </section>
  );
};

/** How it ended, where not every row was looked at. */
const Ended = ({ one, most }: { one: Import; most: number }) => {
  if (one.state === "done") return null;
  const isBegun = one.created + one.changed + one.refused > 0;
  const until = isBegun
    ? `It ended after ${figure(rowsBefore(one))} of ${counted(one.rows, "row")}. What was imported stays.`
    : "Nothing was imported.";
  if (one.state === "cancelled") {
    return (
      <Notice tone="off">
        <p>
          <strong>The import was cancelled.</strong> {until}
        </p>
      </Notice>
    );
  }
  const [why, then] = whyOf(one, most);
  return (
    <Notice tone="bad">
      <p>
        <strong>{why}</strong> {until} {then}
      </p>
    </Notice>
  );
};

function whyOf({ failure }: Import, most: number): [why: string, then: string] {
  switch (failure) {
    case "no_room":
      return [
        `The app has no room for more: its plan has ${figure(most)} subscribers an app.`,
        "Delete some, or ask for another plan, and import the file again: what is imported is known then.",
      ];
    case "suspended":
      return ["The account was suspended.", "Import the file again."];
    case "timed_out":
      return ["It took longer than a day.", "Import the file again."];
    default:
      return ["The file is not there any more.", "Import it again."];
  }
}
