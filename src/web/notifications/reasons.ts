// Why people were not reached, in words: what happened, and what to do about it. A closed table: each reason that sending can
// give is in it, and what providers have of their own.
import type { Carrier } from "../../kit/push/credentials.ts";
import type { FailureReason } from "../../domain/ports/notifications.ts";
import { CARRIER_LABELS } from "../parts/subscriber-words.ts";

/** Who carries messages, with whom they reach by it. */
export const CARRIERS: Readonly<Record<Carrier, string>> = {
  ...CARRIER_LABELS,
  fcm: `${CARRIER_LABELS.fcm}, Android`,
  apns: `${CARRIER_LABELS.apns}, iOS`,
};

export interface ReasonWords {
  /** What happened, in a few words. */
  label: string;
  happened: string;
  todo: string;
  /** As recipients have it: who is gone is no longer in the audience. */
  outcome: "gone" | "failed";
  /** Whether what is to be done is done where credentials are. */
  isOfCredential?: true;
}

type Words = Readonly<Record<FailureReason, ReasonWords>>;

const WORDS: Words = {
  unregistered: {
    label: "App removed, or the address is dead",
    happened: "The provider says that this address reaches nobody any more.",
    todo: "Nothing to do. They are retired, and come back by themselves with the app.",
    outcome: "gone",
  },
  unsubscribed: {
    label: "Unsubscribed or deleted meanwhile",
    happened: "They left while the notification was being sent.",
    todo: "Nothing to do.",
    outcome: "gone",
  },
  token_or_credential: {
    label: "The address or the key does not fit",
    happened: "The provider refuses the address or the app's key, and does not say which.",
    todo: "Compare the key with the one that the app was built with. Then send to them again.",
    outcome: "failed",
    isOfCredential: true,
  },
  credential: {
    label: "The key is refused, or there is none",
    happened: "The provider does not take the app's key, so nobody was reached through it.",
    todo: "Replace the key, then send to these people again.",
    outcome: "failed",
    isOfCredential: true,
  },
  rejected: {
    label: "The message is refused",
    happened: "The provider does not take this message, or it can't be sent to this address.",
    todo: "Shorten the text or the data, and look at fields that are for one platform. The same message would be refused again.",
    outcome: "failed",
  },
  expired: {
    label: "Too late",
    happened: "The message's lifetime was over before it was their turn.",
    todo: "Give the next message a longer lifetime. To these people you can send again.",
    outcome: "failed",
  },
  unavailable: {
    label: "Busy, given up after six tries",
    happened: "The provider asked to try later, until the last attempt.",
    todo: "Nothing is wrong with the app. Send to them again in a while.",
    outcome: "failed",
  },
  no_answer: {
    label: "No answer",
    happened: "The provider or push service was not reached, or did not answer in time.",
    todo: "Nothing is wrong with the app. Send to them again in a while.",
    outcome: "failed",
  },
  not_tried: {
    label: "Waited in vain",
    happened: "Their push service keeps messages waiting, and their turn did not come in time.",
    todo: "Send to them again. Such services have a lane of their own, so that nobody else waits.",
    outcome: "failed",
  },
  cancelled: {
    label: "Stopped before",
    happened: "The sending was stopped before it was their turn.",
    todo: "Nothing to do, unless they are to get it after all: then send to them again.",
    outcome: "failed",
  },
  internal: {
    label: "A fault of Slipway's",
    happened: "Something went wrong here, not with the app.",
    todo: "Send to them again. If it happens twice, tell who runs this installation.",
    outcome: "failed",
  },
};

/** What is different with a provider. */
const OF_CARRIER: Readonly<Record<Carrier, Partial<Record<FailureReason, Partial<ReasonWords>>>>> =
  {
    fcm: {
      unregistered: {
        label: "App removed, or its data cleared",
        happened: "Google says that the app is no longer on this phone.",
      },
      token_or_credential: {
        happened: "The phones registered with another Firebase project than the app's key is of.",
        todo: "Compare the project of the service account with that of the app's build. Then send to them again.",
      },
      credential: {
        happened: "Google does not take the service account, so nobody was reached through it.",
      },
    },
    apns: {
      unregistered: {
        label: "App removed",
        happened: "Apple says that the app is no longer on this phone.",
      },
      token_or_credential: {
        happened: "The phones' tokens are of another app or environment than the key is for.",
        todo: "Compare bundle id and environment: builds for development are `sandbox`. Then send to them again.",
      },
      credential: {
        happened:
          "Apple does not take the key: it was revoked, or key id and team id don't belong together.",
      },
    },
    webpush: {
      unregistered: {
        label: "Subscription ended",
        happened: "They unsubscribed in the browser, or it dropped the subscription.",
        todo: "Nothing to do. They are retired, and come back when they allow it again.",
      },
      token_or_credential: {
        happened: "They subscribed with another public key than the app has now.",
        todo: "If the key was changed: pages with the SDK subscribe them anew at their next visit.",
      },
      credential: { happened: "The push service does not take the app's key or its subject." },
    },
    inbox: {},
  };

/** The words for a reason, where a provider carried the message. */
export function reasonWords(carrier: Carrier, reason: FailureReason): ReasonWords {
  return { ...WORDS[reason], ...OF_CARRIER[carrier][reason] };
}

/** The words for a reason of one recipient, whoever carried it; null for none. */
export function reasonLabel(reason: FailureReason | null): string | null {
  return reason === null ? null : WORDS[reason].label;
}
