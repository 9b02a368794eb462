// The sendings of an account: what the instant-send API sends to several apps at once. The list, and one of them, which can be
// ended here alone: that API can't cancel.
import { z } from "@hono/zod-openapi";
import { endCampaign } from "../../domain/campaigns/end-campaign.ts";
import { CAMPAIGN_STATES, listCampaigns } from "../../domain/campaigns/list-campaigns.ts";
import { campaignProgress, showCampaign } from "../../domain/campaigns/show-campaign.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { beforeOf, paged } from "../parts/pager.tsx";
import { SendingsView } from "./list-view.tsx";
import { Results } from "./results.tsx";
import { SendingView } from "./sending-view.tsx";
import { whatEnded } from "./words.ts";

/** What it takes to end one. */
const MAY_END = "push:write";
/** Ended by hand, a minute from one network address. */
const END_RATE = { name: "dashboard-sending-end", limit: 30 };

const OfAccount = { schema: z.object({ account: Id }), thing: "account" } as const;
const OfSending = { schema: z.object({ account: Id, sending: Id }), thing: "campaign" } as const;

const listPage = memberPage({
  path: "/{account}/sendings",
  operationId: "showSendings",
  summary: "The account's sendings",
  params: OfAccount,
  may: "push:read",
  show: async (ctx, { params, query }) => {
    const state = CAMPAIGN_STATES.find((each) => each === query["state"]);
    const { before } = beforeOf(query);
    const page = await listCampaigns(ctx, { state, before });
    const base = `/dashboard/${params.account}/sendings`;
    return {
      title: "Sendings",
      body: <SendingsView {...{ ctx, base, state, page }} isFirst={before === undefined} />,
    };
  },
});

const onePage = memberPage({
  path: "/{account}/sendings/{sending}",
  operationId: "showSending",
  summary: "One sending",
  params: OfSending,
  may: "push:read",
  show: async (ctx, { params, form: state, query }) => {
    const shown = await showCampaign(ctx, params.sending, paged(query));
    const path = `/dashboard/${params.account}/sendings/${params.sending}`;
    const mayEnd = hasRight(ctx.role, MAY_END);
    return {
      title: shown.campaign.name,
      body: <SendingView {...{ ctx, path, shown, mayEnd, form: state }} />,
      scripts: ["live"],
    };
  },
  parts: {
    results: async (ctx, { params }) => {
      const progress = await campaignProgress(ctx, params.sending);
      const isOn = progress.state === "sending" || progress.state === "waiting";
      return { body: <Results progress={progress} />, ends: isOn ? undefined : "page" };
    },
  },
  forms: [
    form({
      path: "/end",
      operationId: "submitEndSending",
      summary: "End the sending",
      params: OfSending,
      may: MAY_END,
      rate: END_RATE,
      run: async (ctx: MemberCtx, { params }) => {
        const ended = await endCampaign(ctx, params.sending);
        return {
          to: `/dashboard/${params.account}/sendings/${params.sending}`,
          says: whatEnded(ended),
        };
      },
    }),
  ],
});

export const sendingPages = [...listPage, ...onePage];
