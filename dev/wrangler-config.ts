// wrangler.toml as wrangler itself reads it, narrowed to what the local stack and provisioning use.
import { unstable_readConfig as readConfig } from "wrangler";
import { z } from "zod";

const Schema = z.object({
  name: z.string(),
  d1_databases: z.array(
    z.object({
      binding: z.string(),
      database_name: z.string(),
      database_id: z.string(),
      migrations_dir: z.string().default("migrations"),
    }),
  ),
  r2_buckets: z.array(z.object({ bucket_name: z.string() })),
  queues: z.object({
    producers: z.array(z.object({ queue: z.string() })).default([]),
    consumers: z
      .array(z.object({ queue: z.string(), dead_letter_queue: z.string().optional() }))
      .default([]),
  }),
  triggers: z.object({ crons: z.array(z.string()).default([]) }),
});

export type WranglerConfig = z.infer<typeof Schema>;

/** Reads the wrangler.toml at `path`. */
export function readWranglerConfig(path: string): WranglerConfig {
  return Schema.parse(readConfig({ config: path }, { hideWarnings: true }));
}
