// What providers said of recipients within the last hour.
import type { ProviderHour } from "../../domain/health/read-health.ts";
import { Table } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";
import { providerWord } from "./words.ts";

const COLUMNS = [
  { label: "Provider" },
  { label: "Sent", class: "num" },
  { label: "Tried again", class: "num lo" },
  { label: "Gone", class: "num lo" },
  { label: "Failed", class: "num" },
  { label: "Slow tenth", class: "num md" },
];

export const Verdicts = ({ providers }: { providers: readonly ProviderHour[] }) => (
  <section class="card" aria-labelledby="verdicts-h">
    <header>
      <h2 id="verdicts-h">Verdicts of the providers</h2>
      <span class="muted small">Last hour</span>
    </header>
    <Table caption="Verdicts by provider" columns={COLUMNS} region="Verdicts by provider">
      {providers.map(({ provider, verdicts, retried, slowTenthMs }) => {
        const { sent, gone, rejected, misconfigured, unreached } = verdicts;
        const failed = rejected + misconfigured + unreached;
        return (
          <tr>
            <th scope="row">{providerWord(provider)}</th>
            <td class="num">{figure(sent)}</td>
            <td class="num lo">{figure(retried)}</td>
            <td class="num lo">{figure(gone)}</td>
            <td class={failed > 0 ? "num down" : "num"}>{figure(failed)}</td>
            <td class="num md soft">{slowTenthMs === null ? "–" : `${figure(slowTenthMs)} ms`}</td>
          </tr>
        );
      })}
    </Table>
  </section>
);
