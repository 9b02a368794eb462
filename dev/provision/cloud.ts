// Asks Cloudflare's API what an account has, with the credentials that wrangler has. Asking it directly answers with codes,
// not with tables for people, and starts no program for each question. What changes the Worker is wrangler's to do.
import { z } from "zod";
import { runWrangler } from "./wrangler.ts";

/** Longest that the API may take to answer, ms. */
const TIMEOUT_MS = 30_000;
/** Most accounts that are looked at: 500, by the largest pages that the API gives. */
const PAGE = 50;
const MAX_PAGES = 10;

const Credentials = z.union([
  z.object({ type: z.enum(["api_token", "oauth"]), token: z.string() }),
  z.object({ type: z.literal("api_key"), key: z.string(), email: z.string() }),
]);
type Credentials = z.infer<typeof Credentials>;
const Envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
});
const Accounts = z.array(z.object({ id: z.string(), name: z.string() }));
const Database = z.object({ uuid: z.string(), name: z.string() });
const Rows = z.array(z.object({ results: z.array(z.record(z.string(), z.unknown())) }));
const Queues = z.array(
  z.object({
    queue_name: z.string(),
    consumers: z
      .array(z.object({ script: z.string().optional(), service: z.string().optional() }))
      .default([]),
  }),
);
const Buckets = z.object({ buckets: z.array(z.object({ name: z.string() })) });
const Names = z.array(z.object({ name: z.string() }));
const Domains = z.array(z.object({ hostname: z.string(), service: z.string() }));

/** Codes by which Cloudflare says that something is not there. */
const ABSENT = { worker: [10_007, 10_090], database: [7404] };

/** The API refused, with its code; 0 where it gave none. */
export class ApiRefused extends Error {
  readonly code: number;
  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** wrangler has no credentials. */
export class NotLoggedIn extends Error {}

export type Account = z.infer<typeof Accounts>[number];

export type Ask = (path: string, body?: unknown) => Promise<unknown>;

/** What wrangler would use: a token of the environment, or what its login left. @throws NotLoggedIn */
async function readCredentials(config: string): Promise<Credentials> {
  const token = process.env["CLOUDFLARE_API_TOKEN"];
  if (token) return { type: "api_token", token };
  const { output } = await runWrangler(config, null, ["auth", "token", "--json"]).catch(
    (error: Error) => {
      throw error.message.includes("Not logged in") ? new NotLoggedIn() : error;
    },
  );
  return Credentials.parse(JSON.parse(output));
}

/** The API with these credentials; it throws ApiRefused. */
export function apiWith(credentials: Credentials): Ask {
  const headers: Record<string, string> =
    credentials.type === "api_key"
      ? { "x-auth-key": credentials.key, "x-auth-email": credentials.email }
      : { authorization: `Bearer ${credentials.token}` };
  const base = process.env["CLOUDFLARE_API_BASE_URL"] || "https://api.cloudflare.com/client/v4";
  return async (path, body) => {
    const response = await fetch(`${base}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = Envelope.safeParse(await response.json().catch(() => null));
    if (!answer.success) throw new ApiRefused(`Cloudflare answered ${response.status}.`, 0);
    if (answer.data.success) return answer.data.result;
    const [first = { code: 0, message: `status ${response.status}` }] = answer.data.errors;
    throw new ApiRefused(first.message, first.code);
  };
}

/** The API with what wrangler is logged in with. @throws NotLoggedIn */
export const openApi = async (config: string): Promise<Ask> =>
  apiWith(await readCredentials(config));

/** The answer, or `otherwise` where the API says that there is no such thing; every other failure stops the caller. */
async function unless<T>(codes: number[], otherwise: T, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiRefused && codes.includes(error.code)) return otherwise;
    throw error;
  }
}

/** The accounts that the credentials reach. */
export async function listAccounts(ask: Ask): Promise<Account[]> {
  const all: Account[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const found = Accounts.parse(await ask(`/accounts?page=${page}&per_page=${PAGE}`));
    all.push(...found);
    if (found.length < PAGE) break;
  }
  return all;
}

/** What one account has of the things that a deployment needs. */
export class Cloud {
  readonly #ask: Ask;
  readonly #root: string;
  constructor(ask: Ask, accountId: string) {
    this.#ask = ask;
    this.#root = `/accounts/${accountId}`;
  }

  /** The names of the Worker's secrets; null: there is no such Worker. */
  async secretsOf(worker: string): Promise<string[] | null> {
    return unless(ABSENT.worker, null, async () => {
      const found = await this.#ask(`${this.#root}/workers/scripts/${worker}/secrets`);
      return Names.parse(found).map(({ name }) => name);
    });
  }

  /** The id of a database; null: there is none of this name. */
  async databaseId(name: string): Promise<string | null> {
    const path = `${this.#root}/d1/database/${encodeURIComponent(name)}`;
    return unless(ABSENT.database, null, async () => Database.parse(await this.#ask(path)).uuid);
  }

  async makeDatabase(name: string): Promise<void> {
    await this.#ask(`${this.#root}/d1/database`, { name });
  }

  /** The names of a database's tables. */
  async tablesOf(id: string): Promise<string[]> {
    const sql = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    const [answer] = Rows.parse(await this.#ask(`${this.#root}/d1/database/${id}/query`, { sql }));
    return (answer?.results ?? []).map(({ name }) => String(name));
  }

  /** Which of these queues there are, with the Worker that consumes each. Asked by name, as wrangler does: a list has pages. */
  async queues(names: readonly string[]): Promise<{ name: string; consumer: string | null }[]> {
    const query = new URLSearchParams(names.map((name) => ["name", name]));
    const found = Queues.parse(await this.#ask(`${this.#root}/queues?${query.toString()}`));
    return found
      .filter(({ queue_name: name }) => names.includes(name))
      .map(({ queue_name: name, consumers: [first] }) => ({
        name,
        consumer: first?.script ?? first?.service ?? null,
      }));
  }

  async makeQueue(name: string): Promise<void> {
    await this.#ask(`${this.#root}/queues`, { queue_name: name });
  }

  async buckets(): Promise<string[]> {
    const { buckets } = Buckets.parse(await this.#ask(`${this.#root}/r2/buckets?per_page=1000`));
    return buckets.map(({ name }) => name);
  }

  /** The Worker that a host name leads to; null: none of this account. */
  async workerAt(hostname: string): Promise<string | null> {
    const path = `${this.#root}/workers/domains?hostname=${encodeURIComponent(hostname)}`;
    const found = Domains.parse(await this.#ask(path));
    return found.find((each) => each.hostname === hostname)?.service ?? null;
  }
}
