// The screens of an app's push set-up: Web Push, FCM and APNs.
import { sends, type Screen } from "../screen.ts";

const page: Screen["path"] = ({ app }) => `${app.base}/web-push`;
const providers: Screen["path"] = ({ app }) => `${app.base}/providers`;

export const screens: Screen[] = [
  { name: "web-push", path: page },
  { name: "web-push-checked", path: page, does: sends("form[action$='/check']") },
  { name: "web-push-keys", path: page, opens: "button[commandfor='keys']" },
  {
    name: "web-push-refused",
    path: page,
    does: sends("form[action$='/origins']", { origins: "example.com" }),
    status: 422,
  },
  { name: "web-push-verified", path: page, does: sends("form[action$='/web-push/verify']") },
  { name: "web-push-off", path: ({ base, app }) => `${base}/apps/${app.id + 1}/web-push` },
  { name: "web-push-viewer", path: page, role: "viewer" },
  { name: "providers", path: providers },
  { name: "providers-none", path: ({ base, app }) => `${base}/apps/${app.id + 1}/providers` },
  { name: "providers-verified", path: providers, does: sends("form[action$='/fcm/verify']") },
  { name: "providers-set-fcm", path: providers, opens: "button[commandfor='set-fcm']" },
  {
    name: "providers-refused",
    path: providers,
    opens: "button[commandfor='set-apns']",
    does: sends("form[action$='/providers/apns']", { key_id: "x" }),
    status: 422,
  },
  { name: "providers-remove", path: providers, opens: "button[commandfor='rm-apns']" },
  { name: "providers-marketer", path: providers, role: "marketer" },
];
