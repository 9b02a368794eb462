// The screens of webhooks and their deliveries.
import { sends, type Screen } from "../screen.ts";

export const screens: Screen[] = [
  { name: "webhooks", path: ({ webhooks }) => webhooks.base },
  { name: "webhooks-empty", path: ({ emptyBase }) => `${emptyBase}/webhooks` },
  {
    name: "webhooks-new",
    path: ({ webhooks }) => webhooks.base,
    opens: "button[commandfor='new-wh']",
    does: sends("#new-wh form", { of: "", url: "http://", events: "notification.sent" }),
    status: 422,
  },
  { name: "webhook", path: ({ webhooks }) => webhooks.well },
  { name: "webhook-viewer", path: ({ webhooks }) => webhooks.well, role: "viewer" },
  { name: "webhook-gone", path: ({ webhooks }) => webhooks.gone },
  { name: "webhook-paused", path: ({ webhooks }) => webhooks.paused },
  { name: "webhook-delivered", path: ({ webhooks }) => webhooks.delivered },
  { name: "webhook-given-up", path: ({ webhooks }) => webhooks.givenUp },
  { name: "webhook-given-up-viewer", path: ({ webhooks }) => webhooks.givenUp, role: "viewer" },
  { name: "webhook-pending", path: ({ webhooks }) => webhooks.pending },
];
