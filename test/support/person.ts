// Somebody who is signed in: a user with a session, and a role in an account, as rows; and the pages as their browser asks
// for them. How people come in has tests of its own.
import { createHmac } from "node:crypto";
import { expect } from "vitest";
import type { Role } from "../../src/domain/people/roles.ts";
import { newAccount } from "./scenario.ts";
import { bindings, ORIGIN, send } from "./worker.ts";

export interface TestPerson {
  id: string;
  name: string;
  email: string;
  /** The account that the person has a role in, and a key of it with every right. */
  account: { id: number; key: string };
  /** The path of the account's pages. */
  base: string;
  cookie: string;
  /** Asks for a page; the answer's text is its HTML. */
  get: (path: string, headers?: Record<string, string>) => Promise<PageAnswer>;
  /** Posts a form as a page of ours would. A list is a field that comes several times. */
  post: (
    path: string,
    fields?: Record<string, string | readonly string[]> | FormData,
    headers?: Record<string, string>,
  ) => Promise<PageAnswer>;
}

export interface PageAnswer {
  status: number;
  headers: Headers;
  /** Where the answer leads; null for nowhere. */
  to: string | null;
  html: string;
}

/** Signs somebody in who has `role` in `account`, a new one by default. */
export async function signedIn(
  role: Role = "owner",
  account: { id: number; key: string } | null = null,
): Promise<TestPerson> {
  const of = account ?? (await newAccount({ build_credits: 5 }));
  const id = crypto.randomUUID().replaceAll("-", "");
  const email = `${id.slice(0, 8)}@example.com`;
  const token = crypto.randomUUID().replaceAll("-", "");
  const now = Date.now();
  const insert = async (sql: string, ...values: unknown[]) =>
    bindings.DB.prepare(sql)
      .bind(...values)
      .run();
  await insert(
    "INSERT INTO users (id, name, email, email_verified, created_at, updated_at) VALUES (?, 'Mira Finch', ?, 1, ?, ?)",
    id,
    email,
    now,
    now,
  );
  await insert(
    "INSERT INTO sessions (id, user_id, token, expires_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
    `s${id}`,
    id,
    token,
    now + 86_400_000,
    now,
    now,
  );
  await insert(
    "INSERT INTO memberships (account_id, user_id, role, created_at) VALUES (?, ?, ?, ?)",
    of.id,
    id,
    role,
    now,
  );
  const cookie = sessionCookie(token);
  return {
    id,
    email,
    name: "Mira Finch",
    account: of,
    base: `/dashboard/${of.id}`,
    cookie,
    ...browser(cookie),
  };
}

/** Signs somebody in who runs the installation, and owns an account. */
export async function operatorSignedIn(): Promise<TestPerson> {
  const person = await signedIn();
  await bindings.DB.prepare("INSERT INTO operators (user_id, created_at) VALUES (?, ?)")
    .bind(person.id, Date.now())
    .run();
  return person;
}

/** The cookie of a session. */
export function sessionCookie(token: string): string {
  const secret = (bindings as unknown as { SIGN_IN_KEY: string }).SIGN_IN_KEY;
  const signature = createHmac("sha256", secret).update(token).digest("base64");
  return `__Host-slipway.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
}

/** The pages as a browser with this cookie asks for them; "" for none. */
export function browser(cookie = ""): Pick<TestPerson, "get" | "post"> {
  const kept = cookie === "" ? {} : { cookie };
  return {
    get: async (path, headers = {}) =>
      read(await send("GET", path, { headers: { ...kept, accept: "text/html", ...headers } })),
    post: async (path, fields = {}, headers = {}) => {
      const entries = fields instanceof FormData ? [] : Object.entries(fields);
      const body =
        fields instanceof FormData
          ? fields
          : new URLSearchParams(
              entries.flatMap(([name, value]) => [value].flat().map((each) => [name, each])),
            );
      const own = { "sec-fetch-site": "same-origin", origin: ORIGIN, accept: "text/html" };
      return read(await send("POST", path, { body, headers: { ...kept, ...own, ...headers } }));
    },
  };
}

async function read(answer: Response): Promise<PageAnswer> {
  const html = await answer.text();
  expect(answer.status, html).not.toBe(500);
  return {
    status: answer.status,
    headers: answer.headers,
    to: answer.headers.get("location"),
    html,
  };
}
