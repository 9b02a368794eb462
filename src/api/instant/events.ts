// The operations on lifecycle events, which the filters of a campaign can name: they are listed, and deleted.
import { z } from "@hono/zod-openapi";
import { deleteLifecycleEvent } from "../../domain/campaigns/delete-lifecycle-event.ts";
import { listLifecycleEvents as list } from "../../domain/campaigns/list-lifecycle-events.ts";
import { keyOperation } from "../../http/operation.ts";

/** The status by which clients recognise an event that is in use. */
const ACTIVE = 1;

const Events = z
  .object({
    events: z
      .array(
        z
          .object({
            name: z.string().openapi({ description: "The event's name.", example: "purchase" }),
            code: z.string().openapi({
              example: "purchase",
              description: "The name by which filters refer to the event.",
            }),
            status: z.literal(ACTIVE).openapi({ description: "Always 1: the event is in use." }),
            type: z
              .literal("CUSTOM")
              .openapi({ description: "Always `CUSTOM`: installations sent it." }),
          })
          .openapi("InstantEvent", { description: "A lifecycle event, which installations sent." }),
      )
      .openapi({ description: "The events, by name." }),
  })
  .openapi("InstantEvents", { description: "The events that filters can name." });

export const listEvents = keyOperation({
  method: "get",
  path: "/events",
  operationId: "listEvents",
  summary: "List events",
  description:
    "The lifecycle events that instances of the apps have sent, by name. One that no instance has sent for 90 days is " +
    "deleted.",
  tag: "Instant sending",
  scope: "push:read",
  success: { status: 200, description: "The events that filters can name.", schema: Events },
  run: async (ctx) => {
    const names = await list(ctx);
    const events = names.map((name) => {
      return { name, code: name, status: ACTIVE, type: "CUSTOM" } as const;
    });
    return { events };
  },
});

export const deleteEvent = keyOperation({
  method: "delete",
  path: "/events/{code}",
  operationId: "deleteEvent",
  summary: "Delete event",
  description:
    "Deletes the event in all apps that the key has access to. Filters that name it reach nobody who sent it before; an " +
    "instance that sends it again makes a new one.",
  tag: "Instant sending",
  scope: "push:write",
  params: {
    schema: z.object({
      code: z.string().openapi({ description: "The name of the event.", example: "purchase" }),
    }),
    thing: "lifecycle_event",
  },
  success: {
    status: 200,
    description: "The event was deleted.",
    schema: z
      .object({
        code: z
          .string()
          .openapi({ description: "The name of the event that was deleted.", example: "purchase" }),
      })
      .openapi("DeletedInstantEvent", { description: "An event that was deleted." }),
  },
  run: async (ctx, { params: { code } }) => {
    await deleteLifecycleEvent(ctx, code);
    return { code };
  },
});
