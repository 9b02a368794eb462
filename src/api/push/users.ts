// One person of an app, by the owner's own user id: what is kept about them, and its deletion.
import { z } from "@hono/zod-openapi";
import { findPushApp } from "../../domain/apps/find-app.ts";
import { erasePerson } from "../../domain/one-person/erase-person.ts";
import { MAX_OF_PAGE, showPerson } from "../../domain/one-person/show-person.ts";
import { MAX_USER_ID, UserId } from "../../domain/subscribers/facts/text.ts";
import { LimitOffset, Uuid } from "../shared/requests.ts";
import { MetaForm, OK, OkForm, Time, wrapped } from "./forms.ts";
import { pushOperation } from "./operation.ts";
import { SubscriberForm } from "./subscriber-forms.ts";

const UserParams = z.object({
  id: Uuid.openapi({ description: "The id of the app." }),
  user_id: UserId.openapi({
    type: "string",
    maxLength: MAX_USER_ID,
    description: "Your own id of the person.",
    example: "user-42",
  }),
});

const page = <Item extends z.ZodType>(item: Item, description: string) =>
  MetaForm.extend({ data: z.array(item).openapi({ description }) });

const InstallationForm = z.object({
  id: z.uuid().openapi({
    description: "Its id in the instant-send API.",
    example: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
  }),
  ext_id: z.string().nullable().openapi({ description: "The user that it says it is." }),
  facts: z
    .record(z.string(), z.unknown())
    .openapi({ description: "What it reported about itself." }),
  events: z
    .array(z.string())
    .openapi({ description: "The lifecycle events that it reported.", example: ["purchase"] }),
  created_at: Time.openapi({ description: "When it registered." }),
  updated_at: Time.openapi({ description: "When it last reported something." }),
});

const DeviceForm = SubscriberForm.omit({
  app_id: true,
  token: true,
  endpoint: true,
  user_id: true,
}).extend({
  is_test_device: z
    .boolean()
    .openapi({ description: "Whether a member of the account called it their own, for tests." }),
  installations: z
    .array(InstallationForm)
    .openapi({ description: "The device's installation in the instant-send API." }),
  inbox: z
    .array(
      z.object({
        notification_id: z.uuid().openapi({
          description: "The notification.",
          example: "0f8fad5b-d9cb-469f-a165-70867728950e",
        }),
        title: z.string().openapi({ description: "Its title.", example: "Hello" }),
        body: z.string().openapi({ description: "Its text.", example: "World" }),
        put_at: Time.openapi({ description: "When it was put there." }),
      }),
    )
    .openapi({ description: "What waits for a device without an address." }),
  notifications: z
    .array(
      z.object({
        notification_id: z.uuid().openapi({
          description: "The notification.",
          example: "0f8fad5b-d9cb-469f-a165-70867728950e",
        }),
        title: z.string().openapi({ description: "Its title.", example: "Hello" }),
        started_at: Time.openapi({ description: "When it began to be sent." }),
        status: z.string().nullable().openapi({
          description: "`sent`, `failed`, `gone` or `pending`; null if only the device told of it.",
        }),
        reason: z
          .string()
          .nullable()
          .openapi({ description: "Why it was not reached; null if it was." }),
        delivered_at: Time.nullable().openapi({ description: "When the device confirmed it." }),
        clicked_at: Time.nullable().openapi({ description: "When it was clicked." }),
      }),
    )
    .openapi({
      description:
        "What the device was sent and did, of the app's last 50 notifications and 90 days at most.",
    }),
});

