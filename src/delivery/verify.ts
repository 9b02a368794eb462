// Verifies a credential on the path that a send takes: with the same bearer token, to registered recipients.
import type { Ctx } from "../domain/context.ts";
import type { Addressed, PresentCredential } from "../domain/ports/notifications.ts";
import type { CredentialVerification, Provider } from "../kit/push/credentials.ts";
import type { DeliveryContext } from "./context.ts";
import { takerOf } from "../kit/push/services.ts";
import { addressOf } from "./recipient-address.ts";
import { probe, type Sender, type SendResult } from "./providers/index.ts";

/** Most answers that say more than that a token is dead, before the credential is taken to be refused. */
const MOST_REFUSALS = 3;

type Answer = Exclude<SendResult, { kind: "token_expired" }>;
type Refused = Exclude<Answer, { kind: "sent" }>;

/**
 * Asks the provider about `recipients`, one after the other: FCM and APNs, which speak for the credential, until they take
 * a message for one; of Web Push, each push service that `recipients` are at. With nobody to ask, finds out what it can
 * about the credential alone: `ok` then says no more than that.
 */
export async function verify(
  ctx: Ctx,
  { deps, senders }: DeliveryContext,
  credential: PresentCredential,
  recipients: readonly Addressed[],
): Promise<CredentialVerification> {
  const { provider } = credential;
  const found = await senders.find(ctx, provider, credential);
  if (!found.ok) return refused(found.verdict);
  let { sender } = found;
  const ask = async (recipient: Addressed | null): Promise<Answer | null> => {
    const address = recipient && addressOf(recipient);
    const first = await probe(deps, address, sender);
    if (first?.kind !== "token_expired") return first;
    const renewed = await senders.find(ctx, provider, credential, sender);
    if (!renewed.ok) return renewed.verdict;
    sender = renewed.sender;
    const second = await probe(deps, address, sender);
    if (second?.kind !== "token_expired") return second;
    return { kind: "misconfigured", reason: second.reason };
  };
  if (recipients.length === 0) return withNobody(await ask(null), sender);
  const askAll = provider === "webpush" ? askServices : askAuthority;
  return concluded(provider, await askAll(recipients, ask));
}

type Ask = (recipient: Addressed) => Promise<Answer | null>;

/** Returns the answers of FCM or APNs until one is telling enough. */
async function askAuthority(recipients: readonly Addressed[], ask: Ask): Promise<Answer[]> {
  const answers: Answer[] = [];
  let refusals = 0;
  for (const recipient of recipients) {
    const answer = await ask(recipient);
    if (answer === null) continue;
    answers.push(answer);
    // What concerns the credential concerns the others too.
    if (answer.kind === "sent" || answer.kind === "misconfigured") break;
    if (answer.kind !== "gone") refusals += 1;
    if (refusals === MOST_REFUSALS) break;
  }
  return answers;
}

/** Returns the answers of push services: each is asked until it says more than that a browser is gone. */
async function askServices(recipients: readonly Addressed[], ask: Ask): Promise<Answer[]> {
  const answers: Answer[] = [];
  const heard = new Set<string>();
  for (const recipient of recipients) {
    const service = takerOf("webpush", recipient.token);
    if (heard.has(service)) continue;
    const answer = await ask(recipient);
    if (answer === null) continue;
    answers.push(answer);
    if (answer.kind !== "gone") heard.add(service);
  }
  return answers;
}

/** How much a refusal says about the credential: the least number the most. */
const RANKS: Readonly<Record<Refused["kind"], number>> = {
  misconfigured: 0,
  doubtful: 1,
  rejected: 2,
  retry: 3,
  gone: 4,
};

function concluded(provider: Provider, answers: readonly Answer[]): CredentialVerification {
  const refusals = answers
    .filter((answer) => answer.kind !== "sent")
    .toSorted((a, b) => RANKS[a.kind] - RANKS[b.kind]);
  const [telling] = refusals;
  // No push service speaks for another, so one that refuses outweighs those that take messages.
  const isRefused =
    provider === "webpush" && telling !== undefined && RANKS[telling.kind] <= RANKS.rejected;
  if (refusals.length < answers.length && !isRefused) return { ok: true };
  return refused(telling ?? { kind: "retry", reason: "no answer", afterMs: null });
}

/** The verification by an answer about a token that can't exist: it is to be refused for that, and for nothing else. */
function withNobody(answer: Answer | null, { provider }: Sender): CredentialVerification {
  const isAboutToken =
    answer === null ||
    answer.kind === "gone" ||
    (provider === "apns" && answer.kind === "doubtful" && answer.reason === "BadDeviceToken");
  if (isAboutToken) return { ok: true };
  if (answer.kind !== "sent") return refused(answer);
  // FCM may find nothing wrong with a token that it does not look up.
  return provider === "fcm"
    ? { ok: true }
    : { ok: false, error: "rejected", detail: "A token that can't exist was accepted." };
}

function refused(answer: Refused): CredentialVerification {
  switch (answer.kind) {
    case "gone":
      return {
        ok: false,
        error: "gone",
        detail: `${answer.reason}: the provider says that the token is dead; try another.`,
      };
    case "doubtful":
      return { ok: false, error: "doubtful", detail: answer.advice };
    case "retry":
      return { ok: false, error: "unreachable", detail: answer.reason };
    case "rejected":
      return { ok: false, error: "rejected", detail: answer.flag ?? answer.reason };
    case "misconfigured":
      return { ok: false, error: "misconfigured", detail: answer.reason };
  }
}
