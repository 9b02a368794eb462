// People who come in, by the verbs of src/identity: a browser that keeps cookies, at a network of its own, and the mails that
// were sent. What pages add to the verbs has tests of its own.
import { randomBytes, scryptSync } from "node:crypto";
import { expect } from "vitest";
import type { Ctx, Person, PersonCtx, SignIn } from "../../src/domain/context.ts";
import type { Mail } from "../../src/domain/ports/people.ts";
import { authenticatePerson } from "../../src/domain/people/authenticate-person.ts";
import type { At } from "../../src/identity/at.ts";
import { sessionToken } from "../../src/identity/cookie.ts";
import { setUp } from "../../src/identity/new-user.ts";
import { confirmAddress, signUp } from "../../src/identity/sign-up.ts";
import { signIn } from "../../src/identity/sign-in.ts";
import { RefusalError, type Refusal } from "../../src/kit/refusal.ts";
import { hashSecret, mintSecret } from "../../src/kit/secret.ts";
import { testContext } from "./context.ts";
export { totp } from "./totp.ts";
import { newAddress, ORIGIN, rows } from "./worker.ts";

export const PASSWORD = "correct horse battery";

export const newEmail = () => `${crypto.randomUUID().slice(0, 8)}@example.com`;

export interface World {
  ctx: Ctx;
  mails: Mail[];
  /** Waits for what was deferred. */
  settled: () => Promise<void>;
}

/**
 * A deployment where anybody may sign up, unless `signIn` says otherwise. Its mail is kept, and its passwords are hashed
 * cheaply; `testContext` has the Worker's own hashes, for the tests of these.
 */
export function world(over: Partial<SignIn> = {}, now?: () => number): World {
  const { ctx, settled } = testContext(now);
  const mails: Mail[] = [];
  return {
    ctx: {
      ...ctx,
      passwords: () => ({
        hash: async (password) => cheapHash(password),
        verify: async (hash, password) => ctx.passwords().verify(hash, password),
      }),
      mail: async (mail) => void mails.push(mail),
      signIn: { ...ctx.signIn, signUp: "open", ...over },
    },
    mails,
    settled,
  };
}

/** A password's hash as the Worker makes them, at a thousandth of their costs. It names its costs, so the Worker verifies it. */
function cheapHash(password: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(password.normalize("NFKC"), salt, 32, { N: 2 ** 4, r: 8, p: 5 });
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
  return `$scrypt$ln=4,r=8,p=5$${text(salt)}$${text(hash)}`;
}

/** A browser: it sends the cookies that it was given. */
export class Browser {
  readonly address = newAddress();
  readonly cookies = new Map<string, string>();
  readonly origin: string;

  constructor(origin = ORIGIN) {
    this.origin = origin;
  }

  /** Where its next request is made. */
  at(path = "/", headers: Record<string, string> = {}): At {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const request = new Request(this.origin + path, {
      headers: {
        "cf-connecting-ip": this.address,
        "user-agent": "Test browser",
        ...(cookie === "" ? {} : { cookie }),
        ...headers,
      },
    });
    return { origin: this.origin, request };
  }

  /** Keeps what an answer sets. */
  keep<T extends { cookies: string[] }>(answer: T): T {
    for (const cookie of answer.cookies) {
      const [pair = ""] = cookie.split(";");
      const name = pair.slice(0, pair.indexOf("="));
      if (cookie.includes("Max-Age=0;")) this.cookies.delete(name);
      else this.cookies.set(name, pair.slice(name.length + 1));
    }
    return answer;
  }

  /** Who is signed in; null for nobody. */
  async person(ctx: Ctx): Promise<Person | null> {
    const token = sessionToken(this.at(), ctx.signIn.secret);
    return token === null ? null : authenticatePerson(ctx, token);
  }

  /** The context of whoever is signed in. */
  async signedIn(ctx: Ctx): Promise<PersonCtx> {
    const person = await this.person(ctx);
    if (!person) throw new Error("nobody is signed in");
    return { ...ctx, person };
  }
}

/** Somebody who signed up and confirmed their address, and is not signed in. */
export async function newUser({ ctx, mails, settled }: World): Promise<string> {
  const email = newEmail();
  await signUp(ctx, new Browser().at(), { name: "Ann", email, password: PASSWORD });
  await settled();
  await confirmAddress(ctx, new Browser().at(), { token: tokenIn(mails.at(-1)) });
  mails.length = 0;
  return email;
}

/** A browser in which somebody has signed in by their password. */
export async function signedIn(
  { ctx }: World,
  email: string,
  password = PASSWORD,
): Promise<Browser> {
  const browser = new Browser();
  browser.keep(await signIn(ctx, browser.at(), { email, password, remember: "on" }));
  return browser;
}

/** The first person of a deployment, signed in. */
export async function newOperator({ ctx }: World): Promise<{ browser: Browser; email: string }> {
  const browser = new Browser();
  const email = newEmail();
  const token = await createSetupToken(ctx);
  browser.keep(await setUp(ctx, browser.at(), { token, name: "Ann", email, password: PASSWORD }));
  return { browser, email };
}

/** A set-up token, as `npm run setup-token` makes it. */
export async function createSetupToken(ctx: Ctx): Promise<string> {
  const token = mintSecret("sw_set_");
  const expiresAt = ctx.now() + 86_400_000;
  await rows("DELETE FROM setup_tokens");
  await rows(
    "INSERT INTO setup_tokens (token_hash, expires_at) VALUES (?, ?)",
    await hashSecret(token),
    expiresAt,
  );
  return token;
}

/** The token of the link in a mail. */
export function tokenIn(mail: Mail | undefined): string {
  const token = /token=(\S+)/.exec(mail?.text ?? "")?.[1];
  if (token === undefined) throw new Error(`no link in ${JSON.stringify(mail)}`);
  return token;
}

/** What a verb refuses. Anything else it does fails the test. */
export async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
  throw new Error("it was not refused");
}

/** Expects `invalid`, with these fields. */
export async function expectInvalid(work: Promise<unknown>, ...fields: string[]): Promise<void> {
  const refusal = await refusalOf(work);
  expect(refusal).toMatchObject({ code: "invalid" });
  if (refusal.code !== "invalid") return;
  expect(refusal.issues.map(({ path }) => path.join("."))).toEqual(fields);
}
