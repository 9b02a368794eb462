// The parts of the installation, each with whether it is well; and what waits, with for how long the oldest has.
import type { Child } from "hono/jsx";
import type { Need } from "../../domain/health/needs.ts";
import { DATABASE_LIMIT_BYTES } from "../../domain/health/read-gauges.ts";
import type { Health } from "../../domain/health/read-health.ts";
import { MOST_WAITING, WAITING } from "../../domain/health/waiting.ts";
import { Icon } from "../parts/icon.tsx";
import { figure, span } from "../parts/words.ts";
import { JOBS_OF, size, WAITING_WORDS } from "./words.ts";

export const Parts = ({ health, needs }: { health: Health; needs: readonly Need[] }) => {
  const { at, readMs, databaseBytes, builders, crons } = health;
  const has = (kind: Need["kind"]) => needs.some((need) => need.kind === kind);
  const isLate = (schedule: string) =>
    needs.some((need) => need.kind === "cron_late" && need.schedule === schedule);
  return (
    <section class="card" aria-labelledby="parts-h">
      <header>
        <h2 id="parts-h">Parts</h2>
      </header>
      <div class="card-body">
        <ul class="checks">
          <Check isWell={!has("database_full")} name="Database">
            {figure(readMs)} ms to read, {size(databaseBytes)} of {size(DATABASE_LIMIT_BYTES)}
          </Check>
          <Check isWell={!has("no_builder")} name="Builders">
            {figure(builders.heard)} of {figure(builders.registered)} heard of
          </Check>
          {crons.map(({ schedule, endedAt }) => (
            <Check isWell={!isLate(schedule)} name={`Jobs of ${JOBS_OF[schedule] ?? schedule}`}>
              {endedAt === null ? "Not through yet" : `Through ${span(at - endedAt)} ago`}
            </Check>
          ))}
        </ul>
      </div>
    </section>
  );
};

export const WaitingCard = ({ health: { at, waiting } }: { health: Health }) => (
  <section class="card" aria-labelledby="waiting-h">
    <header>
      <h2 id="waiting-h">Waiting and under way</h2>
    </header>
    <div class="card-body">
      <dl class="facts facts--list">
        {WAITING.map((kind) => {
          const { count, oldestAt } = waiting[kind];
          return (
            <div>
              <dt>{WAITING_WORDS[kind]}</dt>
              <dd>
                {figure(count)}
                {count >= MOST_WAITING && " or more"}
                {oldestAt !== null && `, the oldest for ${span(at - oldestAt)}`}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  </section>
);

const Check = ({ isWell, name, children }: { isWell: boolean; name: string; children?: Child }) => (
  <li data-tone={isWell ? "ok" : "warn"}>
    <Icon name={isWell ? "ok" : "warning"} />
    <span>
      {name}
      <small>{children}</small>
    </span>
  </li>
);
