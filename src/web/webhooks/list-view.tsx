// What the list of webhooks shows, and the dialog in which one is made.
import type { App } from "../../domain/apps/find-app.ts";
import { MAX_WEBHOOKS } from "../../domain/webhooks/create-webhook.ts";
import type { Webhook } from "../../domain/webhooks/find-webhook.ts";
import { BEATS, type ListedWebhook } from "../../domain/webhooks/page-webhooks.ts";
import { LOG_MS } from "../../domain/webhooks/recover-deliveries.ts";
import type { Page } from "../../kit/pagination.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { clip } from "../parts/clip.ts";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Empty } from "../parts/empty.tsx";
import { SelectField } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { OlderFooter, withQuery } from "../parts/pager.tsx";
import { MadeNotice, ShownOnce } from "../parts/shown-once.tsx";
import { Table } from "../parts/table.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { span } from "../parts/words.ts";
import { AddressField, EventsField, FIELDS } from "./fields.tsx";
import { Address, addressOf, WebhookChip } from "./words.tsx";

export interface WebhooksProps {
  ctx: MemberCtx;
  /** The page's path. */
  base: string;
  form: FormState;
  page: { rows: ListedWebhook[]; next: number | null };
  /** The apps that are offered. */
  apps: Page<App>;
  /** The app that the list is filtered by. */
  app: number | undefined;
  mayChange: boolean;
  /** Whether this is the newest page. */
  isFirst: boolean;
}

/** What a form made that answers with a secret. */
export interface MadeSecret {
  webhook: Webhook;
  secret: string;
}

/** The dialog with a secret that is shown once. */
export const SecretOnce = ({ made, title }: { made: MadeSecret; title: string }) => (
  <ShownOnce
    title={title}
    text="This is the only time it is shown. Deliveries are signed with it: your receiver needs it to verify them."
    secrets={[{ label: "Secret", secret: made.secret }]}
  />
);

export const WebhooksView = (props: WebhooksProps) => {
  const { ctx, form, page, app, mayChange, isFirst } = props;
  const made = form.made as MadeSecret | null;
  const isNone = page.rows.length === 0 && isFirst && app === undefined;
  const opener = mayChange && (
    <Opens dialog="new-wh" class="btn btn--primary">
      <Icon name="plus" />
      New webhook
    </Opens>
  );
  const dialogs = mayChange && (
    <>
      <NewDialog {...props} />
      {made && <SecretOnce made={made} title="The secret of your new webhook" />}
    </>
  );
  return (
    <Shell ctx={ctx} here="webhooks" crumbs={[{ label: "Webhooks" }]} after={dialogs}>
      <PageHead
        title="Webhooks"
        text={`Tell your own server when something happens. Signed, tried for three days, logged for ${span(LOG_MS)}.`}
      >
        {!isNone && opener}
      </PageHead>
      {made && (
        <MadeNotice
          what={`The webhook to ${clip(addressOf(made.webhook, true))} is made.`}
          shown="Its secret is shown once."
          opens="Show the secret"
        />
      )}
      {isNone ? (
        <Empty
          title="No webhooks yet"
          text="A webhook sends each event to an address of yours: builds of all apps, or what happens in one app, such as clicks and new subscribers."
        >
          {opener}
        </Empty>
      ) : (
        <Webhooks {...props} />
      )}
    </Shell>
  );
};

const Webhooks = (props: WebhooksProps) => {
  const { ctx, base, page, app, apps, mayChange, isFirst } = props;
  return (
    <>
      {apps.rows.length > 0 && <Filter {...props} />}
      <section class="card">
        {page.rows.length === 0 ? (
          <div class="card-body">
            <p class="muted">No webhooks here.</p>
          </div>
        ) : (
          <Table
            caption="Webhooks, newest first"
            columns={[
              { label: "Address" },
              { label: "Belongs to", class: "md" },
              { label: "Events", class: "lo" },
              { label: "State" },
              { label: `Last ${BEATS}`, class: "lo" },
            ]}
          >
            {page.rows.map((row) => (
              <Row ctx={ctx} base={base} row={row} isWhole={mayChange} />
            ))}
          </Table>
        )}
        <OlderFooter
          isFirst={isFirst}
          newest={withQuery(base, { app })}
          older={page.next === null ? null : withQuery(base, { app, before: page.next })}
        />
      </section>
    </>
  );
};

