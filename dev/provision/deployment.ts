// What `npm run provision`, `deploy` and `rotate-key` begin with: who is logged in, which account is meant, and what
// wrangler.toml asks for.
import { dirname, join } from "node:path";
import { unstable_readConfig as readConfig } from "wrangler";
import { z } from "zod";
import { line } from "../say.ts";
import { Cloud, listAccounts, openApi } from "./cloud.ts";
import { Explained } from "./explain.ts";
import { SECRETS_FILE } from "./secrets-file.ts";
import { type Ran, type Run, runWrangler } from "./wrangler.ts";

const Config = z.object({
  name: z.string(),
  account_id: z.string().optional(),
  workers_dev: z.boolean().optional(),
  routes: z.array(z.union([z.string(), z.looseObject({ pattern: z.string() })])).default([]),
  vars: z.looseObject({ PUBLIC_URL: z.string() }),
  d1_databases: z.tuple([z.object({ database_name: z.string() })]),
  r2_buckets: z.tuple([z.object({ bucket_name: z.string() })]),
  queues: z.object({
    producers: z.array(z.object({ queue: z.string() })),
    consumers: z.array(z.object({ queue: z.string() })),
  }),
});
export type Config = z.infer<typeof Config>;

/** A Worker's deployment: its configuration, its account and its secrets. */
export interface Deployment {
  /** The path of wrangler.toml. */
  path: string;
  /** The path of the file with its secrets. */
  secretsPath: string;
  config: () => Config;
  cloud: Cloud;
  wrangler: (args: readonly string[], how?: Run) => Promise<Ran>;
}

/** The account that is meant, by its id or as the only one there is. */
async function chooseAccount(
  accounts: readonly { id: string; name: string }[],
  chosen: string | undefined,
): Promise<{ id: string; name: string }> {
  if (chosen) return accounts.find(({ id }) => id === chosen) ?? { id: chosen, name: chosen };
  const [first, ...more] = accounts;
  if (!first) {
    throw new Explained(
      "The login reaches no account. A token has to be for one, with Account Settings to read.",
    );
  }
  if (more.length === 0) return first;
  const list = accounts.map(({ id, name }) => `    ${id}  ${name}`).join("\n");
  throw new Explained(`The login reaches ${accounts.length} accounts:
${list}
  Say which is meant: CLOUDFLARE_ACCOUNT_ID=<id> in front of the command, or for good in wrangler.toml, above its first
  bracket: account_id = "<id>"`);
}

/**
 * Opens the deployment of the wrangler.toml at `path`, and says which account it is in.
 * @throws NotLoggedIn, or Explained where the account is not clear
 */
export async function openDeployment(path: string): Promise<Deployment> {
  const config = () => Config.parse(readConfig({ config: path }, { hideWarnings: true }));
  const ask = await openApi(path);
  const accounts = await listAccounts(ask);
  const chosen = config().account_id ?? process.env["CLOUDFLARE_ACCOUNT_ID"];
  const account = await chooseAccount(accounts, chosen);
  line("Account", `${account.name} (${account.id})`);
  return {
    path,
    secretsPath: join(dirname(path), SECRETS_FILE),
    config,
    cloud: new Cloud(ask, account.id),
    wrangler: (args, how) => runWrangler(path, account.id, args, how),
  };
}
