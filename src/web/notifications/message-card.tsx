// What a notification says, and to whom. Pictures are not shown: the policy of these pages loads none from elsewhere.
import type { App } from "../../domain/apps/find-app.ts";
import type { NotificationContent } from "../../domain/notifications/content-fields.ts";
import type { Notification } from "../../domain/notifications/find-notification.ts";
import { EVERYBODY, type Audience } from "../../domain/audiences/targeting.ts";
import type { Child } from "hono/jsx";
import { languageName } from "../parts/place-names.ts";
import type { SegmentName } from "../targeting/values.ts";
import { counted } from "../parts/words.ts";
import { sentenceOf } from "../targeting/sentence.ts";

/** Most languages that are named; of more, the others are counted. */
const NAMED = 6;
const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

type Said = Pick<NotificationContent, "title" | "body"> & Partial<NotificationContent>;

export const audienceOf = ({ targeting }: Notification): Audience =>
  (targeting as Audience | null) ?? EVERYBODY;

export const MessageCard = ({
  app,
  notification,
  segments,
  tile,
}: {
  segments: readonly SegmentName[];
  app: App;
  notification: Notification;
  tile: Child;
}) => {
  // Rows of early versions lack what content has had since.
  const content = notification.content as Said;
  const { title, body, actions = [], url, translations, ttl, collapse_id, urgency } = content;
  const facts: [string, Child][] = [
    ["Opens", url ?? "The app"],
    ["Audience", sentenceOf(audienceOf(notification), segments)],
    ["Languages", languagesOf(Object.keys(translations ?? {}))],
    ...(ttl === undefined ? [] : [["Lifetime", lifetime(ttl)] as [string, Child]]),
    ...(content.image ? [["Picture", content.image] as [string, Child]] : []),
    ...(urgency === "normal" || urgency === undefined
      ? []
      : [["Urgency", urgency] as [string, Child]]),
    ...(collapse_id ? [["Replaces", <code>{collapse_id}</code>] as [string, Child]] : []),
  ];
  return (
    <section class="card" aria-labelledby="ms-h">
      <header>
        <h2 id="ms-h">Message</h2>
      </header>
      <div class="card-body stack">
        <article class="push push--android push--flat" aria-label="As Android shows it">
          <header>
            {tile}
            <span>{app.name}</span>
          </header>
          <strong>{title}</strong>
          <p>{body}</p>
          {actions.length > 0 && (
            <div class="acts">
              {actions.map((action) => (
                <span>{action.title}</span>
              ))}
            </div>
          )}
        </article>
        <dl class="facts facts--list">
          {facts.map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd class="break">{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
};

function languagesOf(translations: readonly string[]): string {
  if (translations.length === 0) return "One for everybody";
  const more = translations.length - NAMED;
  const named = translations.slice(0, NAMED).map(languageName).join(", ");
  return `Default, ${named}${more > 0 ? ` and ${more} more` : ""}`;
}

/** "24 hours", "4 weeks" as it was given, s. */
export function lifetime(ttl: number): string {
  if (ttl === 0) return "Only who is online";
  if (ttl % DAY_S === 0 && ttl > DAY_S) return counted(ttl / DAY_S, "day");
  if (ttl % HOUR_S === 0) return counted(ttl / HOUR_S, "hour");
  return ttl % MINUTE_S === 0 ? counted(ttl / MINUTE_S, "minute") : counted(ttl, "second");
}
