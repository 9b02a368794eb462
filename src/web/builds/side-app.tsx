// The app in the side bar.
import type { App } from "../../domain/apps/find-app.ts";
import type { SideApp } from "../dashboard/side.tsx";

export const sideAppOf = (app: App): SideApp => ({
  id: app.id,
  name: app.name,
  host: URL.canParse(app.url) ? new URL(app.url).host : "",
  tile: <span class="avatar">{[...app.name][0]}</span>,
});
