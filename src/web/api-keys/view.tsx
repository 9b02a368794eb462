// What the page of API keys shows.
import type { ApiKey } from "../../domain/accounts/api-keys.ts";
import type { App } from "../../domain/apps/find-app.ts";
import type { Page } from "../../kit/pagination.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { Ago } from "../parts/ago.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Pager } from "../parts/pager.tsx";
import { MadeNotice, ShownOnce } from "../parts/shown-once.tsx";
import { ACTIONS, Table } from "../parts/table.tsx";
import { EndDialog } from "./end-dialog.tsx";
import { NewKeyDialog } from "./new-key-dialog.tsx";

export interface ApiKeysProps {
  ctx: MemberCtx;
  base: string;
  form: FormState;
  keys: Page<ApiKey>;
  apps: Page<App>;
}

export const ApiKeysView = ({ ctx, base, form, keys, apps }: ApiKeysProps) => {
  const made = form.made as { key: string; apiKey: ApiKey } | null;
  const now = ctx.now();
  const opener = (
    <Opens dialog="new-key" class="btn btn--primary">
      <Icon name="plus" />
      New key
    </Opens>
  );
  const dialogs = (
    <>
      <NewKeyDialog base={base} form={form} apps={apps} now={now} />
      {keys.rows.map((key) => (
        <EndDialog base={base} form={form} apiKey={key} now={now} page={keys.page} />
      ))}
      {made && (
        <ShownOnce title="Your new key" secrets={[{ label: made.apiKey.name, secret: made.key }]} />
      )}
    </>
  );
  return (
    <Shell ctx={ctx} here="api-keys" crumbs={[{ label: "API keys" }]} after={dialogs}>
      <PageHead
        title="API keys"
        text="For scripts and servers. A key can do no more than whoever makes it."
      >
        {keys.total > 0 && opener}
      </PageHead>
      {made && <MadeNotice what={`The key “${made.apiKey.name}” is made.`} opens="Show the key" />}
      {keys.total === 0 ? (
        <Empty
          title="No keys yet"
          text="A script or a server needs a key to use the API for you. Make one for each, so that one can end without the others."
        >
          {opener}
        </Empty>
      ) : (
        <KeyTable base={base} keys={keys} apps={apps} now={now} />
      )}
      <p class="muted small">
        Try a key in the <a href="/docs">API reference</a>, or follow a{" "}
        <a href="/docs/guides">guide</a>.
      </p>
    </Shell>
  );
};

const KeyTable = ({
  base,
  keys,
  apps,
  now,
}: {
  base: string;
  keys: Page<ApiKey>;
  apps: Page<App>;
  now: number;
}) => (
  <section class="card">
    <Table
      caption="API keys"
      columns={[
        { label: "Name" },
        { label: "May", class: "lo" },
        { label: "Apps", class: "md" },
        { label: "Last used", class: "lo" },
        { label: "Ends", class: "md" },
        ACTIONS,
      ]}
    >
      {keys.rows.map((key) => (
        <KeyRow apiKey={key} apps={apps} now={now} />
      ))}
    </Table>
    <Pager path={base} page={keys.page} shown={keys.rows.length} total={keys.total} />
  </section>
);

const KeyRow = ({ apiKey, apps, now }: { apiKey: ApiKey; apps: Page<App>; now: number }) => {
  const { id, name, keyPrefix, scopes, appIds, lastUsedAt, expiresAt } = apiKey;
  return (
    <tr>
      <th scope="row">
        {name}
        <small>
          <code>{keyPrefix}</code>
        </small>
      </th>
      <td class="lo">
        <span class="tag-list">
          {scopes.map((scope) => (
            <span class="tag">{scope === "*" ? "Everything" : scope}</span>
          ))}
        </span>
      </td>
      <td class="md soft">{reachOf(appIds, apps)}</td>
      <td class="lo soft">{lastUsedAt === null ? "Never" : <Ago at={lastUsedAt} now={now} />}</td>
      <td class="md soft">
        {expiresAt === null ? (
          "Never"
        ) : expiresAt <= now ? (
          <span class="chip" data-tone="off">
            Ended
          </span>
        ) : (
          <Moment at={expiresAt} now={now} />
        )}
      </td>
      <td class="act">
        <Opens dialog={`end-${id}`} class="btn btn--s btn--danger">
          End<span class="vh"> {name}</span>
        </Opens>
      </td>
    </tr>
  );
};

/** "All", or the app's name where it is one, or how many of all. */
function reachOf(appIds: readonly number[] | null, apps: Page<App>): string {
  if (appIds === null) return "All";
  const [only] = appIds;
  const name = appIds.length === 1 ? apps.rows.find(({ id }) => id === only)?.name : undefined;
  return name ?? `${appIds.length} of ${apps.total}`;
}
