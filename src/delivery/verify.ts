// Verifies a credential on the path that a send takes: with the same bearer token, to registered recipients.
import type { Ctx } from "../domain/context.ts";
import type { PresentCredential, Recipient } from "../domain/ports/notifications.ts";
import type { CredentialVerification } from "../kit/push/credentials.ts";
import type { DeliveryContext } from "./context.ts";
import { addressOf } from "./recipient-address.ts";
import { probe, type Sender, type SendResult } from "./providers/index.ts";

/** What is said where nobody is registered whom the provider could be asked about. */
const NOBODY =
  "Nobody is registered for this provider, so no message could be tried: only the credential itself was.";

type Answer = Exclude<SendResult, { kind: "token_expired" }>;
type Refused = Exclude<Answer, { kind: "sent" }>;

/**
 * Asks the provider about `recipients`, one after the other, until it takes a message for one. With nobody to ask, it
 * finds out what it can about the credential alone, and says so.
 */
export async function verify(
  ctx: Ctx,
  { deps, senders }: DeliveryContext,
  credential: PresentCredential,
  recipients: readonly Recipient[],
): Promise<CredentialVerification> {
  const { provider } = credential;
  const found = await senders.find(ctx, provider, credential);
  if (!found.ok) return refused(found.verdict);
  let { sender } = found;
  const ask = async (recipient: Recipient | null): Promise<Answer | null> => {
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
  const answers: Refused[] = [];
  for (const recipient of recipients) {
    const answer = await ask(recipient);
    if (answer === null) continue;
    if (answer.kind === "sent") return { ok: true };
    answers.push(answer);
    // What concerns the credential concerns the others too.
    if (answer.kind === "misconfigured") break;
  }
  // A dead token says least of all about the credential.
  const [telling] = answers.toSorted(
    (a, b) => Number(a.kind === "gone") - Number(b.kind === "gone"),
  );
  return refused(telling ?? { kind: "retry", reason: "no answer", afterMs: null });
}

/** The verification by an answer about a token that can't exist: it is to be refused for that, and for nothing else. */
function withNobody(answer: Answer | null, { provider }: Sender): CredentialVerification {
  const isAboutToken =
    answer === null ||
    answer.kind === "gone" ||
    (provider === "apns" && answer.kind === "doubtful" && answer.reason === "BadDeviceToken");
  if (isAboutToken) return { ok: true, detail: NOBODY };
  if (answer.kind !== "sent") return refused(answer);
  // FCM may find nothing wrong with a token that it does not look up.
  return provider === "fcm"
    ? { ok: true, detail: NOBODY }
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
