// What is not stored and not printed: passwords, tokens of links and sessions, codes; also while the database fails.
import { expect, test, vi } from "vitest";
import { drizzle } from "drizzle-orm/d1";
import type { Ctx } from "../../../src/domain/context.ts";
import { requestReset, resetPassword } from "../../../src/identity/passwords.ts";
import { signIn } from "../../../src/identity/sign-in.ts";
import { confirmAddress, signUp } from "../../../src/identity/sign-up.ts";
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

const NEW_PASSWORD = "another long password";

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
  const email = await newUser(here);
  const fresh = newEmail();
  const secrets = [PASSWORD, NEW_PASSWORD, email, fresh];
  const text = await printed(async () => {
    for (let broken = 1; broken <= 8; broken += 1) {
      const later: Promise<unknown>[] = [];
      const mailed = failing(here.ctx, broken);
      const ctx: Ctx = {
        ...mailed,
        defer: (work) =>
          void later.push(work.catch((error: unknown) => here.ctx.log.error("deferred", error))),
      };
      const log = (error: unknown) => here.ctx.log.error("fault", error);
      await signIn(ctx, new Browser().at(), { email, password: PASSWORD }).catch(log);
      await signUp(ctx, new Browser().at(), {
        name: "Ann",
        email: fresh,
        password: PASSWORD,
      }).catch(log);
      await requestReset(here.ctx, new Browser().at(), { email }).catch(log);
      await Promise.all(later);
      await here.settled();
      const mail = here.mails.findLast(({ text: body }) => body.includes("/reset?"));
      if (!mail) continue;
      const token = tokenIn(mail);
      secrets.push(token);
      await resetPassword(ctx, new Browser().at(), { token, password: NEW_PASSWORD }).catch(log);
    }
    const { token } = (await rows("SELECT token FROM sessions LIMIT 1"))[0] ?? {
      token: "no session",
    };
    secrets.push(token);
  });
  expect(text).toContain("FROM nowhere");
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test("what is stored signs nobody in by itself: passwords are hashed, links' tokens too, a session's token lacks its HMAC", async () => {
  const here = world();
  const { ctx, mails, settled } = here;
  const email = newEmail();
  await signUp(ctx, new Browser().at(), { name: "Ann", email, password: PASSWORD });
  await settled();
  const confirmation = tokenIn(mails[0]);
  await confirmAddress(ctx, new Browser().at(), { token: confirmation });
  await requestReset(ctx, new Browser().at(), { email });
  await settled();
  const reset = tokenIn(mails.at(-1));
  const browser = await signedIn(here, email);
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
