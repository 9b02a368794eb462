// wrangler.toml as wrangler itself reads it, narrowed to what the local stack uses.
import { unstable_readConfig as readConfig } from "wrangler";
import { z } from "zod";

const Schema = z.object({
  name: z.string(),
  d1_databases: z.array(
    z.object({ binding: z.string(), migrations_dir: z.string().default("migrations") }),
  ),
  vars: z.object({ PUBLIC_URL: z.string().default("") }).prefault({}),
  triggers: z.object({ crons: z.array(z.string()).default([]) }),
});

export type WranglerConfig = z.infer<typeof Schema>;

/** Reads the wrangler.toml at `path`. */
export function readWranglerConfig(path: string): WranglerConfig {
  return Schema.parse(readConfig({ config: path }, { hideWarnings: true }));
}
