// What pages of webhooks say in words: the states of webhooks and deliveries, addresses, and where pages are.
import type { Ctx } from "../../domain/context.ts";
import type { Webhook } from "../../domain/webhooks/find-webhook.ts";
import { isFailing, isInPause } from "../../domain/webhooks/hold.ts";
import type { WebhookDelivery } from "../../domain/webhooks/list-deliveries.ts";
import { FAILING_MS } from "../../domain/webhooks/record-attempt.ts";
import type { Right } from "../../domain/people/roles.ts";
import { Chip } from "../parts/chip.tsx";
import { span } from "../parts/words.ts";

/**
 * What it takes to change webhooks, and to see of them what is for developers: the whole address, which is often a secret,
 * payloads with the data of people, and what receivers answer.
 */
export const WRITE: Right = "webhooks:write";

/** How often the state of what is about to be tried is asked for, s. */
export const EVERY_S = 3;
/** From how long before an attempt is due on the state is asked for, ms. */
const SOON_MS = 120_000;

/** The path of the account's webhooks, and of one of them. */
export const webhooksPath = (account: number, uuid?: string): string =>
  `/dashboard/${account}/webhooks${uuid === undefined ? "" : `/${uuid}`}`;

/** An address without its scheme; for who may not see all of it the host alone. */
export function addressOf({ url }: Pick<Webhook, "url">, isWhole: boolean): string {
  const { host, pathname, search } = new URL(url);
  const rest = pathname === "/" && search === "" ? "" : pathname + search;
  return isWhole || rest === "" ? host + rest : `${host}/…`;
}

/** An address that breaks where its path begins. */
export const Address = ({ webhook, isWhole }: { webhook: Webhook; isWhole: boolean }) => {
  const [host = "", ...rest] = addressOf(webhook, isWhole).split("/");
  return (
    <>
      {host}
      {rest.length > 0 && (
        <>
          <wbr />/{rest.join("/")}
        </>
      )}
    </>
  );
};

/** Whether a webhook is sent events, and if not, why. */
export const WebhookChip = ({ ctx, webhook }: { ctx: Ctx; webhook: Webhook }) => {
  if (!webhook.enabled) {
    if (webhook.disabledReason === null) return <Chip state="inactive" label="Off" />;
    return webhook.disabledReason === "gone" ? (
      <Chip state="gone" label="Off: receiver is gone" />
    ) : (
      <Chip state="failed" label={`Off after ${span(FAILING_MS)} of failures`} />
    );
  }
  if (isFailing(webhook)) return <Chip state="failing" label="Failing" />;
  return isInPause(ctx, webhook) ? (
    <Chip state="held" label="Asked for a pause" />
  ) : (
    <Chip state="active" label="On" />
  );
};

type Stateful = Pick<WebhookDelivery, "status" | "nextAttemptAt">;

/** Whether a delivery waits without a time at which it is due. */
export const isHeld = ({ status, nextAttemptAt }: Stateful): boolean =>
  status === "pending" && nextAttemptAt === null;

export const DeliveryChip = ({ delivery }: { delivery: Stateful }) => {
  if (isHeld(delivery)) return <Chip state="held" label="Held" />;
  return delivery.status === "failed" ? (
    <Chip state="failed" label="Given up" />
  ) : (
    <Chip state={delivery.status} />
  );
};

/** Whether something will happen to the delivery so soon that its page asks for it. */
export const isMoving = ({ status, nextAttemptAt }: Stateful, now: number): boolean =>
  status === "pending" && nextAttemptAt !== null && nextAttemptAt - now < SOON_MS;
