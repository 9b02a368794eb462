// The health of the installation, for its operators: what needs them, what waits, what providers say, and what failed lately.
import { readHealth } from "../../domain/health/read-health.ts";
import { operatorPage } from "../dashboard/page.ts";
import { Live } from "../dashboard/part.tsx";
import { OperatorShell, PageHead } from "../dashboard/shell.tsx";
import { Now } from "./now.tsx";
import { QueuePlot } from "./queue-plot.tsx";

/** How often the page is renewed, s. */
const EVERY_S = 10;

/** Largest part of the page that is renewed, bytes: about 10,000 as a rule, and this when all is wrong at its longest. */
const MAX_NOW_BYTES = 65_536;

export const healthPage = operatorPage({
  path: "/admin/health",
  operationId: "showHealth",
  summary: "The installation's health",
  show: async (ctx) => {
    const health = await readHealth(ctx);
    return {
      title: "Health",
      body: (
        <OperatorShell ctx={ctx} here="admin-health" crumbs={[{ label: "Health" }]}>
          <PageHead
            title="Health"
            text={`What needs you, what waits and what failed. Renewed every ${EVERY_S} s.`}
          />
          <Live part="now" everyS={EVERY_S}>
            <Now health={health} />
          </Live>
          <QueuePlot samples={health.samples} now={health.at} />
        </OperatorShell>
      ),
      scripts: ["live"],
    };
  },
  parts: {
    now: async (ctx) => ({
      body: <Now health={await readHealth(ctx)} />,
      mostBytes: MAX_NOW_BYTES,
    }),
  },
});
