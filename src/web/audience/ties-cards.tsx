// What a subscriber is tied to: other devices of the same person, and channels.
import { MAX_CHANNELS, MAX_DEVICES } from "../../domain/overviews/subscriber-ties.ts";
import { Ago } from "../parts/ago.tsx";
import { Icon } from "../parts/icon.tsx";
import { listPath } from "./filters.ts";
import type { SubscriberProps } from "./subscriber-view.tsx";
import { PLATFORM_LABELS, STATE_LABELS } from "../parts/subscriber-words.ts";

export const DevicesCard = ({ ctx, ofApp, subscriber, ties: { devices } }: SubscriberProps) => (
  <section class="card" aria-labelledby="ot-h">
    <header>
      <h2 id="ot-h">Same person</h2>
    </header>
    <div class="card-body stack">
      <ul class="checks">
        {devices.map(({ uuid, platform, timezone, status, lastActiveAt }) => (
          <li>
            <Icon name={platform === "web" ? "globe" : "phone"} />
            <span>
              <a href={`${ofApp}/audience/${uuid}`}>
                {[PLATFORM_LABELS[platform], timezone].filter((each) => each !== null).join(", ")}
              </a>
              <small>
                {STATE_LABELS[status]}. Last seen: <Ago at={lastActiveAt} now={ctx.now()} />
              </small>
            </span>
          </li>
        ))}
      </ul>
      {devices.length === MAX_DEVICES && (
        <a href={listPath(`${ofApp}/audience`, { find: subscriber.userId ?? "" })}>
          Show all of them
        </a>
      )}
    </div>
  </section>
);

export const ChannelsCard = ({ ofApp, ties: { channels } }: SubscriberProps) => (
  <section class="card" aria-labelledby="ch-h">
    <header>
      <h2 id="ch-h">Channels</h2>
    </header>
    <div class="card-body stack">
      <ul class="checks">
        {channels.map(({ id, name, iuid, mute }) => (
          <li>
            <Icon name="channels" />
            <span>
              <a href={`${ofApp}/channels/${id}`}>{name}</a>
              <small>
                As <code>{iuid}</code>
                {mute && ", muted"}
              </small>
            </span>
          </li>
        ))}
      </ul>
      {channels.length === MAX_CHANNELS && (
        <p class="muted small">The {MAX_CHANNELS} that it joined last.</p>
      )}
    </div>
  </section>
);
