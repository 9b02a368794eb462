// A new password: by a link in a mail for who forgot theirs, or by the present one.
import { z } from "zod";
import type { Ctx, PersonCtx } from "../domain/context.ts";
import { parse } from "../kit/parse.ts";
import { invalidField } from "../kit/refusal.ts";
import type { At } from "./at.ts";
import { makeRoom } from "./begin-session.ts";
import { called, wrong } from "./called.ts";
import { cookiesOf } from "./cookie.ts";
import { Email, GivenPassword, NewPassword, Token } from "./input.ts";
import { countMail, countOwnTry, countTry } from "./limits.ts";
import { mailsOf, requireMail } from "./mails.ts";
import { endWaiting } from "./proved-by-mail.ts";

const Request = z.strictObject({ email: Email });
const Reset = z.strictObject({ token: Token, password: NewPassword });
const Change = z.strictObject({ current: GivenPassword, password: NewPassword });

/**
 * Sends a link to set a new password to `email`, after the answer, if the address has a user: nothing else shows it. Refuses
 * `mail_not_configured`, `invalid`, `rate_limited`.
 */
export async function requestReset(ctx: Ctx, at: At, input: unknown): Promise<void> {
  requireMail(ctx);
  const body = parse(Request, input);
  await countMail(ctx, at, body.email);
  ctx.defer(called(ctx, at, async (auth) => auth.api.requestPasswordReset({ body })));
}

/**
 * Sets `password` for whom the link with `token` was sent to, confirms their address by that, and ends all their sessions.
 * The second factor stays, unless it can't be read any more. They sign in then. Refuses `invalid`, `rate_limited`.
 */
export async function resetPassword(ctx: Ctx, at: At, input: unknown): Promise<void> {
  const { token, password } = parse(Reset, input);
  await countTry(ctx, at);
  await called(ctx, at, async (auth) =>
    auth.api.resetPassword({ body: { token, newPassword: password } }),
  );
}

/**
 * Sets `password` for who knows the `current` one, and ends all their other sessions, and links that were mailed to set
 * another. Returns the cookies of the one that takes the place of this. Refuses `invalid`, also for who has no password yet; `rate_limited`.
 */
export async function changePassword(
  ctx: PersonCtx,
  at: At,
  input: unknown,
): Promise<{ cookies: string[] }> {
  const { current, password } = parse(Change, input);
  await countOwnTry(ctx, at, ctx.person.id);
  const { headers, response } = await called(
    ctx,
    at,
    async (auth) =>
      auth.api.changePassword({
        body: { currentPassword: current, newPassword: password, revokeOtherSessions: true },
        headers: at.request.headers,
        returnHeaders: true,
      }),
    {
      INVALID_PASSWORD: wrong("current", "must be your present password"),
      CREDENTIAL_ACCOUNT_NOT_FOUND: invalidField(
        ["current"],
        "can't be given, since you have no password: set one by a link in a mail",
      ),
    },
  );
  await endWaiting(ctx, ctx.person.id);
  if (response.token !== null) await makeRoom(ctx, at, ctx.person.id, response.token);
  ctx.defer(mailsOf(ctx, at.origin).changed(ctx.person, "Your password was changed."));
  return { cookies: cookiesOf(headers, at.origin) };
}
