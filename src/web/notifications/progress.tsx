// How far the sending of a notification is: a part of its page that is asked for each second.
import type { Notification } from "../../domain/notifications/find-notification.ts";
import { goneCount } from "../../domain/notifications/result-totals.ts";
import { SECOND_MS } from "../../kit/time.ts";
import { Stat } from "../parts/facts.tsx";
import { figure, people, span } from "../parts/words.ts";
import { progressOf, share } from "./states.tsx";

/** The part with the progress, and that of the dialog with what stays done. */
export const PROGRESS = "progress";
export const DONE = "done";
/** The part that ends once all are counted whom a stopped sending left out. */
export const SETTLES = "settles";
/** How often they are asked for, s. */
export const PROGRESS_S = 1;
export const DONE_S = 2;
export const SETTLES_S = 1;

export const Progress = ({ notification, now }: { notification: Notification; now: number }) => {
  const { totalCount, totalBatches, completedBatches, sentCount, failedCount } = notification;
  const { deliveredCount, clickedCount, resultTotals } = notification;
  const { done, of } = progressOf(notification);
  const tenths = of === 0 ? 0 : Math.floor((10 * done) / of) * 10;
  return (
    <section class="card card-body stack" aria-labelledby="pr-h">
      <div class="row row--between">
        <h2 id="pr-h">
          {totalCount === 0 ? "Counting who gets it" : `${figure(done)} of ${figure(totalCount)}`}
        </h2>
        <span class="muted small">{paceWords(notification, now)}</span>
      </div>
      <progress
        class="progress progress--l"
        max={Math.max(of, 1)}
        value={done}
        aria-labelledby="pr-h"
      />
      <p class="vh" role="status">
        {tenths} percent done
      </p>
      <dl class="stats">
        <Stat
          name="Batches done"
          value={figure(completedBatches)}
          says={totalBatches === 0 ? "so far" : `of ${figure(totalBatches)} so far`}
        />
        <Stat name="Sent" value={figure(sentCount)} says={share(sentCount, done)} />
        <Stat
          name="Failed"
          value={figure(failedCount)}
          says={`${figure(goneCount(resultTotals))} of them gone`}
        />
        <Stat name="Delivered" value={figure(deliveredCount)} says="so far" />
        <Stat name="Clicked" value={figure(clickedCount)} says="so far" />
      </dl>
    </section>
  );
};

/** "1,610 a second, 3 s left". One at local times goes out in waves: there is no pace. */
function paceWords(notification: Notification, now: number): string {
  const { startedAt, scheduledLocal } = notification;
  if (scheduledLocal !== null) return "In waves, as it is time in each zone";
  const { done, of } = progressOf(notification);
  const seconds = Math.max(1, (now - (startedAt ?? now)) / SECOND_MS);
  const pace = done / seconds;
  if (pace < 1) return "";
  const leftMs = Math.ceil((of - done) / pace) * SECOND_MS;
  return `${figure(Math.round(pace))} a second, ${span(leftMs)} left`;
}

/** What stays done when it is stopped now. */
export const StaysDone = ({ notification }: { notification: Notification }) => {
  const { totalCount, sentCount } = notification;
  const left = Math.max(0, totalCount - progressOf(notification).done);
  return (
    <p>
      {sentCount === 0
        ? "Nobody has it yet."
        : `${people(sentCount)} already ${sentCount === 1 ? "has it and keeps" : "have it and keep"} it.`}{" "}
      {left > 0 && `The other ${figure(left)} won't get it.`} It does not go on later by itself.
    </p>
  );
};

/** What is said while whom a stopped sending left out is counted. */
export const Settling = () => (
  <p class="muted small">
    Those whom it left out are being counted. The numbers are not final yet.
  </p>
);
