// What a subscriber was sent, and what came of it.
import {
  STORY_NOTIFICATIONS,
  type StoryEntry,
} from "../../domain/notifications/subscriber-story.ts";
import { Chip } from "../parts/chip.tsx";
import { Moment } from "../parts/moment.tsx";
import { Table } from "../parts/table.tsx";
import type { SubscriberProps } from "./subscriber-view.tsx";
import { span } from "../parts/words.ts";
import { reasonLabel } from "../notifications/reasons.ts";

export const StoryCard = ({ ctx, ofApp, story }: SubscriberProps) => (
  <section class="card" aria-labelledby="st-h">
    <header>
      <h2 id="st-h">What it got</h2>
      <span class="muted small">
        Of the last {STORY_NOTIFICATIONS} notifications, 90 days at most
      </span>
    </header>
    {story.length === 0 ? (
      <div class="card-body">
        <p class="muted">It was sent none of them.</p>
      </div>
    ) : (
      <Table
        caption="Notifications sent to this subscriber, newest first"
        columns={[
          { label: "Notification" },
          { label: "Outcome" },
          { label: "Clicked", class: "lo" },
          { label: "When", class: "num" },
        ]}
      >
        {story.map((entry) => (
          <tr>
            <th scope="row">
              <a class="row-link" href={`${ofApp}/notifications/${entry.uuid}`}>
                {entry.title}
              </a>
            </th>
            <td>
              <Outcome entry={entry} />
            </td>
            <td class="lo soft">
              {entry.clickedAt === null ? "–" : `After ${span(entry.clickedAt - entry.startedAt)}`}
            </td>
            <td class="num soft">
              <Moment at={entry.startedAt} now={ctx.now()} />
            </td>
          </tr>
        ))}
      </Table>
    )}
  </section>
);

const Outcome = ({ entry: { result, deliveredAt, clickedAt } }: { entry: StoryEntry }) => {
  if (deliveredAt !== null || clickedAt !== null || result === null) {
    return <Chip state="delivered" />;
  }
  const { status, reason } = result;
  return (
    <>
      <Chip state={status} {...(status === "pending" ? { label: "Waiting" } : {})} />
      {reason !== null && <small>{reasonLabel(reason)}</small>}
    </>
  );
};