const PersonForm = z
  .object({
    user_id: z.string().openapi({ description: "Your own id of the person.", example: "user-42" }),
    app_id: z
      .uuid()
      .openapi({ description: "The app's id.", example: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff" }),
    devices: page(DeviceForm, "This page's devices and browsers, newest first."),
    installations: z
      .array(InstallationForm)
      .openapi({ description: "Installations that never gave an address." }),
    channel_subscriptions: page(
      z.object({
        channel_id: z
          .string()
          .openapi({ description: "The channel.", example: "0191d4c8a1b2c3d4e5f60718" }),
        channel_name: z.string().openapi({ description: "What it is called.", example: "Orders" }),
        iuid: z
          .string()
          .openapi({ description: "What the person is called there.", example: "user-42" }),
        mute: z.boolean().openapi({ description: "Whether it is muted." }),
        devices: z.int().openapi({ description: "How many devices are bound to it." }),
        created_at: Time.openapi({ description: "When it began." }),
      }),
      "The subscriptions to channels of the user id, and those that its devices are bound to.",
    ),
    channel_messages: page(
      z.object({
        channel_id: z
          .string()
          .openapi({ description: "The channel.", example: "0191d4c8a1b2c3d4e5f60718" }),
        iuid: z
          .string()
          .openapi({ description: "What the person is called there.", example: "user-42" }),
        title: z.string().openapi({ description: "The message's title.", example: "Hello" }),
        text: z.string().openapi({ description: "The message.", example: "World" }),
        read_at: Time.nullable().openapi({ description: "When it was read; null if it was not." }),
        created_at: Time.openapi({ description: "When it was sent." }),
      }),
      "The messages of these subscriptions, newest first.",
    ),
    named_in: z
      .array(
        z.object({
          kind: z.enum(["segment", "draft"]).openapi({ description: "What it is." }),
          id: z
            .uuid()
            .openapi({ description: "Its id.", example: "0b0e7c4e-5b0f-4f43-9b53-0d7cf0e0a1b2" }),
          name: z.string().openapi({
            description: "The segment's name, or the draft's title.",
            example: "Regulars",
          }),
        }),
      )
      .openapi({
        description: "Saved segments, and drafts of the composer, that have the user id.",
      }),
  })
  .openapi("Person", { description: "What is kept about one person of an app." });

export const getUser = pushOperation({
  method: "get",
  path: "/apps/{id}/users/{user_id}",
  operationId: "getUser",
  summary: "Get what is kept about a person",
  description:
    "For a person who asks what is known about them. Devices, channel subscriptions and messages are lists of their own, each " +
    `with at most ${MAX_OF_PAGE} entries from \`offset\` on: ask further until all have come. Addresses and keys of devices are ` +
    "left out, since whoever has them can write to the device.",
  tag: "Subscribers",
  scope: "push:read",
  params: { schema: UserParams, thing: "subscriber" },
  query: LimitOffset.extend({
    limit: z
      .int()
      .min(1)
      .max(MAX_OF_PAGE)
      .default(MAX_OF_PAGE)
      .openapi({ description: "How many entries of each list at most." }),
  }),
  success: { status: 200, description: "What is kept.", schema: wrapped(PersonForm) },
  run: async (ctx, { params, query }) => {
    const app = await findPushApp(ctx, params.id);
    return { data: await showPerson(ctx, app, params.user_id, query) };
  },
});

export const deleteUser = pushOperation({
  method: "delete",
  path: "/apps/{id}/users/{user_id}",
  operationId: "deleteUser",
  summary: "Delete what is kept about a person",
  description:
    "Devices with all that hangs on them and channel subscriptions go at once, up to 5,000 devices. Notifications and deliveries " +
    "of webhooks about the person are looked for afterwards, which takes minutes, and hours where an app has very many. What " +
    "stays, and how long, is in docs/using.md, under One person's data. " +
    "A second call is answered 404.",
  tag: "Subscribers",
  scope: "push:write",
  params: { schema: UserParams, thing: "subscriber" },
  success: { status: 200, description: "The person's data was deleted.", schema: OkForm },
  run: async (ctx, { params }) => {
    const app = await findPushApp(ctx, params.id);
    await erasePerson(ctx, app, params.user_id);
    return OK;
  },
});
