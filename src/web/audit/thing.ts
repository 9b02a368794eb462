// What an entry of the audit log is about: its name and the page that shows it, where there is one and it is not gone.
import type { AuditEntry } from "../../domain/audit/list-audit.ts";
import type { Kind } from "../../domain/audit/deeds.ts";

type Place = (entry: AuditEntry, app: number | null) => string | null;

/** Where things of each kind are shown, below the account's path; null for nowhere yet. */
const PLACES: Readonly<Record<Kind, Place>> = {
  account: () => "/settings",
  member: () => "/team",
  invitation: () => "/team",
  key: () => "/api-keys",
  app: ({ thingId }) => (isNumber(thingId) ? `/apps/${thingId}` : null),
  build: ({ thingId }, app) =>
    app !== null && isNumber(thingId) ? `/apps/${app}/builds/${thingId}` : null,
  keystore: () => "/keystores",
  credential: ({ thingId }, app) =>
    app === null ? null : `/apps/${app}/${thingId === "webpush" ? "web-push" : "providers"}`,
  identity_secret: () => null,
  webhook: ({ thingId }) => (thingId === null ? null : `/webhooks/${thingId}`),
  // Its page is by another id than the log's, and a direct one has none.
  notification: () => null,
  segment: ({ thingId }, app) =>
    app !== null && thingId !== null ? `/apps/${app}/segments/${thingId}` : null,
  // What is noted of subscribers is about many of an app, or one that is gone.
  subscriber: (_, app) => (app === null ? null : `/apps/${app}/audience`),
  channel: ({ thingId }, app) =>
    app !== null && thingId !== null ? `/apps/${app}/channels/${thingId}` : null,
  template: () => null,
  campaign: ({ thingId }) => (isNumber(thingId) ? `/sendings/${thingId}` : null),
  lifecycle_event: () => null,
};

export interface ThingShown {
  name: string | null;
  /** The path of its page; null for none. */
  path: string | null;
}

/** `base` is the account's path; null for who has no way to its pages. What was deleted has none any more. */
export function thingOf(entry: AuditEntry, base: string | null): ThingShown {
  const { did, kind, thingId, thingName, facts } = entry;
  const app = facts["app"];
  const place = did.endsWith(".delete")
    ? null
    : PLACES[kind](entry, typeof app === "number" ? app : null);
  return {
    name: thingName ?? thingId,
    path: place === null || base === null ? null : base + place,
  };
}

/** What else is known, in words: "role: viewer"; ids of apps are in the link already. */
export function factsOf({ kind, thingId, facts }: AuditEntry): string {
  // A credential is called by its app; its id is that of the provider.
  const all = kind === "credential" ? { provider: thingId, ...facts } : facts;
  return Object.entries(all)
    .map(([name, value]) => ({ name, values: [value].flat().filter((each) => each !== null) }))
    .filter(({ name, values }) => name !== "app" && values.length > 0)
    .map(({ name, values }) => `${name.replaceAll("_", " ")}: ${values.map(inWords).join(", ")}`)
    .join("; ");
}

const inWords = (value: unknown) => (value === "*" ? "everything" : String(value));

const isNumber = (id: string | null): id is string => id !== null && /^\d+$/.test(id);
