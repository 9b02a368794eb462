// What pages say of subscribers: where they are, who carries their messages, in which state they are and why.
import type { FailureReason } from "../../domain/ports/notifications.ts";
import type { Subscriber } from "../../domain/subscribers/find-subscriber.ts";
import type { ListedSubscriber } from "../../domain/subscribers/page-subscribers.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../kit/time.ts";
import { counted } from "../parts/words.ts";

export const PLATFORM_LABELS: Readonly<Record<Subscriber["platform"], string>> = {
  android: "Android",
  web: "Web",
  ios: "iOS",
};

export const CARRIER_LABELS: Readonly<Record<Subscriber["provider"], string>> = {
  fcm: "FCM",
  apns: "APNs",
  webpush: "Web Push",
  inbox: "Asks by itself",
};

export const STATE_LABELS: Readonly<Record<Subscriber["status"], string>> = {
  active: "Active",
  inactive: "Inactive",
  unsubscribed: "Unsubscribed",
};

/** Most of a user id by which pages call a subscriber, characters: they are up to 255 long. Its page has the whole. */
const MAX_CALLED = 48;

/** What pages call a subscriber: the owner's id of the user, where there is one. */
export function calledBy({ userId }: Pick<ListedSubscriber, "userId">): string {
  if (userId === null) return "Anonymous";
  const letters = [...userId];
  return letters.length > MAX_CALLED ? `${letters.slice(0, MAX_CALLED).join("")}…` : userId;
}

/** Why a subscriber is sent nothing now, and what brings it back; null of one that is reached. */
export function whyNot(subscriber: Subscriber): string | null {
  const { status, retiredAs, token, provider } = subscriber;
  if (status === "active") return null;
  if (status === "unsubscribed") {
    return "It gets no notifications. It comes back when its person agrees to them again on the device.";
  }
  if (retiredAs === "gone") {
    return "Its address is dead, as the push service says: the app was removed, or notifications were switched off. It comes back when the device registers again.";
  }
  if (retiredAs === "doubted") {
    return "The push service refused its address, perhaps because of the app's credential. Another credential makes it active again.";
  }
  if (token === null && provider !== "inbox") {
    return "Another device has registered its address since. It comes back when this device registers a new one.";
  }
  return "Nothing was heard of the device for a long time. It comes back when the app or the website is opened there.";
}

/** Why a notification did not get there. */
export const REASON_WORDS: Readonly<Record<FailureReason, string>> = {
  unregistered: "The address was dead",
  unsubscribed: "It unsubscribed meanwhile",
  token_or_credential: "The address or the credential was refused",
  credential: "The app's credential was refused",
  rejected: "The message was refused",
  expired: "It was too late for it",
  unavailable: "The push service was busy too long",
  no_answer: "The push service did not answer",
  not_tried: "Its turn did not come in time",
  cancelled: "It was cancelled before",
  internal: "A fault of Slipway's own",
};

/** "41 s", "3 min", "5 h", "2 days". */
export function span(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(1, Math.round(ms / SECOND_MS))} s`;
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return ms < DAY_MS ? `${Math.round(ms / HOUR_MS)} h` : counted(Math.round(ms / DAY_MS), "day");
}
