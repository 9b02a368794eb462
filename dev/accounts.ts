// Makes an account with an API key, and a builder token, for the local stack, through the operators' API. They are
// kept in STATE_DIR, so that the next start uses them again.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { connect, Refused } from "./api.ts";
import { readTokens, writeTokens, type Tokens } from "./state.ts";

/** The plan without limits: a benchmark or a test must not run out of credits. */
const PLAN = "Unlimited";
/** The name of the builder. */
export const BUILDER_NAME = "local";

const Created = z.object({ data: z.object({ id: z.int() }) });
const CreatedKey = z.object({ data: z.object({ key: z.string() }) });
const CreatedBuilder = z.object({ data: z.object({ token: z.string() }) });

const Account = z.object({ data: z.object({ id: z.int() }) });

/** The id of the account that an API key is of. */
export async function accountOf(url: string, apiToken: string): Promise<number> {
  const { data } = await connect(url, apiToken).get("/api/v1/account", Account);
  return data.id;
}

/** Whether the API still knows the key, whose database may have been deleted. */
async function isKnown(url: string, apiToken: string): Promise<boolean> {
  try {
    await connect(url, apiToken).get("/api/v1/account", z.object({ data: z.unknown() }));
    return true;
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return false;
    throw error;
  }
}

/** Returns the earlier tokens if they are still valid, and otherwise new ones. */
export async function ensureTokens(
  url: string,
  adminToken: string,
  stateDir: string,
): Promise<Tokens> {
  const kept = readTokens(stateDir);
  if (kept !== null && (await isKnown(url, kept.api_token))) return kept;
  const admin = connect(url, adminToken);
  const account = { name: "Local", email: `local-${randomUUID()}@slipway.test`, plan: PLAN };
  const { data } = await admin.post("/api/v1/admin/accounts", account, Created);
  const keys = `/api/v1/admin/accounts/${data.id}/api-keys`;
  const key = await admin.post(keys, { name: "Local stack" }, CreatedKey);
  const builder = await admin.post(
    "/api/v1/admin/builders",
    { name: BUILDER_NAME },
    CreatedBuilder,
  );
  const tokens = { api_token: key.data.key, builder_token: builder.data.token };
  writeTokens(stateDir, tokens);
  return tokens;
}
