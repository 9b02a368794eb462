// The notifications that a sending made, one for each push in each app.
import type { CampaignState } from "../../domain/campaigns/progress.ts";
import type { ShownCampaign } from "../../domain/campaigns/show-campaign.ts";
import { Chip } from "../parts/chip.tsx";
import { Moment } from "../parts/moment.tsx";
import { Pager } from "../parts/pager.tsx";
import { Table } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";

const NONE: Readonly<Partial<Record<CampaignState, string>>> = {
  waiting: "None yet: your server has not bound a push to it.",
};

export const MadeCard = ({
  account,
  path,
  made,
  state,
  now,
}: {
  /** The path of the account's pages. */
  account: string;
  path: string;
  made: ShownCampaign["made"];
  state: CampaignState;
  now: number;
}) => (
  <section class="card" aria-labelledby="no-h">
    <header>
      <h2 id="no-h">Notifications</h2>
    </header>
    {made.total === 0 ? (
      <div class="card-body">
        <p class="muted">{NONE[state] ?? "None: nothing was made, or nothing of it is kept."}</p>
      </div>
    ) : (
      <Table
        caption="Notifications of the sending"
        columns={[
          { label: "App" },
          { label: "When", class: "num md" },
          { label: "Sent", class: "num" },
          { label: "Not sent", class: "num lo" },
          { label: "Clicked", class: "num lo" },
          { label: "State" },
        ]}
      >
        {made.rows.map((row) => (
          <tr>
            <th scope="row">
              <a class="row-link" href={`${account}/apps/${row.appId}/notifications/${row.uuid}`}>
                {row.appName}
              </a>
            </th>
            <td class="num md soft">
              {row.sentAt !== null ? (
                <Moment at={row.sentAt} now={now} />
              ) : (
                row.scheduledAt !== null && <Moment at={row.scheduledAt} now={now} />
              )}
            </td>
            <td class="num">{figure(row.sentCount)}</td>
            <td class="num lo">{figure(row.failedCount)}</td>
            <td class="num lo">{figure(row.clickedCount)}</td>
            <td>
              <Chip state={row.status === "finalizing" ? "sending" : row.status} />
            </td>
          </tr>
        ))}
      </Table>
    )}
    <Pager path={path} page={made.page} shown={made.rows.length} total={made.total} />
  </section>
);
