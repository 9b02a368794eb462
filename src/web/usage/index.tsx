// What an account uses: its credits and what they went into, builds and sends by day, and how near it is to each limit.
import { z } from "@hono/zod-openapi";
import { creditPace, listCredits } from "../../domain/accounts/ledger.ts";
import { accountUsage, type AccountUsage } from "../../domain/overviews/account-usage.ts";
import { countedNow, countedOfKey, PUSH_RATE, REGISTRATION_RATE } from "../../http/authenticate.ts";
import { Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { beforeOf } from "../parts/pager.tsx";
import type { Requests } from "./limits.tsx";
import { UsageView } from "./view.tsx";

export const usagePage = memberPage({
  path: "/{account}/usage",
  operationId: "showUsage",
  summary: "What the account uses",
  params: { schema: z.object({ account: Id }), thing: "account" },
  may: "account:read",
  show: async (ctx, { params, query }) => {
    const { before } = beforeOf(query);
    const [usage, credits, pace] = await Promise.all([
      accountUsage(ctx),
      listCredits(ctx, { before }),
      creditPace(ctx),
    ]);
    const requests = await requestsNow(ctx, usage);
    const base = `/dashboard/${params.account}`;
    const isFirst = before === undefined;
    return {
      title: "Usage and credits",
      body: <UsageView {...{ ctx, base, usage, credits, pace, requests, isFirst }} />,
    };
  },
});

/** The requests of this minute. Nothing keeps those of earlier minutes, which would be a row written for each request. */
async function requestsNow(ctx: MemberCtx, { keys }: AccountUsage): Promise<Requests[]> {
  const { accountId, plan } = ctx.principal;
  const [push, registrations, ...ofKeys] = await Promise.all([
    countedNow(ctx, PUSH_RATE, String(accountId)),
    countedNow(ctx, REGISTRATION_RATE, String(accountId)),
    ...keys.map(async ({ hash }) => countedOfKey(ctx, hash)),
  ]);
  return [
    { label: "Push API, all keys", used: push, most: plan.pushRateLimit },
    {
      label: "Registrations by the push API",
      used: registrations,
      most: plan.registrationRateLimit,
    },
    ...keys.map(({ id, name }, at) => ({
      label: `Key ${name}`,
      key: id,
      used: ofKeys[at] ?? 0,
      most: plan.rateLimit,
    })),
  ];
}
