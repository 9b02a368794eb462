// Each try at a delivery: when it was made, what was answered, how long that took; and when the next one is due.
import type { Child } from "hono/jsx";
import { MAX_LOGGED, type LoggedAttempt } from "../../domain/webhooks/attempt-log.ts";
import { MAX_ATTEMPTS } from "../../domain/webhooks/retry.ts";
import { SECOND_MS } from "../../kit/time.ts";
import { Chip } from "../parts/chip.tsx";
import { Moment } from "../parts/moment.tsx";
import { Table } from "../parts/table.tsx";
import { span } from "../parts/words.ts";
import type { DeliveryProps } from "./delivery-view.tsx";

/** A receiver is asked by its own clock: what comes this much earlier than it asked for counts as asked for, ms. */
const ABOUT_MS = SECOND_MS;

export const TriesCard = ({ ctx, delivery }: DeliveryProps) => {
  const now = ctx.now();
  const { attemptLog: log, status, attempts, nextAttemptAt } = delivery;
  const isNone = log.length === 0 && nextAttemptAt === null;
  const last = log.at(-1);
  return (
    <section class="card" aria-labelledby="tr-h">
      <header>
        <h2 id="tr-h">Tries</h2>
      </header>
      {isNone ? (
        <div class="card-body">
          <p class="muted">{attempts === 0 ? "None yet." : "None is noted."}</p>
        </div>
      ) : (
        <Table
          caption="Tries of this delivery"
          region="Tries of this delivery"
          columns={[
            { label: "Try" },
            { label: "At" },
            { label: "Took", class: "num" },
            { label: "Answer", class: "num" },
          ]}
        >
          {log.map((each, at) => (
            <Row
              attempt={each.attempt}
              when={<Moment at={each.at} now={now} />}
              gap={gapOf(each, log[at - 1])}
              took={`${(each.ms / SECOND_MS).toFixed(2)} s`}
            >
              {each.status === null ? (
                <>
                  <Chip state="failed" label="No answer" />
                  {each.error !== undefined && <small>{each.error}</small>}
                </>
              ) : (
                <Chip
                  state={each.status >= 200 && each.status < 300 ? "delivered" : "failed"}
                  label={String(each.status)}
                />
              )}
            </Row>
          ))}
          {nextAttemptAt !== null && (
            <Row
              attempt={(attempts === 0 ? 0 : (last?.attempt ?? 0)) + 1}
              when={nextAttemptAt <= now ? "Now" : <Moment at={nextAttemptAt} now={now} />}
              gap={last && attempts > 0 ? laterOf(nextAttemptAt - last.at, last.asked) : ""}
              took="–"
            >
              <Chip state="pending" label="Next" />
            </Row>
          )}
        </Table>
      )}
      <footer>
        <span>{footOf(status)}</span>
      </footer>
    </section>
  );
};

const Row = ({
  attempt,
  when,
  gap,
  took,
  children,
}: {
  attempt: number;
  when: Child;
  gap: string;
  took: string;
  children?: Child;
}) => (
  <tr>
    <th scope="row">{attempt}</th>
    <td>
      {when}
      {gap !== "" && <small>{gap}</small>}
    </td>
    <td class="num soft">{took}</td>
    <td class="num">{children}</td>
  </tr>
);

/** How long after the one before: "15 s later". */
function gapOf(each: LoggedAttempt, before: LoggedAttempt | undefined): string {
  if (before === undefined) return "";
  // A replay begins anew.
  if (each.attempt <= before.attempt) return "replayed";
  return laterOf(each.at - before.at, before.asked);
}

const laterOf = (ms: number, asked = 0) =>
  `${span(ms)} later${asked > 0 && ms >= asked - ABOUT_MS ? ", as asked" : ""}`;

function footOf(status: DeliveryProps["delivery"]["status"]): string {
  if (status === "pending") {
    return `Up to ${MAX_ATTEMPTS} tries in about three days: six within four minutes, then further and further apart`;
  }
  return status === "delivered"
    ? "No more tries"
    : `A replay begins anew, with the same webhook-id. The newest ${MAX_LOGGED} tries are kept`;
}
