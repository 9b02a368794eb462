// The people of a channel, with a search by the owner's own ids.
import { MAX_IUID } from "../../domain/channels/channel-input.ts";
import type { BoundPerson } from "../../domain/channels/page-subscriptions.ts";
import { Moment } from "../parts/moment.tsx";
import { Pager } from "../parts/pager.tsx";
import { Table } from "../parts/table.tsx";
import type { ChannelProps } from "./channel-view.tsx";

export const PeopleCard = ({ ctx, base, people, find, mayChange }: ChannelProps) => {
  const { rows, total, page } = people;
  const isEmpty = total.count === 0;
  return (
    <section class="card" aria-labelledby="pe-h">
      <header>
        <h2 id="pe-h">People</h2>
        {(!isEmpty || find !== "") && (
          <form method="get" action={base} class="row" role="search" aria-label="Find a person">
            <label class="vh" for="pq">
              Find a person
            </label>
            <input
              class="input input--s input--8"
              id="pq"
              name="find"
              type="search"
              value={find}
              maxlength={MAX_IUID}
              placeholder="Find by your id"
            />
            <button class="btn btn--s">Find</button>
          </form>
        )}
      </header>
      {isEmpty ? (
        <div class="card-body">
          <p class="muted">{nobody(find, mayChange)}</p>
        </div>
      ) : (
        <Rows rows={rows} now={ctx.now()} />
      )}
      <Pager
        path={base}
        query={{ find }}
        page={page}
        shown={rows.length}
        total={total.count}
        isMinimum={total.isMinimum}
      />
    </section>
  );
};

function nobody(find: string, mayChange: boolean): string {
  if (find !== "") return `Nobody's id begins with ${find}.`;
  return mayChange
    ? "Nobody has joined yet. Show somebody a code above, or let your server make codes with the key."
    : "Nobody has joined yet.";
}

const Rows = ({ rows, now }: { rows: readonly BoundPerson[]; now: number }) => (
  <Table
    caption="Subscriptions of the channel"
    columns={[
      { label: "Your id" },
      { label: "Devices", class: "num lo" },
      { label: "Gets them" },
      { label: "Joined", class: "num lo" },
    ]}
    region="Subscriptions of the channel"
  >
    {rows.map(({ iuid, devices, mute, createdAt }) => (
      <tr>
        <th scope="row">
          <code>{iuid}</code>
        </th>
        <td class="num lo soft">{devices}</td>
        <td>
          <span class="chip" data-tone={mute ? "warn" : "ok"}>
            {mute ? "Muted" : "Yes"}
          </span>
        </td>
        <td class="num lo soft">
          <Moment at={createdAt} now={now} />
        </td>
      </tr>
    ))}
  </Table>
);
