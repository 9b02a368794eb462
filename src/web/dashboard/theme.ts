// Switches between light and dark, and goes back to the page.
import { samePath } from "../../identity/own-path.ts";
import { refuse } from "../../kit/refusal.ts";
import { themeCookie, themeOf } from "./cookies.ts";
import { form, visitorPage } from "./page.ts";

export const themePage = visitorPage({
  path: "/theme",
  operationId: "showTheme",
  summary: "Nothing: the theme is switched by a form of every page",
  show: async () => refuse({ code: "method_not_allowed", allow: ["POST"] }),
  forms: [
    form({
      path: "",
      operationId: "switchTheme",
      summary: "Switch between light and dark",
      run: async (_ctx, { request, fields, origin }) => {
        // The script names the theme, since it knows the system's; without one the first press is for the dark.
        const asked = fields.text("theme");
        const other = themeOf(request) === "dark" ? "light" : "dark";
        const theme = asked === "light" || asked === "dark" ? asked : other;
        const to = samePath(request.headers.get("referer"), origin);
        return { to, cookies: [themeCookie(theme)] };
      },
    }),
  ],
});
