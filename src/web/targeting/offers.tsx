// What conditions can name of an app, to choose from while somebody types: its tags and its lifecycle events. The script ties
// these lists to the lines of conditions by their ids.
import type { App } from "../../domain/apps/find-app.ts";
import { offeredEvents } from "../../domain/campaigns/list-lifecycle-events.ts";
import type { AccountCtx } from "../../domain/context.ts";
import { offeredTags } from "../../domain/subscribers/page-subscribers.ts";

export interface Offered {
  tags: readonly string[];
  events: readonly string[];
}

export async function offeredIn(ctx: AccountCtx, app: App): Promise<Offered> {
  const [tags, events] = await Promise.all([offeredTags(ctx, app), offeredEvents(ctx, app)]);
  return { tags, events };
}

export const Offers = ({ tags, events }: Offered) => (
  <>
    <Names of="tags" names={tags} />
    <Names of="events" names={events} />
  </>
);

const Names = ({ of, names }: { of: string; names: readonly string[] }) => (
  <datalist id={`names-of-${of}`}>
    {names.map((name) => (
      <option value={name} />
    ))}
  </datalist>
);
