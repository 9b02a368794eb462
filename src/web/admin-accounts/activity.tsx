// The newest builds and sends of an account. They lead to its pages for who can see these.
import type { Child } from "hono/jsx";
import type { AccountActivity } from "../../domain/operators/account-activity.ts";
import { adminBuildsPath, adminSendsPath } from "../dashboard/places.ts";
import { Chip } from "../parts/chip.tsx";
import { Moment } from "../parts/moment.tsx";
import { Table } from "../parts/table.tsx";
import { people } from "../parts/words.ts";

/** `base` is the path of the account's pages; null for who can't see these, who have the lists of all accounts. */
export const Activity = ({
  account,
  activity: { builds, sends },
  base,
  now,
}: {
  account: number;
  activity: AccountActivity;
  base: string | null;
  now: number;
}) => (
  <div class="grid grid--2">
    <List
      title="Newest builds"
      none="Nothing was built yet."
      all={adminBuildsPath({ account })}
      isEmpty={builds.length === 0}
    >
      {builds.map(({ id, appId, appName, status, versionName, createdAt }) => (
        <tr>
          <th scope="row">
            <Lead to={base && `${base}/apps/${appId}/builds/${id}`}>{appName}</Lead>
            <small>
              #{id}, version <bdi>{versionName}</bdi>
            </small>
          </th>
          <td>
            <Chip state={status} />
          </td>
          <td class="num lo soft">
            <Moment at={createdAt} now={now} />
          </td>
        </tr>
      ))}
    </List>
    <List
      title="Newest send of each app"
      none="Nothing was sent yet."
      all={adminSendsPath({ account })}
      isEmpty={sends.length === 0}
    >
      {sends.map(({ id, uuid, appId, appName, status, startedAt, recipients }) => (
        <tr>
          <th scope="row">
            <Lead to={base && `${base}/apps/${appId}/notifications/${uuid}`}>{appName}</Lead>
            <small>
              #{id}, for {people(recipients)}
            </small>
          </th>
          <td>
            <Chip state={status} />
          </td>
          <td class="num lo soft">{startedAt !== null && <Moment at={startedAt} now={now} />}</td>
        </tr>
      ))}
    </List>
  </div>
);

const List = ({
  title,
  none,
  all,
  isEmpty,
  children,
}: {
  title: string;
  none: string;
  /** The path of the list of all of them. */
  all: string;
  isEmpty: boolean;
  children?: Child;
}) => (
  <section class="card">
    <header>
      <h2>{title}</h2>
      {!isEmpty && (
        <a href={all}>
          All of them<span class="vh">: {title}</span>
        </a>
      )}
    </header>
    {isEmpty ? (
      <div class="card-body">
        <p class="muted">{none}</p>
      </div>
    ) : (
      <Table
        caption={title}
        columns={[{ label: "What" }, { label: "State" }, { label: "When", class: "num lo" }]}
        region={title}
      >
        {children}
      </Table>
    )}
  </section>
);

const Lead = ({ to, children }: { to: string | null; children?: Child }) =>
  to === null ? <>{children}</> : <a href={to}>{children}</a>;
