// The ledger of build credits: what each was for, and what was left after it.
import type { CreditEntry } from "../../domain/accounts/ledger.ts";
import { Moment } from "../parts/moment.tsx";
import { OlderFooter } from "../parts/pager.tsx";
import { None, Table } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";
import type { UsageProps } from "./view.tsx";

export const Ledger = ({ ctx, base, credits: { rows, next }, isFirst }: UsageProps) => (
  <section class="card" aria-labelledby="ledger-h" id="credits">
    <header>
      <h2 id="ledger-h">Credits</h2>
    </header>
    {rows.length === 0 ? (
      <div class="card-body">
        <p class="muted">
          {isFirst ? "No credits were given or taken yet." : "There are no older entries."}
        </p>
      </div>
    ) : (
      <Table
        caption="Credit ledger, newest first"
        region="Credit ledger"
        columns={[
          { label: "What" },
          { label: "App", class: "lo" },
          { label: "Change", class: "num" },
          { label: "Left", class: "num" },
          { label: "When", class: "num lo" },
        ]}
      >
        {rows.map((entry) => (
          <tr>
            <th scope="row">
              <Cause entry={entry} base={base} />
            </th>
            <td class="lo soft">
              {entry.build ? (
                <a href={`${base}/apps/${entry.build.appId}`}>{entry.build.appName}</a>
              ) : (
                <None />
              )}
            </td>
            <td class={entry.delta > 0 ? "num up" : "num"}>{change(entry.delta)}</td>
            <td class="num">{figure(entry.balance)}</td>
            <td class="num lo soft">
              <Moment at={entry.createdAt} now={ctx.now()} />
            </td>
          </tr>
        ))}
      </Table>
    )}
    <OlderFooter
      isFirst={isFirst}
      newest={`${base}/usage#credits`}
      older={next === null ? null : `${base}/usage?before=${next}#credits`}
    >
      A build that was given back leaves the list when it makes room for others.
    </OlderFooter>
  </section>
);

/** What an entry is for; a build that is there is linked. */
const Cause = ({ entry: { cause, build }, base }: { entry: CreditEntry; base: string }) => {
  const name = build ? (
    <a href={`${base}/apps/${build.appId}/builds/${build.id}`}>Build {build.id}</a>
  ) : (
    "A build that is deleted"
  );
  switch (cause) {
    case "build":
      return <>{name}</>;
    case "refund":
      return <>{name}, given back</>;
    case "renewal":
      return <>Monthly credits</>;
    case "opening":
      return <>Credits to begin with</>;
    case "set":
      return <>Set by an operator</>;
  }
};

/** A minus of its own, since a hyphen is shorter than a plus. */
const change = (delta: number) =>
  delta < 0 ? `−${figure(-delta)}` : delta > 0 ? `+${figure(delta)}` : "0";
