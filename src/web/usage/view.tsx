// What the page of an account's usage shows: figures, two plots, the ledger of credits, and limits.
import type { CreditEntry, Pace } from "../../domain/accounts/ledger.ts";
import { DAYS, type AccountUsage, type UsageDay } from "../../domain/overviews/account-usage.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { DayPlot, Key, type Series } from "../parts/day-plot.tsx";
import { Moment } from "../parts/moment.tsx";
import { Spark } from "../parts/spark.tsx";
import { counted, dollars, figure } from "../parts/words.ts";
import { Ledger } from "./ledger.tsx";
import { Limits, type Requests } from "./limits.tsx";

export interface UsageProps {
  ctx: MemberCtx;
  /** The account's path. */
  base: string;
  usage: AccountUsage;
  credits: { rows: CreditEntry[]; next: number | null };
  pace: Pace;
  requests: readonly Requests[];
  /** Whether the ledger is shown from its newest entry on. */
  isFirst: boolean;
}

const BUILT: readonly Series<UsageDay>[] = [
  { label: "Completed", fill: "s1", of: ({ completed }) => completed },
  { label: "Failed", fill: "s-bad", of: ({ failed }) => failed },
  { label: "Cancelled", fill: "s3", of: ({ cancelled }) => cancelled },
];
const SENT: readonly Series<UsageDay>[] = [
  { label: "Sent", fill: "s1", of: ({ sent }) => sent },
  { label: "Failed", fill: "s-bad", of: ({ unsent }) => unsent },
];

export const UsageView = (props: UsageProps) => {
  const { ctx, usage } = props;
  const { plan, account } = ctx.principal;
  const price = plan.price === 0 ? "costs nothing" : `${dollars(plan.price)} US dollars a month`;
  return (
    <Shell ctx={ctx} here="usage" crumbs={[{ label: "Usage and credits" }]}>
      <PageHead
        title="Usage and credits"
        text={
          <>
            Plan {plan.name}, {price}, renews <Moment at={account.renewalAt} now={ctx.now()} day />.
          </>
        }
      />
      <div class="grid">
        <CreditsCard {...props} />
        <BuildsCard {...props} />
        <SendsCard {...props} />
      </div>
      <Plot id="builds-a-day" title="Builds a day" days={usage.days} series={BUILT} />
      <Plot id="sent-a-day" title="Sent a day" days={usage.days} series={SENT} />
      <Ledger {...props} />
      <Limits {...props} />
    </Shell>
  );
};

const CreditsCard = ({ ctx, pace: { used, byRenewal } }: UsageProps) => {
  const { plan, account } = ctx.principal;
  const left = account.buildCredits;
  const days = Math.max(0, Math.ceil((account.renewalAt - ctx.now()) / DAY_MS));
  const all = left + Math.max(0, used);
  return (
    <section class="card card-body stack" aria-labelledby="credits-h">
      <div class="row row--between">
        <h2 class="label" id="credits-h">
          Build credits
        </h2>
        <span class="muted small">{counted(days, "day")} to the renewal</span>
      </div>
      {plan.monthlyCredits === null ? (
        <p>
          <b class="figure">No limit</b> <span class="muted">builds cost nothing on this plan</span>
        </p>
      ) : (
        <>
          <p>
            <b class="figure">{figure(left)}</b> <span class="muted">of {figure(all)} left</span>
          </p>
          <progress
            class={left === 0 ? "progress progress--warn" : "progress"}
            max={Math.max(all, 1)}
            value={all - left}
            aria-label={`${figure(all - left)} of ${figure(all)} credits used`}
          />
          <p class="muted small">
            {byRenewal === null
              ? "It is too early to tell a pace."
              : byRenewal > all
                ? `At this pace you would use ${figure(byRenewal)} by the renewal: more than there are.`
                : `At this pace you use ${figure(byRenewal)} by the renewal.`}
          </p>
        </>
      )}
    </section>
  );
};

const BuildsCard = ({ usage: { builds } }: UsageProps) => {
  const { total, completed, failed } = builds;
  const rest = total - completed - failed;
  const parts = [
    { fill: "s1", label: "Completed", value: completed },
    { fill: "s2", label: "Failed", value: failed },
    { fill: "s3", label: "Cancelled or going on", value: rest },
  ];
  let from = 0;
  return (
    <section class="card card-body stack" aria-labelledby="builds-h">
      <h2 class="label" id="builds-h">
        Builds
      </h2>
      <p>
        <b class="figure">{figure(total)}</b> <span class="muted">kept in all apps</span>
      </p>
      <svg
        class="split"
        role="img"
        aria-label={parts
          .map(({ label, value }) => `${figure(value)} ${label.toLowerCase()}`)
          .join(", ")}
      >
        {parts.map(({ fill, value }) => {
          const width = total === 0 ? 0 : (value / total) * 100;
          from += width;
          return (
            <rect
              class={fill}
              x={`${(from - width).toFixed(2)}%`}
              width={`${width.toFixed(2)}%`}
              height="100%"
            />
          );
        })}
      </svg>
      <div class="key-list">
        {parts.map(({ fill, label, value }) => (
          <Key fill={fill} label={label}>
            {figure(value)}
          </Key>
        ))}
      </div>
    </section>
  );
};

const SendsCard = ({ usage: { days } }: UsageProps) => {
  const sent = days.reduce((sum, day) => sum + day.sent, 0);
  return (
    <section class="card card-body stack" aria-labelledby="sends-h">
      <h2 class="label" id="sends-h">
        Notifications, {DAYS} days
      </h2>
      <p>
        <b class="figure">{figure(sent)}</b> <span class="muted">sent</span>
      </p>
      <Spark
        values={days.map((day) => day.sent)}
        label={`Sends of all apps in the last ${DAYS} days: ${figure(sent)}`}
      />
      <p class="muted small">Counted at night: today's are not in it yet.</p>
    </section>
  );
};

const Plot = ({
  id,
  title,
  days,
  series,
}: {
  id: string;
  title: string;
  days: readonly UsageDay[];
  series: readonly Series<UsageDay>[];
}) => (
  <section class="card" aria-labelledby={`${id}-h`}>
    <header>
      <h2 id={`${id}-h`}>{title}</h2>
    </header>
    <div class="card-body">
      {days.some((day) => series.some(({ of }) => of(day) > 0)) ? (
        <DayPlot id={id} title={`${title}, last ${DAYS} days`} days={days} series={series} />
      ) : (
        <p class="muted">Nothing in the last {DAYS} days.</p>
      )}
    </div>
  </section>
);