const Filter = ({ base, apps, app }: WebhooksProps) => (
  <form method="get" action={base} class="filters" aria-label="Filter webhooks">
    <label class="vh" for="w-app">
      App
    </label>
    <select class="input input--s" id="w-app" name="app">
      <option value="">The account and all apps</option>
      {apps.rows.map(({ id, name }) => (
        <option value={String(id)} selected={id === app}>
          {name}
        </option>
      ))}
    </select>
    <button class="btn btn--s">Show</button>
  </form>
);

const Row = ({
  ctx,
  base,
  row: { webhook, app, beats },
  isWhole,
}: {
  ctx: MemberCtx;
  base: string;
  row: ListedWebhook;
  isWhole: boolean;
}) => (
  <tr>
    <th scope="row">
      <a class="row-link break" href={`${base}/${webhook.uuid}`}>
        <Address webhook={webhook} isWhole={isWhole} />
      </a>
    </th>
    <td class="md">{app === null ? "The account" : app.name}</td>
    <td class="lo">
      <Tags events={webhook.events} />
    </td>
    <td>
      <WebhookChip ctx={ctx} webhook={webhook} />
    </td>
    <td class="lo">
      <Beats beats={beats} />
    </td>
  </tr>
);

export const Tags = ({ events }: { events: readonly string[] }) => (
  <span class="tag-list">
    {events.map((event) => (
      <span class="tag">{event}</span>
    ))}
  </span>
);

const FILLS = { delivered: "s2", failed: "s-bad", pending: "s3" } as const;
/** The part of a beat's place that it fills, of all BEATS places. */
const FILLED = 0.62;

/** How the last deliveries went, the newest at the right. */
const Beats = ({ beats }: Pick<ListedWebhook, "beats">) => {
  if (beats.length === 0) return <span class="muted">None yet</span>;
  const count = (status: (typeof beats)[number]) => beats.filter((each) => each === status).length;
  const pending = count("pending");
  const says = `${count("delivered")} of ${beats.length} delivered${pending > 0 ? `, ${pending} pending` : ""}`;
  const width = 100 / BEATS;
  return (
    <svg class="beats" role="img" aria-label={says}>
      {beats.map((status, back) => (
        <rect
          class={FILLS[status]}
          x={`${(100 - (back + 1) * width).toFixed(2)}%`}
          width={`${(width * FILLED).toFixed(2)}%`}
          height="100%"
          rx="1"
        />
      ))}
    </svg>
  );
};

const OF = "";

const NewDialog = ({ base, form, apps, app }: WebhooksProps) => (
  <Dialog
    id="new-wh"
    title="New webhook"
    size="m"
    isOpen={form.posted === OF && form.made === null}
  >
    <form method="post" action={base} class="stack">
      <Unplaced
        form={form}
        of={OF}
        fields={FIELDS}
        says={{
          webhooks: `An app has at most ${MAX_WEBHOOKS} webhooks, and so has the account. Delete one first.`,
        }}
      />
      <p>The secret that signs deliveries is shown once, after this.</p>
      <div class="fields">
        <SelectField
          form={form}
          of={OF}
          name="of"
          label="Belongs to"
          value={app === undefined ? "" : String(app)}
          options={[
            { value: "", label: "The account: builds of all apps" },
            ...apps.rows.map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
          hint={
            apps.total > apps.rows.length
              ? `The newest ${apps.rows.length} of ${apps.total} apps. For others, make it by the API.`
              : undefined
          }
        />
        <AddressField form={form} of={OF} />
        <EventsField
          form={form}
          of={OF}
          chosen={["build.completed", "build.failed"]}
          hint="A webhook of the account is sent builds alone; one of an app can be sent all of these."
        />
      </div>
      <div class="actions">
        <Closes dialog="new-wh" />
        <button class="btn btn--primary">Make it</button>
      </div>
    </form>
  </Dialog>
);
