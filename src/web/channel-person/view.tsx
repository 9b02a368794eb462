// What a person's own page shows, and the dialogs of what can't be undone.
import type {
  PersonDevice,
  PersonPage,
  PersonSubscription,
} from "../../domain/channels/person-page.ts";
import type { PersonToken } from "../../domain/channels/person-token.ts";
import { PublicShell } from "../dashboard/public-shell.tsx";
import { PageHead } from "../dashboard/shell.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { DEVICE_LABELS } from "../parts/subscriber-words.ts";
import { counted, howMany } from "../parts/words.ts";
import { MessagesCard } from "./messages-card.tsx";

export interface PersonProps {
  page: PersonPage;
  token: PersonToken;
  /** The page's path. */
  path: string;
  /** Whether it shows the newest messages. */
  isFirst: boolean;
  now: number;
}

/** A platform as people call such a device. */
const DEVICES: Readonly<Record<PersonDevice["platform"], { label: string; icon: IconName }>> = {
  android: { label: DEVICE_LABELS.android, icon: "phone" },
  ios: { label: DEVICE_LABELS.ios, icon: "phone" },
  web: { label: DEVICE_LABELS.web, icon: "desktop" },
};

export const PersonView = (props: PersonProps) => {
  const { page } = props;
  const { subscriptions, devices, total } = page;
  return (
    <>
      <PublicShell>
        <PageHead
          title={
            <>
              Your messages from <bdi>{page.appName}</bdi>
            </>
          }
          text={`${counted(subscriptions.length, "channel")}, ${counted(devices.length, "device")}, ${howMany(total)} ${total.count === 1 ? "message" : "messages"}.`}
        />
        <div class="cols">
          <div class="stack stack--l">
            <ChannelsCard {...props} />
            <MessagesCard {...props} />
          </div>
          <aside class="stack stack--l">
            <DevicesCard {...props} />
            <LinkNotice {...props} />
            <div class="stack stack--s">
              <p class="muted small">
                <bdi>{page.accountName}</bdi> writes these messages, Slipway delivers them.
              </p>
              <p>
                <Opens dialog="delete-all" class="btn btn--s btn--danger">
                  Delete all about me
                </Opens>
              </p>
            </div>
          </aside>
        </div>
      </PublicShell>
      {subscriptions.map((each, at) => (
        <LeaveDialog {...props} subscription={each} id={`leave-${at}`} />
      ))}
      {devices.map((each, at) => (
        <ForgetDialog {...props} device={each} id={`forget-${at}`} />
      ))}
      <DeleteDialog {...props} />
    </>
  );
};

const ChannelsCard = ({ page: { subscriptions }, path, now }: PersonProps) => (
  <section class="card" aria-labelledby="su-h">
    <header>
      <h2 id="su-h">What you get</h2>
    </header>
    <div class="card-body">
      {subscriptions.map(({ id, channel, iuid, mute, createdAt }, at) => (
        <div class="setting">
          <div class="break">
            <b>
              <bdi>{channel}</bdi>
            </b>{" "}
            {mute && (
              <span class="chip" data-tone="warn">
                Muted
              </span>
            )}
            <small>
              You are <code>{iuid}</code> there. Joined: <Moment at={createdAt} now={now} day />
            </small>
          </div>
          <span class="row">
            <Opens dialog={`leave-${at}`} class="btn btn--s btn--danger">
              Leave
              <span class="vh"> {channel}</span>
            </Opens>
            <form method="post" action={`${path}/mute`}>
              <input type="hidden" name="subscription" value={id} />
              <input type="hidden" name="mute" value={mute ? "0" : "1"} />
              <button class="btn btn--s">
                {mute ? "Unmute" : "Mute"}
                <span class="vh"> {channel}</span>
              </button>
            </form>
          </span>
        </div>
      ))}
    </div>
    <footer>Muted: messages are kept below, but your devices stay silent.</footer>
  </section>
);

const DevicesCard = ({ page: { devices, accountName }, now }: PersonProps) => (
  <section class="card" aria-labelledby="de-h">
    <header>
      <h2 id="de-h">Your devices</h2>
    </header>
    <div class="card-body">
      <ul class="checks">
        {devices.map(({ platform, lastActiveAt, isActive }, at) => (
          <li>
            <Icon name={DEVICES[platform].icon} />
            <div class="row row--between">
              <span>
                {DEVICES[platform].label}
                <small>
                  {isActive ? "Seen:" : "Takes no pushes now. Seen:"}{" "}
                  <Moment at={lastActiveAt} now={now} day />
                </small>
              </span>
              <Opens dialog={`forget-${at}`} class="btn btn--s">
                Forget
                <span class="vh">
                  {" "}
                  {DEVICES[platform].label}, {at + 1} of {devices.length}
                </span>
              </Opens>
            </div>
          </li>
        ))}
      </ul>
    </div>
    <footer class="break">Another one? Ask {accountName} for a code and scan it there.</footer>
  </section>
);

const LinkNotice = ({ token, path, now }: PersonProps) => (
  <Notice tone="idle">
    <div class="stack stack--s">
      <p>
        <strong>This link is yours alone.</strong> Whoever has it sees this page. It works until{" "}
        <Moment at={token.expiresAt} now={now} day />.
      </p>
      <form method="post" action={`${path}/link`}>
        <button class="btn btn--s">
          <Icon name="again" />
          Make a new link
        </button>
      </form>
    </div>
  </Notice>
);

const LeaveDialog = ({
  page,
  path,
  id,
  subscription: { id: subscription, channel, devices },
}: PersonProps & { id: string; subscription: PersonSubscription }) => (
  <Dialog id={id} title={`Leave ${channel}?`}>
    <form method="post" action={`${path}/leave`} class="stack">
      <input type="hidden" name="subscription" value={subscription} />
      <p>
        Nothing of it comes any more
        {devices > 1 && `, on any of your ${devices} devices`}, and its messages go from this page.
        To come back you need a new code from {page.accountName}.
      </p>
      <div class="actions">
        <Closes dialog={id} />
        <button class="btn btn--danger btn--primary">Leave it</button>
      </div>
    </form>
  </Dialog>
);

const ForgetDialog = ({
  page,
  path,
  id,
  device,
}: PersonProps & { id: string; device: PersonDevice }) => (
  <Dialog id={id} title={`Forget this ${DEVICES[device.platform].label}?`}>
    <form method="post" action={`${path}/forget`} class="stack">
      <input type="hidden" name="device" value={device.id} />
      <p>
        {page.devices.length === 1
          ? "It is your only one, so you leave all channels here and the messages go from this page."
          : "It gets no more of these messages, and links that were made on it end. Channels that it alone has are left with it; your other devices go on."}{" "}
        The app stays as it is.
      </p>
      <div class="actions">
        <Closes dialog={id} />
        <button class="btn btn--danger btn--primary">Forget it</button>
      </div>
    </form>
  </Dialog>
);

const DeleteDialog = ({ page, path }: PersonProps) => (
  <Dialog id="delete-all" title="Delete all about you?">
    <form method="post" action={`${path}/delete`} class="stack">
      <p>
        {page.subscriptions.length === 1 ? "The channel" : "All channels"} and every message here
        go, on all your devices, at once and for good. What {page.accountName} keeps itself, your
        orders for example, stays there: ask them. The app stays installed, and still gets what goes
        to everybody who has it.
      </p>
      <div class="actions">
        <Closes dialog="delete-all" />
        <button class="btn btn--danger btn--primary">Delete all</button>
      </div>
    </form>
  </Dialog>
);
