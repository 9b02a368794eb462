// The screens of what an account has besides its apps: keys, channels, people, the audit log, settings.
import { sends, type Screen } from "../screen.ts";

export const screens: Screen[] = [
  { name: "api-keys", path: ({ base }) => `${base}/api-keys` },
  {
    name: "api-key-new",
    path: ({ base }) => `${base}/api-keys`,
    opens: "button[commandfor='new-key']",
  },
  {
    name: "api-key-end",
    path: ({ base }) => `${base}/api-keys`,
    opens: "td.act button",
  },
  { name: "api-keys-empty", path: ({ emptyBase }) => `${emptyBase}/api-keys` },
  {
    name: "api-keys-viewer",
    path: ({ base }) => `${base}/api-keys`,
    role: "viewer",
    status: 403,
  },
  { name: "channels", path: ({ app }) => `${app.base}/channels` },
  // The app that is made after the one with everything has nothing.
  { name: "channels-empty", path: ({ base, app }) => `${base}/apps/${app.id + 1}/channels` },
  {
    name: "channel-new",
    path: ({ app }) => `${app.base}/channels`,
    opens: "button[commandfor='new-ch']",
  },
  { name: "channel", path: ({ app, channel }) => `${app.base}/channels/${channel}` },
  {
    name: "channel-more",
    path: ({ app, channel }) => `${app.base}/channels/${channel}`,
    opens: "button[popovertarget='ch-more']",
  },
  {
    name: "channel-change",
    path: ({ app, channel }) => `${app.base}/channels/${channel}`,
    opens: "button[commandfor='change-ch']",
  },
  {
    name: "channel-viewer",
    path: ({ app, channel }) => `${app.base}/channels/${channel}`,
    role: "viewer",
  },
  { name: "team", path: ({ base }) => `${base}/team` },
  {
    name: "team-invite",
    path: ({ base }) => `${base}/team`,
    opens: "button[commandfor='invite']",
  },
  {
    name: "team-role",
    path: ({ base }) => `${base}/team`,
    opens: "td.act button",
  },
  { name: "team-viewer", path: ({ base }) => `${base}/team`, role: "viewer" },
  { name: "usage", path: ({ base }) => `${base}/usage` },
  { name: "usage-empty", path: ({ emptyBase }) => `${emptyBase}/usage` },
  { name: "audit", path: ({ base }) => `${base}/audit` },
  { name: "audit-nothing", path: ({ base }) => `${base}/audit?who=operator&kind=campaign` },
  { name: "settings", path: ({ base }) => `${base}/settings` },
  {
    name: "settings-delete",
    path: ({ base }) => `${base}/settings`,
    opens: "button[commandfor='delete-account']",
  },
  { name: "settings-viewer", path: ({ base }) => `${base}/settings`, role: "viewer" },
  {
    name: "api-key-new-refused",
    path: ({ base }) => `${base}/api-keys`,
    opens: "button[commandfor='new-key']",
    does: sends("#new-key form", { name: "", scopes: "", expires_at: "2020-01-01" }),
    status: 422,
  },
  {
    name: "api-key-made",
    path: ({ base }) => `${base}/api-keys`,
    opens: "button[commandfor='new-key']",
    does: sends("#new-key form", { name: "Nightly builds" }),
  },
  {
    name: "api-key-end-refused",
    path: ({ base }) => `${base}/api-keys`,
    opens: "tr:last-of-type td.act button",
    does: sends("dialog[open] form", { confirm: "another" }),
    status: 422,
  },
  {
    name: "channel-new-refused",
    path: ({ app }) => `${app.base}/channels`,
    opens: "button[commandfor='new-ch']",
    does: sends("#new-ch form", { name: "", callback_url: "example" }),
    status: 422,
  },
  {
    name: "channel-made",
    path: ({ builtAppBase }) => `${builtAppBase}/channels`,
    opens: "button[commandfor='new-ch']",
    does: sends("#new-ch form", { name: "Rota", callback_url: "https://rota.example.com/joined" }),
  },
  {
    name: "channel-code",
    path: ({ app, channel }) => `${app.base}/channels/${channel}`,
    does: sends("form[action$='/code']", { iuid: "customer-1042" }),
  },
  {
    name: "channel-send-refused",
    path: ({ app, channel }) => `${app.base}/channels/${channel}`,
    does: sends("form[action$='/send']", { to: "nobody", title: "Your order", text: "Is ready." }),
    status: 422,
  },
  {
    name: "channel-new-key",
    path: ({ app, channel }) => `${app.base}/channels/${channel}`,
    opens: "button[popovertarget='ch-more']",
    does: async (page) => {
      await page.click("button[commandfor='rotate']");
      await sends("#rotate form")(page);
    },
  },
  {
    name: "team-invited",
    path: ({ base }) => `${base}/team`,
    opens: "button[commandfor='invite']",
    does: sends("#invite form", { email: "mira@example.com", role: "viewer" }),
  },
  {
    name: "team-invite-refused",
    path: ({ base }) => `${base}/team`,
    opens: "button[commandfor='invite']",
    does: sends("#invite form", { email: "mira" }),
    status: 422,
  },
  {
    name: "settings-delete-refused",
    path: ({ base }) => `${base}/settings`,
    opens: "button[commandfor='delete-account']",
    does: sends("#delete-account form", { name: "another" }),
    status: 422,
  },
];
