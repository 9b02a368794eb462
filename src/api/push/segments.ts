// The push API's operations on the saved segments of an app: targetings that have a name, which notifications can name.
import { z } from "@hono/zod-openapi";
import { findPushApp } from "../../domain/apps/find-app.ts";
import {
  createSegment as create,
  MAX_SEGMENTS_AN_APP,
} from "../../domain/audiences/create-segment.ts";
import { deleteSegment as remove } from "../../domain/audiences/delete-segment.ts";
import {
  findSegment,
  listSegments as list,
  type Segment,
} from "../../domain/audiences/find-segment.ts";
import { CreateSegment } from "../../domain/audiences/segment-input.ts";
import { MAX_SHOWN, segmentUses as usesOf } from "../../domain/audiences/segment-uses.ts";
import { updateSegment as update } from "../../domain/audiences/update-segment.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { LimitOffset, Uuid } from "../shared/requests.ts";
import { AppParams, listForm, listOf, OK, OkForm, Time, timeOrNull, wrapped } from "./forms.ts";
import { pushOperation } from "./operation.ts";
import { SegmentTargetingForm } from "./targeting-forms.ts";

const SegmentParams = z.object({
  id: Uuid.openapi({ description: "The id of the app." }),
  segment_id: Uuid.openapi({ description: "The id of the segment." }),
});

/** Documentation of the fields, which are validated by the domain's schemas. */
const Given = z.strictObject({ name: CreateSegment.shape.name, targeting: SegmentTargetingForm });

const SegmentForm = z
  .object({
    id: z.uuid().openapi({
      description: 'The segment\'s id, for targetings: `{"type": "segment", "id": ...}`.',
      example: "0b0e7c4e-5b0f-4f43-9b53-0d7cf0e0a1b2",
    }),
    app_id: z.uuid().openapi({
      description: "The id of its app.",
      example: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    }),
    name: z.string().openapi({ description: "What people call it.", example: "Beta testers" }),
    targeting: SegmentTargetingForm,
    used_count: z.int().openapi({
      description: "How many notifications that name it began to be sent.",
      example: 4,
    }),
    last_used_at: Time.nullable().openapi({
      description: "When the last of these began; null if none did.",
    }),
    created_at: Time.openapi({ description: "When it was created." }),
    updated_at: Time.openapi({ description: "When it was last changed." }),
  })
  .openapi("Segment", { description: "A targeting of an app that was saved under a name." });

const UsesForm = z
  .object({
    notifications: z
      .array(
        z.object({
          id: z.uuid().openapi({
            description: "The notification's id.",
            example: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
          }),
          title: z.string().openapi({ description: "Its title.", example: "New in 2.0" }),
          status: z.enum(["draft", "scheduled", "sending"]).openapi({
            description: "Its status; `sending`: it is about to begin.",
            example: "scheduled",
          }),
          scheduled_at: Time.nullable().openapi({
            description: "When it is to be sent; null if it is not scheduled.",
          }),
        }),
      )
      .max(MAX_SHOWN)
      .openapi({ description: "What is due first comes first, and drafts come last." }),
    total_count: z.int().openapi({ description: "How many there are in all.", example: 1 }),
  })
  .openapi("SegmentUses", {
    description: "The notifications that name a segment and are still to be sent.",
  });

const OF_APP = {
  path: "/apps/{id}/segments",
  tag: "Push segments",
  params: { schema: AppParams, thing: "app" },
} as const;
const OF_SEGMENT = {
  path: "/apps/{id}/segments/{segment_id}",
  tag: "Push segments",
  params: { schema: SegmentParams, thing: "segment" },
} as const;

export const listSegments = pushOperation({
  ...OF_APP,
  method: "get",
  operationId: "listSegments",
  summary: "List an app's segments",
  scope: "push:read",
  query: LimitOffset,
  success: {
    status: 200,
    description: "The segments, in the order of their names.",
    schema: listOf(SegmentForm),
  },
  run: async (ctx, { params, query }) => {
    const listed = await list(ctx, await findPushApp(ctx, params.id), query);
    return listForm(listed, (segment) => segmentForm(params.id, segment));
  },
});

export const createSegment = pushOperation({
  ...OF_APP,
  method: "post",
  operationId: "createSegment",
  summary: "Create segment",
  description:
    "Saves a targeting under a name, for targetings of the app's notifications. It can't name segments itself. An app has at " +
    `most ${MAX_SEGMENTS_AN_APP} segments.`,
  scope: "push:write",
  body: Given,
  example: { name: "Beta testers", targeting: { type: "tags", tags: ["beta"], match: "any" } },
  success: { status: 201, description: "The segment.", schema: wrapped(SegmentForm) },
  idempotent: { secrets: [] },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    return { data: segmentForm(app.uuid, await create(ctx, app, body)) };
  },
});

export const getSegment = pushOperation({
  ...OF_SEGMENT,
  method: "get",
  operationId: "getSegment",
  summary: "Get segment",
  scope: "push:read",
  success: { status: 200, description: "The segment.", schema: wrapped(SegmentForm) },
  run: async (ctx, { params }) => {
    const app = await findPushApp(ctx, params.id);
    return { data: segmentForm(app.uuid, await findSegment(ctx, app, params.segment_id)) };
  },
});

export const updateSegment = pushOperation({
  ...OF_SEGMENT,
  method: "patch",
  operationId: "updateSegment",
  summary: "Update segment",
  description:
    "Changes the given fields. Notifications that are still to be sent and name the segment (`getSegmentUses`) go to whom it " +
    "selects when their sending begins; those that are being sent stay as they are.",
  scope: "push:write",
  body: Given.partial(),
  example: { name: "Testers" },
  success: { status: 200, description: "The changed segment.", schema: wrapped(SegmentForm) },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    return { data: segmentForm(app.uuid, await update(ctx, app, params.segment_id, body)) };
  },
});

export const deleteSegment = pushOperation({
  ...OF_SEGMENT,
  method: "delete",
  operationId: "deleteSegment",
  summary: "Delete segment",
  scope: "push:write",
  success: { status: 200, description: "It was deleted.", schema: OkForm },
  refusals: { 409: "Notifications that are still to be sent name it (`getSegmentUses`)." },
  run: async (ctx, { params }) => {
    await remove(ctx, await findPushApp(ctx, params.id), params.segment_id);
    return OK;
  },
});

export const getSegmentUses = pushOperation({
  ...OF_SEGMENT,
  path: `${OF_SEGMENT.path}/uses`,
  method: "get",
  operationId: "getSegmentUses",
  summary: "See what uses a segment",
  description: `Names up to ${MAX_SHOWN} of the notifications that are still to be sent and name the segment.`,
  scope: "push:read",
  success: { status: 200, description: "What uses it.", schema: wrapped(UsesForm) },
  run: async (ctx, { params }) => {
    const app = await findPushApp(ctx, params.id);
    const segment = await findSegment(ctx, app, params.segment_id);
    const { waiting, total } = await usesOf(ctx, app, segment);
    const notifications = waiting.map(({ scheduledAt, ...use }) => ({
      ...use,
      scheduled_at: timeOrNull(scheduledAt),
    }));
    return { data: { notifications, total_count: total } };
  },
});

function segmentForm(appUuid: string, segment: Segment): z.input<typeof SegmentForm> {
  return {
    id: segment.id,
    app_id: appUuid,
    name: segment.name,
    targeting: segment.targeting,
    used_count: segment.used,
    last_used_at: timeOrNull(segment.lastUsedAt),
    created_at: wholeSeconds(segment.createdAt),
    updated_at: wholeSeconds(segment.updatedAt),
  };
}
