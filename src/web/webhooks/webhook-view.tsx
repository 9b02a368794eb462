// What the page of one webhook shows.
import { HELD_MS, isFailing, isInPause } from "../../domain/webhooks/hold.ts";
import type { WebhookOf } from "../../domain/webhooks/find-webhook.ts";
import { FAILING_MS } from "../../domain/webhooks/record-attempt.ts";
import { previousSecretEnds } from "../../domain/webhooks/secrets.ts";
import type { DeliveryPage } from "../../domain/webhooks/page-deliveries.ts";
import type { WebhookDelivery } from "../../domain/webhooks/list-deliveries.ts";
import { TURN_MS } from "../../domain/webhooks/turn.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { clip } from "../parts/clip.ts";
import { Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { MadeNotice } from "../parts/shown-once.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { figure, howMany, span } from "../parts/words.ts";
import { DeliveriesCard } from "./deliveries-card.tsx";
import { ENABLED, OFF, SECRET, TEST, WebhookDialogs } from "./dialogs.tsx";
import { SecretOnce, Tags, type MadeSecret } from "./list-view.tsx";
import { Address, addressOf, WebhookChip, webhooksPath } from "./words.tsx";

export interface WebhookProps extends WebhookOf {
  ctx: MemberCtx;
  /** The page's path. */
  base: string;
  form: FormState;
  page: DeliveryPage;
  /** The state that deliveries are filtered by. */
  state: WebhookDelivery["status"] | undefined;
  /** Whether this is the newest page of deliveries. */
  isFirst: boolean;
  mayChange: boolean;
}

export const WebhookView = (props: WebhookProps) => {
  const { ctx, form, webhook, mayChange } = props;
  const made = form.made as MadeSecret | null;
  const dialogs = mayChange && (
    <>
      <WebhookDialogs {...props} />
      {made && <SecretOnce made={made} title="The new secret" />}
    </>
  );
  return (
    <Shell
      ctx={ctx}
      here="webhooks"
      crumbs={[
        { label: "Webhooks", path: webhooksPath(ctx.principal.accountId) },
        { label: clip(addressOf(webhook, mayChange)) },
      ]}
      after={dialogs}
    >
      <PageHead
        title={
          <>
            <span class="break">
              <Address webhook={webhook} isWhole={mayChange} />
            </span>{" "}
            <WebhookChip ctx={ctx} webhook={webhook} />
          </>
        }
        text={<Tags events={webhook.events} />}
      >
        {mayChange && <Actions {...props} />}
      </PageHead>
      <Unplaced form={form} of={TEST} fields={[]} says={{ enabled: OFF, deliveries: FULL }} />
      <Unplaced form={form} of={ENABLED} fields={[]} />
      {form.posted === SECRET && made && (
        <MadeNotice
          what="The webhook has a new secret."
          shown="It is shown once."
          opens="Show the secret"
        />
      )}
      <WhyNotice {...props} />
      <div class="cols">
        <DeliveriesCard {...props} />
        <FactsCard {...props} />
      </div>
    </Shell>
  );
};

const FULL = "As many deliveries wait as the webhook can have. Try again when some were sent.";

const Actions = ({ base, webhook }: WebhookProps) => (
  <div class="row">
    {webhook.enabled ? (
      <form method="post" action={base + TEST}>
        <button class="btn">
          <Icon name="send" />
          Send a test event
        </button>
      </form>
    ) : (
      <Enable base={base} />
    )}
    <button class="btn btn--icon" type="button" aria-label="More" popovertarget="wh-more">
      <Icon name="more" />
    </button>
    <div class="menu" id="wh-more" popover="auto">
      <Opens dialog="change-wh" class={undefined}>
        <Icon name="edit" />
        Change
      </Opens>
      <Opens dialog="secret-wh" class={undefined}>
        <Icon name="key" />
        New secret
      </Opens>
      <Opens dialog="replay-wh" class={undefined}>
        <Icon name="replay" />
        Replay what failed
      </Opens>
      {webhook.enabled && (
        <form method="post" action={base + ENABLED}>
          <input type="hidden" name="enabled" value="false" />
          <button>
            <Icon name="cross" />
            Turn it off
          </button>
        </form>
      )}
      <hr />
      <Opens dialog="delete-wh" class="bad">
        <Icon name="trash" />
        Delete
      </Opens>
    </div>
  </div>
);

const Enable = ({ base }: { base: string }) => (
  <form method="post" action={base + ENABLED}>
    <input type="hidden" name="enabled" value="true" />
    <button class="btn btn--primary">
      <Icon name="check" />
      Turn it on
    </button>
  </form>
);

/** Why nothing, or not everything, is sent to it, and what to do. */
const WhyNotice = ({ ctx, webhook, page: { held } }: WebhookProps) => {
  const { enabled, disabledReason } = webhook;
  const waits = held.count > 0 && <Waits held={held} isOn={enabled} />;
  if (!enabled) {
    return (
      <Notice tone={disabledReason === null ? "idle" : "bad"}>
        <WhyOff ctx={ctx} webhook={webhook} />
        {waits}
      </Notice>
    );
  }
  const isPausing = isInPause(ctx, webhook);
  if (!isFailing(webhook) && !isPausing && !waits) return null;
  return (
    <Notice tone={isFailing(webhook) ? "warn" : "wait"}>
      {isFailing(webhook) ? (
        <WhyOneByOne ctx={ctx} webhook={webhook} />
      ) : (
        isPausing && (
          <p>
            <strong>Its receiver asked for a pause.</strong> It is sent to again:{" "}
            <Moment at={webhook.pauseEndsAt ?? 0} now={ctx.now()} />.
          </p>
        )
      )}
      {waits}
    </Notice>
  );
};

/** What becomes of the deliveries that it holds. */
const Waits = ({ held, isOn }: { held: DeliveryPage["held"]; isOn: boolean }) => {
  const isOne = held.count === 1;
  return (
    <p>
      {isOne ? "1 delivery is held" : `${howMany(held)} deliveries are held`}
      {isOn
        ? ` and ${isOne ? "goes" : "go"} out when that is over.`
        : `: ${isOne ? "it goes" : "they go"} out when it is turned on within ${span(HELD_MS)}, and ${isOne ? "is" : "are"} given up after that.`}
    </p>
  );
};

const WhyOff = ({ ctx, webhook }: Pick<WebhookProps, "ctx" | "webhook">) => {
  const { disabledAt, disabledReason, failuresInARow } = webhook;
  if (disabledReason === "gone") {
    return (
      <p>
        <strong>Its receiver answered 410, gone for good, so it is off.</strong> Give it the right
        address, or have the receiver answer 2xx again. Then turn it on.
      </p>
    );
  }
  if (disabledReason === "failing") {
    return (
      <p>
        <strong>
          Off after {span(FAILING_MS)} of failures: {figure(failuresInARow)}{" "}
          {failuresInARow === 1 ? "delivery" : "deliveries"} failed and none succeeded.
        </strong>{" "}
        The last answer of each says why. Mend the receiver, turn it on, and replay what failed.
      </p>
    );
  }
  return (
    <p>
      <strong>
        Turned off
        {disabledAt !== null && (
          <>
            : <Moment at={disabledAt} now={ctx.now()} />
          </>
        )}
        .
      </strong>{" "}
      Events of this time are not noted for it. Turn it on to go on.
    </p>
  );
};

const WhyOneByOne = ({ ctx, webhook }: Pick<WebhookProps, "ctx" | "webhook">) => {
  const { failingSince, failuresInARow } = webhook;
  return (
    <p>
      <strong>{figure(failuresInARow)} deliveries failed since the last one that succeeded.</strong>{" "}
      One at a time is tried, each for {span(TURN_MS)} at most; the others wait, and go out once one
      succeeds. After {span(FAILING_MS)} of failures it is turned off
      {failingSince !== null && (
        <>
          : <Moment at={failingSince + FAILING_MS} now={ctx.now()} />
        </>
      )}
      .
    </p>
  );
};

const FactsCard = ({ ctx, webhook, app }: WebhookProps) => {
  const now = ctx.now();
  const oldSecretEnds = previousSecretEnds(ctx, webhook);
  const facts = [
    {
      label: "Belongs to",
      says:
        app === null ? (
          "The account: builds of all apps"
        ) : (
          <a href={`/dashboard/${ctx.principal.accountId}/apps/${app.id}`}>{app.name}</a>
        ),
    },
    {
      label: "Last success",
      says:
        webhook.lastSuccessAt === null ? (
          "None yet"
        ) : (
          <Moment at={webhook.lastSuccessAt} now={now} />
        ),
    },
    { label: "Made", says: <Moment at={webhook.createdAt} now={now} day /> },
    ...(oldSecretEnds === null
      ? []
      : [
          {
            label: "Old secret",
            says: (
              <>
                Signs until <Moment at={oldSecretEnds} now={now} />
              </>
            ),
          },
        ]),
  ];
  return (
    <aside class="stack stack--l">
      <section class="card" aria-labelledby="wf-h">
        <header>
          <h2 id="wf-h">About it</h2>
        </header>
        <div class="card-body">
          <dl class="facts facts--list">
            {facts.map(({ label, says }) => (
              <div>
                <dt>{label}</dt>
                <dd>{says}</dd>
              </div>
            ))}
          </dl>
        </div>
      </section>
    </aside>
  );
};
