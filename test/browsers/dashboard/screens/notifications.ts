// The screens of notifications: the list, and one in each state.
import type { Screen } from "../screen.ts";
import type { SeedReports } from "../seed-reports.ts";

const list = (name: string, more: string, over: Partial<Screen> = {}): Screen => ({
  name: `notifications${name}`,
  path: ({ reports }) => reports.base + more,
  ...over,
});
const one = (
  name: string,
  id: Exclude<keyof SeedReports, "base" | "emptyBase">,
  over: Partial<Screen> & { more?: string } = {},
): Screen => {
  const { more = "", ...rest } = over;
  return {
    name: `notification-${name}`,
    path: ({ reports }) => `${reports.base}/${reports[id]}${more}`,
    ...rest,
  };
};
const opens = (dialog: string) => `button[commandfor='${dialog}']`;

export const screens: Screen[] = [
  list("", ""),
  list("-viewer", "", { role: "viewer" }),
  list("-drafts", "?state=draft"),
  list("-found", "?q=plums"),
  list("-found-nothing", "?q=pears"),
  { name: "notifications-empty", path: ({ reports }) => reports.emptyBase },
  one("draft", "draft"),
  one("scheduled", "scheduled"),
  one("scheduled-cancel", "scheduled", { opens: opens("cancel") }),
  one("scheduled-send", "scheduled", { opens: opens("send") }),
  one("local", "local"),
  one("sending", "sending"),
  one("sending-stop", "sending", { opens: opens("stop") }),
  one("sent", "sent"),
  one("sent-gone", "sent", { more: "?outcome=gone" }),
  one("viewer", "sent", { role: "viewer" }),
  one("refused", "refused"),
  one("refused-again", "refused", { opens: opens("again") }),
  one("failed", "failed"),
  one("cancelled", "cancelled"),
  one("long", "long"),
  one("long-cancel", "long", { opens: opens("cancel") }),
];
