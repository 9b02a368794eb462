// What the page of an app's channels shows.
import type { NewChannel } from "../../domain/channels/create-channel.ts";
import type { CountedChannel } from "../../domain/channels/list-app-channels.ts";
import type { Page } from "../../kit/pagination.ts";
import { hasRight } from "../../domain/people/roles.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import { CALLBACK, CALLBACK_RIGHT } from "./callback.ts";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Empty } from "../parts/empty.tsx";
import { TextField } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Pager } from "../parts/pager.tsx";
import { howMany } from "../parts/words.ts";
import { MadeNotice, ShownOnce } from "../parts/shown-once.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { Table } from "../parts/table.tsx";
import { CallbackChip } from "./callback-chip.tsx";

export interface ChannelsProps {
  ctx: MemberCtx;
  base: string;
  side: SideApp;
  form: FormState;
  channels: Page<CountedChannel>;
  mayChange: boolean;
}

export const ChannelsView = ({ ctx, base, side, form, channels, mayChange }: ChannelsProps) => {
  const made = form.made as NewChannel | null;
  const opener = mayChange && (
    <Opens dialog="new-ch" class="btn btn--primary">
      <Icon name="plus" />
      New channel
    </Opens>
  );
  const dialogs = (
    <>
      {mayChange && <NewChannelDialog ctx={ctx} base={base} form={form} />}
      {made && (
        <ShownOnce
          title={`The secrets of ${made.channel.name}`}
          text="This is the only time they are shown. The key is for your server, to send and to make codes; callbacks carry the secret, by which your server knows them."
          secrets={[
            { label: "Key", secret: made.key },
            { label: "Callback secret", secret: made.callbackSecret },
          ]}
          closes="I have stored them"
        />
      )}
    </>
  );
  return (
    <Shell
      ctx={ctx}
      here="channels"
      app={side}
      crumbs={[
        { label: side.name, path: base.slice(0, -"/channels".length) },
        { label: "Channels" },
      ]}
      after={dialogs}
    >
      <PageHead
        title="Channels"
        text="A door for other systems of yours: they know people by your own ids, people join with a QR code."
      >
        {channels.total > 0 && opener}
      </PageHead>
      {made && (
        <MadeNotice
          what={`The channel “${made.channel.name}” is made.`}
          shown="Its key and its secret are shown once. Put them where they belong."
          opens="Show its secrets"
        />
      )}
      {channels.total === 0 ? (
        <Empty
          title="No channels yet"
          text="Make one for a system that has something to say to single people: orders, a rota, a gate. It gets a key of its own."
        >
          {opener}
        </Empty>
      ) : (
        <section class="card">
          <ChannelTable base={base} channels={channels} now={ctx.now()} />
          <Pager
            path={base}
            page={channels.page}
            shown={channels.rows.length}
            total={channels.total}
          />
        </section>
      )}
    </Shell>
  );
};

const ChannelTable = ({
  base,
  channels,
  now,
}: {
  base: string;
  channels: Page<CountedChannel>;
  now: number;
}) => (
  <Table
    caption="Channels"
    columns={[
      { label: "Channel" },
      { label: "Key", class: "md" },
      { label: "Callback", class: "lo" },
      { label: "People", class: "num" },
      { label: "Made", class: "num md" },
    ]}
  >
    {channels.rows.map(({ channel, callback, people }) => (
      <tr>
        <th scope="row">
          <a class="row-link" href={`${base}/${channel.id}`}>
            {channel.name}
          </a>
          <small>
            <code>{channel.id}</code>
          </small>
        </th>
        <td class="md">
          <code>{channel.keyPrefix}</code>
        </td>
        <td class="lo">
          <CallbackChip callback={callback} />
        </td>
        <td class="num">{howMany(people)}</td>
        <td class="num md soft">
          <Moment at={channel.createdAt} now={now} day />
        </td>
      </tr>
    ))}
  </Table>
);

const OF = "";

const NewChannelDialog = ({
  ctx,
  base,
  form,
}: {
  ctx: MemberCtx;
  base: string;
  form: FormState;
}) => (
  <Dialog id="new-ch" title="New channel" isOpen={form.posted === OF && form.made === null}>
    <form method="post" action={base} class="stack">
      <Unplaced
        form={form}
        of={OF}
        fields={["name", "callback_url"]}
        says={{ channels: "This account has as many channels as it can have. Delete some first." }}
      />
      <p>The key and the callback's secret are shown once.</p>
      <ChannelFields ctx={ctx} form={form} of={OF} />
      <div class="actions">
        <Closes dialog="new-ch" />
        <button class="btn btn--primary">Make it</button>
      </div>
    </form>
  </Dialog>
);

/** The fields that a channel is made and changed by: the callback for who may set webhooks. */
export const ChannelFields = ({
  ctx,
  form,
  of,
  name = "",
  callbackUrl = "",
}: {
  ctx: MemberCtx;
  form: FormState;
  of: string;
  name?: string;
  callbackUrl?: string;
}) => (
  <div class="fields">
    <TextField
      form={form}
      of={of}
      name="name"
      label="Name"
      value={name}
      maxlength={100}
      autocomplete="off"
      required
      hint="People see it when they join."
    />
    {hasRight(ctx.role, CALLBACK_RIGHT) && (
      <TextField
        form={form}
        of={of}
        name={CALLBACK}
        label="Callback address"
        isOptional
        value={callbackUrl}
        type="url"
        placeholder="https://example.com/callback"
        hint="Told when somebody joins or leaves. Saving it turns callbacks on again that ended after failures."
      />
    )}
  </div>
);
