// What is known of a subscriber.
import { CopyLine } from "../parts/copy.tsx";
import { Opens } from "../parts/dialog.tsx";
import { counted } from "../parts/words.ts";
import { FACTS_DIALOG } from "./dialogs.tsx";
import type { SubscriberProps } from "./subscriber-view.tsx";
import { CARRIER_LABELS } from "../parts/subscriber-words.ts";

export const KnownCard = ({ subscriber, ties, mayWrite }: SubscriberProps) => {
  const { userId, language, country, timezone, provider, uuid } = subscriber;
  const facts = [
    { label: "Language", text: language },
    { label: "Country", text: country },
    { label: "Time zone", text: timezone },
    { label: "Reached by", text: CARRIER_LABELS[provider] },
  ];
  return (
    <section class="card" aria-labelledby="kn-h">
      <header>
        <h2 id="kn-h">Known</h2>
        {mayWrite && (
          <Opens dialog={FACTS_DIALOG} class="btn btn--s btn--ghost">
            Edit
          </Opens>
        )}
      </header>
      <div class="card-body">
        <dl class="facts facts--list">
          <div>
            <dt>User id</dt>
            <dd>{userId === null ? <span class="muted">None</span> : <code>{userId}</code>}</dd>
          </div>
          {facts.map(({ label, text }) => (
            <div>
              <dt>{label}</dt>
              <dd>{text ?? <span class="muted">Not known</span>}</dd>
            </div>
          ))}
          {ties.inInbox !== null && (
            <div>
              <dt>Inbox</dt>
              <dd>{counted(ties.inInbox, "notification")}</dd>
            </div>
          )}
          <div>
            <dt>Subscriber id</dt>
            <dd>
              <CopyLine text={uuid} label="the id" isClipped />
            </dd>
          </div>
        </dl>
      </div>
    </section>
  );
};
