// POST /public/t/{token}/clicked
import { trackLink } from "../../../domain/notifications/tracking.ts";
import { publicOperation } from "../../../http/operation.ts";
import { LinkParams, OK, OkForm, TRACKING_RATE } from "./forms.ts";

export const reportClick = publicOperation({
  method: "post",
  path: "/t/{token}/clicked",
  operationId: "reportClick",
  summary: "Tell that a push was clicked",
  description: "A recipient counts once, however often this is called.",
  tag: "Tracking",
  params: { schema: LinkParams, thing: "notification" },
  rate: TRACKING_RATE,
  success: { status: 200, description: "Counted, or known.", schema: OkForm },
  run: async (ctx, { params }) => {
    await trackLink(ctx, params.token, "clicked");
    return OK;
  },
});
