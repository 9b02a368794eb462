// GET /metrics: the installation's figures for Prometheus, for operators and for who has the narrower METRICS_TOKEN.
import { readMetrics } from "../domain/health/read-gauges.ts";
import { requireMonitor } from "../http/authenticate.ts";
import { countByAddress, operation, type Operation } from "../http/operation.ts";
import type { Surface } from "../http/surface.ts";
import { metricsOf } from "./metric-names.ts";
import { PROMETHEUS_TEXT, prometheusText } from "./prometheus.ts";
import { faultAnswer, refusalAnswer } from "./v1/errors.ts";

/** Scrapes a minute from one network address: one each second. Each reads some hundred rows. */
const RATE = { name: "metrics", limit: 60 };

const scrape: Operation = operation(
  "operator",
  null,
  {
    method: "get",
    path: "",
    operationId: "scrapeMetrics",
    summary: "The installation's figures for Prometheus",
    tag: "Operators",
    success: { status: 200, description: "The figures.", also: ["text/plain"] },
    run: async (ctx) => {
      const { gauges, counts } = await readMetrics(ctx);
      return new Response(prometheusText(metricsOf(gauges, counts)), {
        headers: { "content-type": PROMETHEUS_TEXT, "cache-control": "no-store" },
      });
    },
  },
  async (c) => {
    await requireMonitor(c.env.connection, c.req.raw.headers.get("authorization"));
    await countByAddress(c, RATE);
    return c.env.connection.open("primary");
  },
);

export const metrics: Surface = {
  prefix: "/metrics",
  operations: [scrape],
  refusal: refusalAnswer,
  fault: faultAnswer,
};
