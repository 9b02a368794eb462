// What is kept about one person as one document, for a file that is handed to them.
import type { App } from "../apps/find-app.ts";
import { note } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { MAX_OF_PAGE, showPerson, type PersonDocument } from "./show-person.ts";

/** Pages of a file: a thousand devices, and as many messages. Each takes a dozen statements, of a thousand in all. */
const MOST_PAGES = 50;

/**
 * Notes in the audit log that somebody takes the data of a person along, without saying whose, and returns all pages as one.
 * `is_whole` says whether everything is in it. Refuses `not_found`.
 */
export async function takePerson(
  ctx: AccountCtx,
  app: App,
  userId: string,
): Promise<PersonDocument & { is_whole: boolean }> {
  await note(ctx, {
    did: "subscriber.export",
    id: app.id,
    name: app.name,
    facts: { app: app.id, by: "one person" },
  });
  const whole = await showPerson(ctx, app, userId, {});
  const lists = [whole.devices, whole.channel_subscriptions, whole.channel_messages];
  const isWhole = () => lists.every((list) => list.data.length >= list.total_count);
  for (let page = 1; page < MOST_PAGES && !isWhole(); page += 1) {
    const next = await showPerson(ctx, app, userId, { offset: String(page * MAX_OF_PAGE) });
    whole.devices.data.push(...next.devices.data);
    whole.channel_subscriptions.data.push(...next.channel_subscriptions.data);
    whole.channel_messages.data.push(...next.channel_messages.data);
  }
  return { ...whole, is_whole: isWhole() && lists.every((list) => !list.total_is_minimum) };
}
