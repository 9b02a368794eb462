// What is not stored and not printed: passwords, tokens of links and sessions, codes; also while the database fails.
import { expect, test, vi } from "vitest";
import { drizzle } from "drizzle-orm/d1";
import type { Ctx } from "../../../src/domain/context.ts";
import { mailBy } from "../../../src/delivery/mail.ts";
import { requestReset, resetPassword } from "../../../src/identity/passwords.ts";
import { RefusalError } from "../../../src/kit/refusal.ts";
import { signIn } from "../../../src/identity/sign-in.ts";
import { confirmAddress, signUp } from "../../../src/identity/sign-up.ts";
import { testContext } from "../../support/context.ts";
import {
  Browser,
  newEmail,
  newUser,
  PASSWORD,
  signedIn,
  tokenIn,
  world,
} from "../../support/identity.ts";
import { bindings, rows } from "../../support/worker.ts";

/** Everything that is printed while `work` runs. */
async function printed(work: () => Promise<void>): Promise<string> {
  const lines: string[] = [];
  const spies = (["log", "info", "warn", "error", "debug"] as const).map((name) =>
    vi
      .spyOn(console, name)
      .mockImplementation((...parts: unknown[]) => void lines.push(parts.map(String).join(" "))),
  );
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines.join("\n");
}

/** A database whose query number `broken` fails. */
function failing(ctx: Ctx, broken: number): Ctx {
  let at = 0;
  const DB = {
    prepare: (query: string) =>
      bindings.DB.prepare((at += 1) === broken ? `${query} FROM nowhere` : query),
    batch: async (statements: D1PreparedStatement[]) => bindings.DB.batch(statements),
  };
  return { ...ctx, db: drizzle(DB as unknown as D1Database) };
}

test("nothing secret is printed, whichever query fails", async () => {
  const here = world();
  const secrets = [PASSWORD];
  let faults = 0;
  const text = await printed(async () => {
    for (let broken = 1; broken <= 8; broken += 1) {
      const email = await newUser(here);
      const fresh = newEmail();
      await requestReset(here.ctx, new Browser().at(), { email });
      await here.settled();
      const token = tokenIn(here.mails.at(-1));
      secrets.push(email, fresh, token);
      // What each verb does, with a database of its own whose queries are counted anew, and what it leaves for later.
      const work: ((ctx: Ctx) => Promise<unknown>)[] = [
        async (ctx) => signIn(ctx, new Browser().at(), { email, password: PASSWORD }),
        async (ctx) =>
          signUp(ctx, new Browser().at(), { name: "Ann", email: fresh, password: PASSWORD }),
        async (ctx) => requestReset(ctx, new Browser().at(), { email }),
        async (ctx) => resetPassword(ctx, new Browser().at(), { token, password: PASSWORD }),
      ];
      for (const each of work) {
        const later: Promise<unknown>[] = [];
        const note = (error: unknown) => {
          if (!(error instanceof RefusalError)) faults += 1;
          here.ctx.log.error("fault", error);
        };
        const defer = (deferred: Promise<unknown>) => void later.push(deferred.catch(note));
        await each({ ...failing(here.ctx, broken), defer }).catch(note);
        await Promise.all(later);
      }
    }
    const tokens = await rows("SELECT token FROM sessions");
    expect(tokens.length).toBeGreaterThan(0);
    secrets.push(...tokens.map(({ token }) => token));
  });
  // Each verb asks the database several times.
  expect(faults).toBeGreaterThan(15);
  expect(text.match(/Failed query: /g)?.length).toBeGreaterThan(15);
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test("a mail that can't be sent is written down, without whom it was for and what it said", async () => {
  const here = world();
  const email = await newUser(here);
  const links: string[] = [];
  const service = { url: "https://mail.example", token: "re_secret", from: "a@slipway.test" };
  const text = await printed(async () => {
    const ctx: Ctx = {
      ...here.ctx,
      mail: mailBy(service, async (_, init) => {
        links.push(tokenIn(await new Request(service.url, init).json()));
        return Response.json({ message: `no mail to ${email}` }, { status: 422 });
      }),
    };
    await requestReset(ctx, new Browser().at(), { email });
    await here.settled();
  });
  expect(text).toContain("the mail service answered 422");
  expect(links).toHaveLength(1);
  for (const secret of [email, service.token, ...links]) expect(text).not.toContain(secret);
});

test("what is stored signs nobody in by itself: passwords are hashed, links' tokens too, a session's token lacks its HMAC", async () => {
  const { ctx: cheap, mails, settled } = world();
  const ctx = { ...cheap, passwords: testContext().ctx.passwords };
  const email = newEmail();
  await signUp(ctx, new Browser().at(), { name: "Ann", email, password: PASSWORD });
  await settled();
  const confirmation = tokenIn(mails[0]);
  await confirmAddress(ctx, new Browser().at(), { token: confirmation });
  await requestReset(ctx, new Browser().at(), { email });
  await settled();
  const reset = tokenIn(mails.at(-1));
  const browser = await signedIn({ ctx, mails, settled }, email);
  const [cookie = ""] = browser.cookies.values();
  const stored = [];
  for (const table of ["users", "sessions", "logins", "verifications", "two_factors"]) {
    stored.push(...(await rows(`SELECT * FROM ${table}`)));
  }
  const text = JSON.stringify(stored);
  for (const secret of [PASSWORD, confirmation, reset, decodeURIComponent(cookie)]) {
    expect(text).not.toContain(secret);
  }
  const [login] = await rows(
    "SELECT password FROM logins JOIN users ON users.id = user_id WHERE email = ?",
    email,
  );
  expect(login.password).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w+/]{22}\$[\w+/]{43}$/);
});
