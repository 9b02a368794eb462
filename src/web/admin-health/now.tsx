// The part of the page that is renewed: what needs somebody, the figures, the parts, and what failed lately.
import { MOST_WAITING } from "../../domain/health/waiting.ts";
import { needsOf, type Need } from "../../domain/health/needs.ts";
import type { Health } from "../../domain/health/read-health.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { Stat } from "../parts/facts.tsx";
import { counted, figure, span } from "../parts/words.ts";
import { Failures, Reasons, SlowHosts } from "./lately.tsx";
import { Notices } from "./notices.tsx";
import { Parts, WaitingCard } from "./parts.tsx";
import { Verdicts } from "./verdicts.tsx";

/** All in it is bounded (`brief`), since it is asked for every ten seconds. */
export const Now = ({ health }: { health: Health }) => {
  const needs = needsOf(health);
  return (
    <div class="stack stack--l">
      <div class="row row--between">
        <p role="status">
          <strong>{headline(needs)}</strong>
        </p>
        <p class="muted small">
          {/* With its seconds, and in UTC as the plot below: the script would leave out the one and change the other. */}
          As of{" "}
          <time datetime={wholeSeconds(health.at)} data-zoned="">
            {wholeSeconds(health.at).slice(11, 19)}
          </time>{" "}
          UTC
        </p>
      </div>
      <Notices needs={needs} now={health.at} />
      <Figures health={health} />
      <Verdicts providers={health.providers} />
      <div class="grid grid--2">
        <Parts health={health} needs={needs} />
        <WaitingCard health={health} />
        <Failures health={health} />
        <Reasons reasons={health.reasons} />
        <SlowHosts health={health} />
      </div>
    </div>
  );
};

function headline(needs: readonly Need[]): string {
  if (needs.length === 0) return "All is well.";
  return needs.length === 1 ? "One thing needs you." : `${needs.length} things need you.`;
}

const Figures = ({ health }: { health: Health }) => {
  const { at, waiting, batches, queues, sentASecond, deadLetters } = health;
  const oldest = queues.find(({ queue }) => queue === "batches")?.oldestAt ?? null;
  const { deliveries, lane_deliveries: lanes, sends } = waiting;
  return (
    <dl class="stats">
      <Stat
        name="Batches waiting"
        value={figure(batches)}
        says={
          oldest === null ? `${upTo(sends.count, "send")} under way` : `oldest ${span(at - oldest)}`
        }
      />
      <Stat
        name="Sent a second"
        value={rate(sentASecond.last)}
        says={`most in a day ${rate(sentASecond.most)}`}
      />
      <Stat
        name="Webhooks waiting"
        value={upTo(deliveries.count)}
        says={`${upTo(lanes.count)} in slow lanes`}
      />
      <Stat name="Dead letters" value={figure(deadLetters)} says="in 7 days" />
    </dl>
  );
};

/** A number that is counted up to a bound. */
function upTo(count: number, thing?: string): string {
  const more = count >= MOST_WAITING ? " or more" : "";
  return (thing === undefined ? figure(count) : counted(count, thing)) + more;
}

/** How many a second, over ten minutes. */
const rate = (value: number): string =>
  value > 0 && value < 10 ? value.toFixed(1) : figure(Math.round(value));
