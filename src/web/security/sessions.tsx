// Where somebody is signed in, and what ends that.
import type { SessionView } from "../../identity/sessions.ts";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { ACTIONS, Table } from "../parts/table.tsx";
import { browserName } from "./browser-name.ts";
import { SECURITY } from "./path.ts";

const dialogOf = ({ id }: SessionView) => `end-${id}`;

export const Sessions = ({ sessions, now }: { sessions: readonly SessionView[]; now: number }) => (
  <section class="card" aria-labelledby="se-h">
    <header>
      <h2 id="se-h">Signed in now</h2>
      {sessions.length > 1 && (
        <Opens dialog="end-others" class="btn btn--s">
          End all others
        </Opens>
      )}
    </header>
    <Table
      caption="Places where you are signed in"
      columns={[
        { label: "Device" },
        { label: "From", class: "lo" },
        { label: "Last seen", class: "md" },
        ACTIONS,
      ]}
    >
      {sessions.map((each) => (
        <Row session={each} now={now} />
      ))}
    </Table>
    <footer>A place that isn't seen for 14 days is signed out by itself.</footer>
  </section>
);

const Row = ({ session, now }: { session: SessionView; now: number }) => {
  const { name, isPhone } = browserName(session.browser);
  return (
    <tr>
      <th scope="row">
        <span class="person">
          <Icon name={isPhone ? "phone" : "desktop"} />
          <span>
            {name}
            <small>
              Signed in: <Moment at={session.createdAt} now={now} day />
            </small>
          </span>
        </span>
      </th>
      <td class="lo soft">{session.address ?? "Unknown"}</td>
      <td class="md soft">
        {session.isCurrent ? "Now" : <Moment at={session.usedAt} now={now} day />}
      </td>
      <td class="act">
        {session.isCurrent ? (
          <span class="chip" data-tone="ok">
            This one
          </span>
        ) : (
          <Opens dialog={dialogOf(session)} class="btn btn--s btn--danger">
            End<span class="vh"> {name}</span>
          </Opens>
        )}
      </td>
    </tr>
  );
};

export const SessionDialogs = ({
  sessions,
  now,
}: {
  sessions: readonly SessionView[];
  now: number;
}) => {
  const others = sessions.filter(({ isCurrent }) => !isCurrent);
  return (
    <>
      {others.map((each) => (
        <Dialog id={dialogOf(each)} title={`End ${browserName(each.browser).name}?`}>
          <p>
            Signed in: <Moment at={each.createdAt} now={now} />
            {each.address && `, from ${each.address}`}. It is signed out at once. If that was not
            you, change your password too.
          </p>
          <form method="post" action={`${SECURITY}/sessions/${each.id}/end`} class="stack">
            <div class="actions">
              <Closes dialog={dialogOf(each)} />
              <button class="btn btn--danger btn--primary">End it</button>
            </div>
          </form>
        </Dialog>
      ))}
      {others.length > 0 && (
        <Dialog
          id="end-others"
          title={
            others.length === 1 ? "End the other place?" : `End ${others.length} other places?`
          }
        >
          <p>{listed(others)} signed out at once. This one stays.</p>
          <form method="post" action={`${SECURITY}/sessions/end-others`} class="stack">
            <div class="actions">
              <Closes dialog="end-others" />
              <button class="btn btn--danger btn--primary">End them</button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
};

/** "Chrome on Android is", "Chrome on Android and Safari on a Mac are", "3 places are". */
function listed(sessions: readonly SessionView[]): string {
  const [first, second, third] = sessions.map(({ browser }) => browserName(browser).name);
  if (second === undefined) return `${first} is`;
  const areTwo = third === undefined && first !== second;
  return areTwo ? `${first} and ${second} are` : `${sessions.length} places are`;
}
