// What all accounts send, for operators: a list whose texts stay the accounts' own, and stopping what goes wrong.
import { z } from "@hono/zod-openapi";
import type { PersonCtx } from "../../domain/context.ts";
import { findAnySend, listAllSends, stopAnySend } from "../../domain/operators/list-sends.ts";
import { form, Id, operatorPage } from "../dashboard/page.ts";
import { isSending } from "../notifications/states.tsx";
import { RowState, STATE_PART } from "../notifications/row.tsx";
import { adminSendsPath } from "../dashboard/places.ts";
import { AllSendsView, STOP } from "./view.tsx";

const OfSend = { schema: z.object({ send: Id }), thing: "notification" } as const;

export const adminSends = operatorPage({
  path: "/admin/sends",
  operationId: "showAdminSends",
  summary: "What all accounts send",
  show: async (ctx, { query, form: state }) => {
    const page = await listAllSends(ctx, query);
    const isMoving = [...page.sending, ...page.rows].some(({ status }) => isSending(status));
    return {
      title: "All sends",
      body: <AllSendsView ctx={ctx} page={page} form={state} />,
      scripts: isMoving ? ["live"] : [],
    };
  },
  parts: {
    [STATE_PART]: async (ctx, { query }) => {
      const send = await findAnySend(ctx, Id.safeParse(query["of"]).data ?? 0);
      return {
        body: <RowState row={send} />,
        ends: isSending(send.status) ? undefined : "page",
      };
    },
  },
  forms: [
    form({
      path: `/{send}${STOP}`,
      operationId: "stopSendAsOperator",
      summary: "Stop what is being sent, or cancel what is scheduled",
      params: OfSend,
      run: async (ctx: PersonCtx, { params }) => {
        const { startedAt } = await stopAnySend(ctx, params.send);
        return {
          to: adminSendsPath(),
          says: startedAt === null ? "Cancelled. Nobody gets it." : "Stopped. Nobody else gets it.",
        };
      },
    }),
  ],
});
