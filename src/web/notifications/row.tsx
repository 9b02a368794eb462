// A notification as a row of the list. The state of one that is being sent moves.
import type { App } from "../../domain/apps/find-app.ts";
import type { ReportedRow } from "../../domain/reports/list-reported.ts";
import { localTime } from "../parts/local-time.ts";
import { Moment } from "../parts/moment.tsx";
import { None } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";
import { sentenceOf } from "../targeting/sentence.ts";
import type { SegmentName } from "../targeting/values.ts";
import { notificationsPath } from "./paths.ts";
import { isSending, progressOf, share, StateChip } from "./states.tsx";

/** The part of the list with the state of one notification: `?part=state&of=<uuid>`. */
export const STATE_PART = "state";
/** How often the state of each is asked for, s. */
const EVERY_S = 1;

export const NotificationRow = ({
  app,
  row,
  now,
  isLive,
  segments,
}: {
  app: App;
  segments: readonly SegmentName[];
  row: ReportedRow;
  now: number;
  isLive: boolean;
}) => {
  const isOver = row.sentCount > 0 && !isSending(row.status);
  return (
    <tr>
      <th scope="row">
        <a class="row-link" href={notificationsPath(app, row.uuid)}>
          {row.title}
        </a>
        <small>{sentenceOf(row.audience, segments)}</small>
      </th>
      <td>
        <div
          id={`state-${row.id}`}
          data-live={isLive ? `?part=${STATE_PART}&of=${row.uuid}` : undefined}
          data-every={isLive ? EVERY_S : undefined}
        >
          <RowState row={row} />
        </div>
      </td>
      <td class="num lo">{row.startedAt === null ? <None /> : figure(row.sentCount)}</td>
      <td class="num md">{isOver ? share(row.deliveredCount, row.sentCount) : <None />}</td>
      <td class="num lo">{isOver ? share(row.clickedCount, row.sentCount) : <None />}</td>
      <td class="num md soft">
        <When row={row} now={now} />
      </td>
    </tr>
  );
};

/** The state, and how far it is. */
export const RowState = ({
  row,
}: {
  row: Pick<ReportedRow, "status" | "totalCount" | "sentCount" | "failedCount">;
}) => {
  if (!isSending(row.status)) return <StateChip status={row.status} />;
  const { done, of, says } = progressOf(row);
  return (
    <>
      <StateChip status={row.status} />
      <progress
        class="progress"
        max={Math.max(of, 1)}
        value={done}
        aria-label={of === 0 ? "Who gets it is being counted" : `${says} done`}
      />
    </>
  );
};

/** When it was sent, will be, or was changed. */
const When = ({ row, now }: { row: ReportedRow; now: number }) => {
  const { status, scheduledAt, scheduledLocal, startedAt, updatedAt } = row;
  if (status === "scheduled" && scheduledLocal !== null) {
    return <>{localTime(scheduledLocal, now)} their time</>;
  }
  if (status === "scheduled" && scheduledAt !== null) return <Moment at={scheduledAt} now={now} />;
  return (
    <>
      {status === "draft" && "Changed "}
      <Moment at={startedAt ?? updatedAt} now={now} />
    </>
  );
};
