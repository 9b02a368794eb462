// The builder hosts of the installation: what waits, what each host works on; registering one, draining it, removing it.
import { z } from "@hono/zod-openapi";
import {
  createBuilder,
  deleteBuilder,
  drainBuilder,
  resumeBuilder,
} from "../../domain/builds/builders.ts";
import type { PersonCtx } from "../../domain/context.ts";
import { builderLoad, lastHour } from "../../domain/operators/builder-figures.ts";
import { refuse } from "../../kit/refusal.ts";
import { form, Id, operatorPage } from "../dashboard/page.ts";
import { BUILDERS } from "../dashboard/places.ts";
import { DRAIN, REMOVE, RESUME } from "./dialogs.tsx";
import { HOST_PART, HostNow, MAX_HOST_BYTES } from "./host-card.tsx";
import { LOAD_PART, LoadStats } from "./load-stats.tsx";
import { BuildersView } from "./view.tsx";

const OfHost = { schema: z.object({ builder: Id }), thing: "builder" } as const;

export const adminBuilders = operatorPage({
  path: "/admin/builders",
  operationId: "showAdminBuilders",
  summary: "The builder hosts",
  show: async (ctx, { form: state, origin }) => {
    const [{ load, hosts }, hour] = await Promise.all([builderLoad(ctx), lastHour(ctx)]);
    return {
      title: "Builders",
      body: <BuildersView {...{ ctx, load, hosts, hour, origin, form: state }} />,
      scripts: ["live"],
    };
  },
  parts: {
    [LOAD_PART]: async (ctx) => {
      const [{ load }, hour] = await Promise.all([builderLoad(ctx), lastHour(ctx)]);
      return { body: <LoadStats load={load} hour={hour} now={ctx.now()} /> };
    },
    [HOST_PART]: async (ctx, { query }) => {
      const { hosts } = await builderLoad(ctx);
      const host = hosts.find(({ id }) => String(id) === query["of"]);
      if (!host) return refuse({ code: "not_found", what: "builder" });
      return { body: <HostNow host={host} now={ctx.now()} />, mostBytes: MAX_HOST_BYTES };
    },
  },
  forms: [
    form({
      path: "",
      operationId: "registerBuilder",
      summary: "Register a builder host",
      run: async (ctx: PersonCtx, { fields }) => ({
        made: await createBuilder(ctx, { name: fields.text("name") }),
      }),
    }),
    form({
      path: `/{builder}${DRAIN}`,
      operationId: "drainBuilderOnPage",
      summary: "Drain a builder host",
      params: OfHost,
      run: async (ctx: PersonCtx, { params }) => {
        const { name } = await drainBuilder(ctx, params.builder);
        return { to: BUILDERS, says: `${name} gets no new jobs.` };
      },
    }),
    form({
      path: `/{builder}${RESUME}`,
      operationId: "resumeBuilderOnPage",
      summary: "Give a builder host jobs again",
      params: OfHost,
      run: async (ctx: PersonCtx, { params }) => {
        const { name } = await resumeBuilder(ctx, params.builder);
        return { to: BUILDERS, says: `${name} gets jobs again.` };
      },
    }),
    form({
      path: `/{builder}${REMOVE}`,
      operationId: "removeBuilder",
      summary: "Remove a builder host",
      params: OfHost,
      run: async (ctx: PersonCtx, { params }) => {
        await deleteBuilder(ctx, params.builder);
        return { to: BUILDERS, says: "Removed. Its token does not work any more." };
      },
    }),
  ],
});
