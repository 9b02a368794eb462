// Lets operators register builder hosts, see the state of each, and remove them.
import { z } from "@hono/zod-openapi";
import {
  activityOf,
  BUILDER_STATES,
  CreateBuilder,
  createBuilder as create,
  deleteBuilder as remove,
  drainBuilder as drain,
  listBuilders as list,
  resumeBuilder as resume,
  type BuilderView,
} from "../../../domain/builds/builders.ts";
import { operatorOperation } from "../../../http/operation.ts";
import { microseconds } from "../../../kit/time.ts";
import { shownOnce } from "../../shared/fields.ts";
import { IdParams, Time, timeOrNull, wrapped } from "../forms.ts";

const BuilderForm = z
  .object({
    id: z.int().openapi({ description: "The host's id.", example: 2 }),
    name: z.string().openapi({ description: "The host's name.", example: "builder-1" }),
    token_prefix: z
      .string()
      .openapi({ description: "The beginning of the host's token.", example: "sw_bld_2b7e" }),
    state: z.enum(BUILDER_STATES).openapi({
      description:
        "`busy`: it has jobs; `idle`: it has none; `draining`: it has jobs, or may just be given one, and gets no more; `drained`: it has none and gets none; `offline`: nothing was heard of it for a minute, whether it is to drain or not.",
    }),
    draining_since: Time.nullable().openapi({
      description: "Since when it gets no new jobs; null while it does.",
    }),
    last_seen_at: Time.nullable().openapi({
      description: "When it was last heard of; null if it never was.",
    }),
    current_jobs: z.array(z.int()).openapi({
      description: "The ids of the builds that it makes, and of those it is just being given.",
      example: [12],
    }),
    slots: z.int().nullable().openapi({
      description: "How many jobs it takes at once; null if it does not say.",
      example: 2,
    }),
    created_at: Time.openapi({ description: "When it was registered." }),
  })
  .openapi("Builder", { description: "A host that makes builds." });

/** The only answer that shows the token. A replay leaves it out. */
const NewBuilderForm = BuilderForm.extend({
  token: shownOnce("The host's token, `sw_bld_...`.", "sw_bld_2b7e151628aed2a6abf7158809cf4f3c"),
}).openapi("NewBuilder", { description: "A new builder host with its token." });

export const createBuilder = operatorOperation({
  method: "post",
  path: "/admin/builders",
  operationId: "createBuilder",
  summary: "Register a builder host",
  description: "The token is shown only in this response.",
  tag: "Administration",
  body: CreateBuilder,
  success: {
    status: 201,
    description: "The builder and its token.",
    schema: wrapped(NewBuilderForm),
  },
  idempotent: { secrets: ["token"] },
  run: async (ctx, { body }) => {
    const { token, builder } = await create(ctx, body);
    return { data: { ...builderForm(builder, ctx.now()), token } };
  },
});

export const listBuilders = operatorOperation({
  method: "get",
  path: "/admin/builders",
  operationId: "listBuilders",
  summary: "List builder hosts",
  tag: "Administration",
  success: {
    status: 200,
    description: "The builders, newest first.",
    schema: wrapped(z.array(BuilderForm).openapi({ description: "The hosts, newest first." })),
  },
  run: async (ctx) => ({
    data: (await list(ctx)).map((builder) => builderForm(builder, ctx.now())),
  }),
});

export const drainBuilder = operatorOperation({
  method: "post",
  path: "/admin/builders/{id}/drain",
  operationId: "drainBuilder",
  summary: "Drain a builder host",
  description:
    "It gets no new jobs and finishes those that it has: when its state is `drained`, it can be stopped. This lasts until it is resumed, whatever is restarted meanwhile. Where every host drains, builds are refused with `no_builders`.",
  tag: "Administration",
  params: { schema: IdParams, thing: "builder" },
  success: { status: 200, description: "The host.", schema: wrapped(BuilderForm) },
  run: async (ctx, { params }) => ({
    data: builderForm(await drain(ctx, params.id), ctx.now()),
  }),
});

export const resumeBuilder = operatorOperation({
  method: "post",
  path: "/admin/builders/{id}/resume",
  operationId: "resumeBuilder",
  summary: "Give a builder host jobs again",
  description: "Ends what draining began.",
  tag: "Administration",
  params: { schema: IdParams, thing: "builder" },
  success: { status: 200, description: "The host.", schema: wrapped(BuilderForm) },
  run: async (ctx, { params }) => ({
    data: builderForm(await resume(ctx, params.id), ctx.now()),
  }),
});

export const deleteBuilder = operatorOperation({
  method: "delete",
  path: "/admin/builders/{id}",
  operationId: "deleteBuilder",
  summary: "Remove a builder host",
  description:
    "Its token stops working at once. Its jobs go to other builders when their leases end.",
  tag: "Administration",
  params: { schema: IdParams, thing: "builder" },
  success: { status: 204, description: "The builder was removed." },
  run: async (ctx, { params }) => {
    await remove(ctx, params.id);
    return new Response(null, { status: 204 });
  },
});

function builderForm(builder: BuilderView, now: number): z.input<typeof BuilderForm> {
  const { live, drainingSince } = builder;
  const { state, jobs } = activityOf(builder, now);
  return {
    id: builder.id,
    name: builder.name,
    token_prefix: builder.tokenPrefix,
    state,
    draining_since: timeOrNull(drainingSince),
    last_seen_at: timeOrNull(live?.lastSeenAt ?? null),
    current_jobs: [...jobs],
    slots: live?.slots ?? null,
    created_at: microseconds(builder.createdAt),
  };
}
