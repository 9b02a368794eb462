// The form by which a page has a provider asked whether it takes an app's messages.
import type { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { verifyCredential } from "../../domain/notifications/verify-credential.ts";
import type { Provider } from "../../kit/push/credentials.ts";
import type { Thing } from "../../kit/refusal.ts";
import { form, type Form, type MemberCtx } from "../dashboard/page.ts";

/** Verifications a minute from one network address: each asks a provider, with a message that it delivers to nobody. */
const VERIFY_RATE = { name: "dashboard-verify", limit: 20 };

/** The form at `path` below its page, which shows what the provider said (verification.tsx). */
export function verifyForm({
  path,
  operationId,
  provider,
  params,
}: {
  path: string;
  operationId: string;
  provider: Provider;
  params: { schema: z.ZodObject<{ app: z.ZodType<number> }>; thing: Thing };
}): Form<MemberCtx> {
  return form({
    path,
    operationId,
    summary: `Ask whether the provider takes the app's messages: ${provider}`,
    params,
    may: "push:write",
    rate: VERIFY_RATE,
    run: async (ctx: MemberCtx, { params: { app } }) => ({
      made: await verifyCredential(ctx, await findApp(ctx, app), provider, {}),
    }),
  });
}
