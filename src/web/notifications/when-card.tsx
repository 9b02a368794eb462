// When a scheduled notification goes out, and to how many.
import type { Notification } from "../../domain/notifications/find-notification.ts";
import { parseLocal } from "../../domain/notifications/zones.ts";
import type { Waves } from "../../domain/reports/waves.ts";
import { LATEST_ZONE_MS } from "../../kit/zones.ts";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Table } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";
import { share } from "./states.tsx";

/** When a scheduled one goes out: at once to all, or from the first time zone to the last. */
export const WhenCard = ({
  notification,
  waves,
  now,
}: {
  notification: Notification;
  waves: Waves | null;
  now: number;
}) => {
  const { scheduledAt, scheduledLocal } = notification;
  const wall = scheduledLocal === null ? null : parseLocal(scheduledLocal);
  if (scheduledAt === null) return null;
  return (
    <section class="card" aria-labelledby="wv-h">
      <header>
        <h2 id="wv-h">When it goes out</h2>
      </header>
      {waves !== null && waves.waves.length > 0 && <WavesTable {...waves} now={now} />}
      <div class="card-body">
        <ul class="checks">
          {wall === null || scheduledLocal === null ? (
            <Check title={<Moment at={scheduledAt} now={now} />} text="To everybody at once." />
          ) : (
            <>
              <Check
                title={
                  <>
                    The first: <Moment at={scheduledAt} now={now} />
                  </>
                }
                text="In the first time zone that somebody of the audience is in, as it is now."
              />
              <Check
                title={
                  <>
                    The last: <Moment at={wall + LATEST_ZONE_MS} now={now} /> at the latest
                  </>
                }
                text="Where the day begins last of all. Who has told no zone gets it by UTC."
              />
              <Check
                title="Who travels"
                text="The zone that a device told last counts. It tells it anew whenever the app or page is opened."
              />
            </>
          )}
          <Check
            title="Changing it"
            text="Until it begins, all of it. Then only stopping: who had it, had it."
          />
        </ul>
      </div>
      <footer>
        {waves !== null && "Counted just now. "}Who joins or leaves until then is counted when it
        goes.
      </footer>
    </section>
  );
};

const WavesTable = ({ total, waves, now }: Waves & { now: number }) => (
  <Table
    caption="When it goes out, by time zone"
    region="People by time zone"
    columns={[
      { label: "When it is that time there" },
      { label: "Share", class: "num lo" },
      { label: "People", class: "num" },
    ]}
  >
    {waves.map(({ at, count, zones }) => (
      <tr>
        <th scope="row">
          <Moment at={at} now={now} />
          <small>{zones.map(zoneName).join(", ")}</small>
        </th>
        <td class="num lo">{share(count, total)}</td>
        <td class="num">{figure(count)}</td>
      </tr>
    ))}
  </Table>
);

/** "Buenos Aires" for America/Argentina/Buenos_Aires; an offset as it is. */
const zoneName = (zone: string | null) =>
  zone === null ? "Zone not known" : (zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone);

const Check = ({ title, text }: { title: unknown; text: string }) => (
  <li>
    <Icon name="clock" />
    <span>
      <>{title}</>
      <small>{text}</small>
    </span>
  </li>
);
