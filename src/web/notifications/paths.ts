// Where pages of notifications are, and those of other folders that they lead to. One that is not there yet is null, and
// what would lead to it is left out.
import type { App } from "../../domain/apps/find-app.ts";
import { appPath } from "../parts/app-tile.tsx";

/** Pages of other folders: whether each is there. */
const IS_THERE: Readonly<Record<"compose" | "providers" | "subscriber", boolean>> = {
  compose: true,
  providers: false,
  subscriber: false,
};

/** The path of the list, or of one notification's report. */
export function notificationsPath(app: App, uuid?: string): string {
  const list = `${appPath(app)}/notifications`;
  return uuid === undefined ? list : `${list}/${uuid}`;
}

/** Where a notification is written; `copy` is the UUID of one that it begins with, `notification` that of one to go on with. */
export function composePath(
  app: App,
  given: { copy?: string; notification?: string } = {},
): string | null {
  if (!IS_THERE.compose) return null;
  const query = new URLSearchParams(given).toString();
  return `${appPath(app)}/compose${query === "" ? "" : `?${query}`}`;
}

/** Where credentials of providers are looked after. */
export function providersPath(app: App): string | null {
  return IS_THERE.providers ? `${appPath(app)}/providers` : null;
}

/** The page of a subscriber. */
export function subscriberPath(app: App, uuid: string): string | null {
  return IS_THERE.subscriber ? `${appPath(app)}/audience/${uuid}` : null;
}
