// The screens of an app's audience: the list in each of its states, and subscribers in theirs.
import { sends, type Screen } from "../screen.ts";
import type { SeedAudience } from "../seed-audience.ts";

const list = (name: string, query = "", more: Partial<Screen> = {}): Screen => ({
  name: `audience${name}`,
  path: ({ app }) => `${app.base}/audience${query}`,
  ...more,
});

const one = (who: keyof SeedAudience, name = "", more: Partial<Screen> = {}): Screen => ({
  name: `subscriber-${who}${name}`,
  path: ({ app, audience }) => `${app.base}/audience/${audience[who]}`,
  ...more,
});

export const screens: Screen[] = [
  list(""),
  list("-filtered", "?tag=box&platform=web&status=active"),
  list("-found", "?find=usr_"),
  list("-none", "?find=nobody&tag=none"),
  list("-long-filter", `?find=${"u".repeat(255)}&tag=${"t".repeat(255)}`),
  list("-viewer", "", { role: "viewer" }),
  { name: "audience-empty", path: ({ newAppBase }) => `${newAppBase}/audience` },
  one("known"),
  one("anonymous"),
  one("unsubscribed"),
  one("gone"),
  one("inbox"),
  one("long"),
  one("known", "-viewer", { role: "viewer" }),
  one("known", "-more", { opens: "button[popovertarget='sub-more']" }),
  one("known", "-facts", { opens: "button[commandfor='change-sub']" }),
  one("known", "-erase", {
    opens: "button[popovertarget='sub-more']",
    does: async (page) => page.click("button[commandfor='erase-person']"),
  }),
  one("known", "-delete", {
    opens: "button[popovertarget='sub-more']",
    does: async (page) => page.click("button[commandfor='delete-sub']"),
  }),
  one("known", "-facts-refused", {
    opens: "button[commandfor='change-sub']",
    does: sends("#change-sub form", { country: "Austria", language: "?", timezone: "Vienna" }),
    status: 422,
  }),
  one("long", "-tag-refused", {
    does: sends("form[action$='/tag']", { tag: "one more" }),
    status: 422,
  }),
];
