// What pages call a subscriber, and why one is sent nothing.
import type { Subscriber } from "../../domain/subscribers/find-subscriber.ts";
import type { ListedSubscriber } from "../../domain/subscribers/page-subscribers.ts";
import { clip } from "../parts/clip.ts";

/** Most of a user id by which pages call a subscriber, characters: they are up to 255 long. Its page has the whole. */
const MAX_CALLED = 48;

/** What pages call a subscriber: the owner's id of the user, where there is one. */
export function calledBy({ userId }: Pick<ListedSubscriber, "userId">): string {
  return userId === null ? "Anonymous" : clip(userId, MAX_CALLED);
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
