// The messages of a person, newest first.
import type { PersonMessage } from "../../domain/channels/person-page.ts";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Table } from "../parts/table.tsx";
import type { PersonProps } from "./view.tsx";

export const MessagesCard = ({ page, path, isFirst, now }: PersonProps) => {
  const { messages, unread, next } = page;
  return (
    <section class="card" aria-labelledby="hi-h">
      <header>
        <h2 id="hi-h">Messages</h2>
        {unread > 0 && (
          <form method="post" action={`${path}/read`}>
            <button class="btn btn--s btn--ghost">
              <Icon name="check" />
              Mark all as read
            </button>
          </form>
        )}
      </header>
      {messages.length === 0 ? (
        <div class="card-body">
          <p class="muted">{isFirst ? "Nothing has come yet." : "There are no older ones."}</p>
        </div>
      ) : (
        <Table
          caption="Messages, newest first"
          region="Messages, newest first"
          columns={[
            { label: "Message" },
            { label: "Channel", class: "lo" },
            { label: "When", class: "num" },
            { label: "State", class: "num" },
          ]}
        >
          {messages.map((message) => (
            <Row message={message} now={now} />
          ))}
        </Table>
      )}
      <footer>
        <span>Kept for a year</span>
        <span class="row">
          {!isFirst && (
            <a class="btn btn--s" href={path}>
              Newest
            </a>
          )}
          {next !== null && (
            <a class="btn btn--s" href={`${path}?before=${next}`}>
              Older ones
            </a>
          )}
        </span>
      </footer>
    </section>
  );
};

const Row = ({
  message: { content, channel, createdAt, readAt },
  now,
}: {
  message: PersonMessage;
  now: number;
}) => (
  <tr>
    <th scope="row">
      <bdi>{content.title}</bdi>
      <small class="break">{content.text}</small>
    </th>
    <td class="lo soft break">{channel}</td>
    <td class="num soft">
      <Moment at={createdAt} now={now} />
    </td>
    <td class="num">
      {readAt === null ? (
        <span class="chip" data-tone="live">
          New
        </span>
      ) : (
        <span class="muted">Read</span>
      )}
    </td>
  </tr>
);
