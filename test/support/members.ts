// People and their memberships, as verbs see them: users are put into the database, and are found by a session as the
// Worker finds them.
import type { AccountCtx, Ctx } from "../../src/domain/context.ts";
import type { Role } from "../../src/domain/people/roles.ts";
import { authenticateMember } from "../../src/domain/people/authenticate-person.ts";
import { testContext } from "./context.ts";
import { rows } from "./worker.ts";

/** Somebody with a confirmed address and a session. */
export interface TestPerson {
  id: string;
  name: string;
  email: string;
  sessionToken: string;
}

/** Puts a person into the database, with a session that lasts. */
export async function newPerson(
  wanted: { name?: string; email?: string } = {},
): Promise<TestPerson> {
  const id = crypto.randomUUID().replaceAll("-", "");
  const name = wanted.name ?? `Ann ${id.slice(0, 4)}`;
  const email = wanted.email ?? `${id.slice(0, 8)}@example.com`;
  await rows(
    `INSERT INTO users (id, name, email, email_verified, created_at, updated_at) VALUES (?, ?, ?, 1, 1, 1)`,
    id,
    name,
    email,
  );
  await rows(
    `INSERT INTO sessions (id, user_id, token, expires_at, created_at, updated_at) VALUES (?, ?, ?, ?, 1, 1)`,
    `session-${id}`,
    id,
    `token-${id}`,
    Date.now() + 3_600_000,
  );
  return { id, name, email, sessionToken: `token-${id}` };
}

/** Makes the person a member of the account. */
export async function join(accountId: number, person: TestPerson, role: Role): Promise<void> {
  await rows(
    "INSERT INTO memberships (account_id, user_id, role, created_at) VALUES (?, ?, ?, ?)",
    accountId,
    person.id,
    role,
    Date.now(),
  );
}

/** The context in which the person acts for the account; throws for who is no member. */
export async function as(
  person: TestPerson,
  accountId: number,
  ctx: Ctx = testContext().ctx,
): Promise<AccountCtx> {
  const principal = await authenticateMember(ctx, person.sessionToken, accountId);
  if (principal === null || principal === "stranger") throw new Error("no member");
  return { ...ctx, principal };
}

/** A new person who is a member of the account, and the context in which they act for it. */
export async function newMember(
  accountId: number,
  role: Role,
): Promise<{ person: TestPerson; ctx: AccountCtx }> {
  const person = await newPerson();
  await join(accountId, person, role);
  return { person, ctx: await as(person, accountId) };
}
