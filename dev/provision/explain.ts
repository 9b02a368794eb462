// What a person can do about a failure, in sentences: by the code of Cloudflare's API, since its words change.
import { ApiRefused, NotLoggedIn } from "./cloud.ts";
import { WranglerFailed } from "./wrangler.ts";

/** The permissions that a token needs, as Cloudflare names them. */
export const PERMISSIONS =
  "Account: Workers Scripts, D1, Workers R2 Storage and Queues to edit, Account Settings to read.\n" +
  "  For a domain of yours also Zone: Workers Routes to edit";

/** A failure whose message is all that there is to say. */
export class Explained extends Error {}

const LOG_IN = `wrangler is not logged in. Either
    npx wrangler login
  which opens a browser, or make a token at https://dash.cloudflare.com/profile/api-tokens and set it as
  CLOUDFLARE_API_TOKEN. The token needs these permissions:
  ${PERMISSIONS}.`;

const NO_R2 = `R2, which keeps icons and built apps, is not enabled for this account. Enable it once in the dashboard, under
  "R2 Object Storage": https://dash.cloudflare.com/?to=/:account/r2
  Cloudflare asks for a means of payment there, also for what is free. Then run this again.`;

const ADVICE: readonly { codes: readonly number[]; words: RegExp; say: string }[] = [
  { codes: [10_042], words: /enable R2/i, say: NO_R2 },
  {
    codes: [10_000, 9109, 6003, 6111, 1000, 1001, 10_001],
    words: /Authentication error|Invalid API Token|Unable to authenticate/i,
    say: `Cloudflare does not let this login do that. A token needs these permissions:
  ${PERMISSIONS}.
  A login by "npx wrangler login" may have ended: log in again.`,
  },
  {
    codes: [7406],
    words: /maximum number of D1 databases/i,
    say: `The account has as many D1 databases as its plan allows. Delete one that is not needed (npx wrangler d1 list), or
  upgrade the plan: https://dash.cloudflare.com/?to=/:account/workers/plans`,
  },
  {
    codes: [7502],
    words: /database with that name already exists/i,
    say: `A database of that name already exists. Give database_name in wrangler.toml another name and run this again.`,
  },
  {
    codes: [10_004],
    words: /bucket you tried to create already exists/i,
    say: `A bucket of that name already exists. Give bucket_name in wrangler.toml another name and run this again.`,
  },
  {
    codes: [11_009],
    words: /Queue name .* is already taken/i,
    say: `A queue of that name already exists. Give it another name in wrangler.toml, as producer and as consumer, and run this
  again.`,
  },
  {
    codes: [11_004],
    words: /consumer_exists/i,
    say: `A queue has the consumer of another Worker, and can have only one. Give the queue another name in wrangler.toml, as
  producer and as consumer, and run this again.`,
  },
  {
    codes: [10_083],
    words: /Could not find zone|zone_not_found/i,
    say: `The domain is not at this account. Add its site in the dashboard first (https://dash.cloudflare.com/?to=/:account/add-site),
  or choose the account that has it by CLOUDFLARE_ACCOUNT_ID.`,
  },
  {
    codes: [],
    words: /register a workers\.dev subdomain/i,
    say: `The account has no workers.dev subdomain yet, which is the address of a first deployment. Register one, which takes a
  minute and costs nothing: https://dash.cloudflare.com/?to=/:account/workers/onboarding
  or deploy to a domain of yours: npm run deploy -- --domain push.example.com`,
  },
];

/** What happened, and what to do about it where that is known. */
export function explain(error: unknown): string {
  if (error instanceof NotLoggedIn) return LOG_IN;
  if (error instanceof Explained) return error.message;
  if (!(error instanceof ApiRefused || error instanceof WranglerFailed)) {
    const isNetwork = error instanceof TypeError || (error as Error).name === "TimeoutError";
    const reason = error instanceof Error ? error.message : String(error);
    return isNetwork ? `Cloudflare's API could not be reached: ${reason}` : reason;
  }
  const { code, message } = error;
  const found = ADVICE.find(
    ({ codes, words }) => (code !== null && codes.includes(code)) || words.test(message),
  );
  const said = code ? `${message} [code: ${code}]` : message;
  return found ? `${found.say}\n\n  Cloudflare said: ${said}` : said;
}
