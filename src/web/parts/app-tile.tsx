// An app as pages of its account name it: its icon, its name, the host of its website.
import type { App } from "../../domain/apps/find-app.ts";
import { AppConfig } from "../../protocol/config.ts";
import type { SideApp } from "../dashboard/side.tsx";
import { AppIcon, iconFacts, type IconFacts } from "./app-icon.tsx";

/** The side of an app's icon in the side bar, pixels. */
const SIDE_BAR_ICON = 28;

/** The path of an app's pages. */
export const appPath = ({ accountId, id }: Pick<App, "accountId" | "id">) =>
  `/dashboard/${accountId}/apps/${id}`;

/** The host of an app's website; "" of an app that the push API made without one. */
export const hostOf = ({ url }: Pick<App, "url">): string => URL.parse(url)?.host ?? "";

/** Returns what the app's icon is drawn from. Its path names the picture's hash, so that browsers may keep it. */
export async function tileFacts(app: App): Promise<IconFacts> {
  const src = app.iconSha256 === null ? null : `${appPath(app)}/icon/${app.iconSha256}`;
  return iconFacts({ name: app.name, config: AppConfig.parse(app.config) }, src);
}

/** Returns what the side bar shows of an app. */
export async function sideAppOf(app: App): Promise<SideApp> {
  return {
    id: app.id,
    name: app.name,
    host: hostOf(app),
    tile: <AppIcon side={SIDE_BAR_ICON} {...await tileFacts(app)} />,
  };
}
