// What the page of one channel shows. Who may change nothing sees its people and facts.
import { hasRight } from "../../domain/people/roles.ts";
import type { ChannelView } from "../../domain/channels/find-channel.ts";
import type { BoundPerson } from "../../domain/channels/page-subscriptions.ts";
import type { Listed } from "../../kit/pagination.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import { CopyLine } from "../parts/copy.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { howMany } from "../parts/words.ts";
import { MadeNotice, ShownOnce } from "../parts/shown-once.tsx";
import { CallbackChip } from "./callback-chip.tsx";
import { ChannelDialogs, KEY_RIGHT } from "./dialogs.tsx";
import { JoinCard } from "./join-card.tsx";
import { PeopleCard } from "./people-card.tsx";
import { SendCard } from "./send-card.tsx";

/** What a form of the page made: a code by which somebody joins, or a new key. */
export type MadeHere =
  | { kind: "code"; iuid: string; code: string; link: string }
  | { kind: "key"; key: string };

export interface ChannelProps {
  ctx: MemberCtx;
  /** The page's path. */
  base: string;
  side: SideApp;
  form: FormState;
  view: ChannelView;
  people: Listed<BoundPerson> & { page: number };
  /** What the people's ids are searched for; "" for nothing. */
  find: string;
  mayChange: boolean;
  origin: string;
}

export const ChannelPageView = (props: ChannelProps) => {
  const { ctx, base, side, form, view, people, find, mayChange } = props;
  const { channel } = view;
  const made = form.made as MadeHere | null;
  const ofApp = base.slice(0, base.lastIndexOf("/channels/"));
  const dialogs = (
    <>
      {mayChange && <ChannelDialogs {...props} />}
      {made?.kind === "key" && (
        <ShownOnce
          title={`The new key of ${channel.name}`}
          secrets={[{ label: "Key", secret: made.key }]}
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
        { label: side.name, path: ofApp },
        { label: "Channels", path: `${ofApp}/channels` },
        { label: channel.name },
      ]}
      after={dialogs}
    >
      <PageHead
        title={channel.name}
        text={
          <>
            {find === "" &&
              (people.total.count === 1 ? "1 person. " : `${howMany(people.total)} people. `)}
            Made: <Moment at={channel.createdAt} now={ctx.now()} day />
          </>
        }
      >
        {mayChange && <Actions ctx={ctx} />}
      </PageHead>
      {made?.kind === "key" && (
        <MadeNotice what={`${channel.name} has a new key.`} opens="Show the key" />
      )}
      <div class="cols">
        <div class="stack stack--l">
          {mayChange && <JoinCard {...props} />}
          <PeopleCard {...props} />
        </div>
        <aside class="stack stack--l">
          {mayChange && <SendCard {...props} />}
          <FactsCard {...props} />
        </aside>
      </div>
    </Shell>
  );
};

const Actions = ({ ctx }: Pick<ChannelProps, "ctx">) => (
  <div class="row">
    <Opens dialog="change-ch">
      <Icon name="edit" />
      Change
    </Opens>
    <button class="btn btn--icon" type="button" aria-label="More" popovertarget="ch-more">
      <Icon name="more" />
    </button>
    <div class="menu" id="ch-more" popover="auto">
      {hasRight(ctx.role, KEY_RIGHT) && (
        <>
          <button type="button" command="show-modal" commandfor="rotate">
            <Icon name="key" />
            New key
          </button>
          <hr />
        </>
      )}
      <button type="button" class="bad" command="show-modal" commandfor="delete-ch">
        <Icon name="trash" />
        Delete channel
      </button>
    </div>
  </div>
);

const FactsCard = ({ ctx, view, origin }: ChannelProps) => {
  const { channel, callback } = view;
  const now = ctx.now();
  const { previousKeyEndsAt } = channel;
  return (
    <section class="card" aria-labelledby="ke-h">
      <header>
        <h2 id="ke-h">Key and callback</h2>
      </header>
      <div class="card-body">
        <dl class="facts facts--list">
          <div>
            <dt>Channel id</dt>
            <dd>
              <CopyLine text={channel.id} label="the id" isClipped />
            </dd>
          </div>
          <div>
            <dt>Key</dt>
            <dd>
              <code>{channel.keyPrefix}</code>
            </dd>
          </div>
          {previousKeyEndsAt !== null && previousKeyEndsAt > now && (
            <div>
              <dt>Old key</dt>
              <dd>
                Ends <Moment at={previousKeyEndsAt} now={now} />
              </dd>
            </div>
          )}
          {callback && (
            <div>
              <dt>Callback</dt>
              <dd>
                <span class="small">{callback.url.replace(/^https?:\/\//, "")}</span>
              </dd>
            </div>
          )}
          <div>
            <dt>{callback ? "State" : "Callback"}</dt>
            <dd>
              <CallbackChip callback={callback} />
            </dd>
          </div>
          <div>
            <dt>Where people get the app</dt>
            <dd>
              <a href={`${origin}/mobile/${channel.id}`}>Page of the channel</a>
            </dd>
          </div>
        </dl>
      </div>
    </section>
  );
};
