// Where pages of notifications are, and those of other folders that they lead to.
import type { App } from "../../domain/apps/find-app.ts";
import type { Carrier } from "../../kit/push/credentials.ts";
import { appPath } from "../parts/app-tile.tsx";
import { withQuery } from "../parts/pager.tsx";

/** The path of the list, or of one notification's report. */
export function notificationsPath(app: App, uuid?: string): string {
  const list = `${appPath(app)}/notifications`;
  return uuid === undefined ? list : `${list}/${uuid}`;
}

/** Where a notification is written; `copy` is the UUID of one that it begins with, `notification` that of one to go on with. */
export function composePath(
  app: App,
  given: { copy?: string; notification?: string } = {},
): string {
  return withQuery(`${appPath(app)}/compose`, given);
}

/** Where the credential of a carrier is looked after. */
export const credentialPath = (app: App, carrier: Carrier): string =>
  `${appPath(app)}/${carrier === "webpush" ? "web-push" : "providers"}`;

/** The page of a subscriber. */
export const subscriberPath = (app: App, uuid: string): string =>
  `${appPath(app)}/audience/${uuid}`;
