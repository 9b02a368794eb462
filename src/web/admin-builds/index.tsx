// The builds of all accounts, for operators: the list, and one with its log, which can be cancelled.
import { z } from "@hono/zod-openapi";
import type { PersonCtx } from "../../domain/context.ts";
import { cancelAnyBuild, findAnyBuild, readAnyLog } from "../../domain/operators/any-build.ts";
import { listAllBuilds } from "../../domain/operators/list-builds.ts";
import { form, Id, operatorPage } from "../dashboard/page.ts";
import { AnyBuildView, CANCEL, LOG } from "./build-view.tsx";
import { AllBuildsView } from "./list-view.tsx";
import { adminBuildPath } from "../dashboard/places.ts";

const OfBuild = { schema: z.object({ build: Id }), thing: "build" } as const;

const listPage = operatorPage({
  path: "/admin/builds",
  operationId: "showAdminBuilds",
  summary: "The builds of all accounts",
  show: async (ctx, { query }) => {
    const page = await listAllBuilds(ctx, query);
    return { title: "All builds", body: <AllBuildsView ctx={ctx} page={page} /> };
  },
});

const onePage = operatorPage({
  path: "/admin/builds/{build}",
  operationId: "showAdminBuild",
  summary: "One build of whichever account",
  params: OfBuild,
  show: async (ctx, { params, form: state }) => {
    const found = await findAnyBuild(ctx, params.build);
    return {
      title: `Build ${params.build}`,
      body: <AnyBuildView ctx={ctx} found={found} form={state} />,
    };
  },
  forms: [
    form({
      path: LOG,
      operationId: "readBuildLogAsOperator",
      summary: "Read the log of the build, which its account is told of",
      params: OfBuild,
      run: async (ctx: PersonCtx, { params }) => ({ made: await readAnyLog(ctx, params.build) }),
    }),
    form({
      path: CANCEL,
      operationId: "cancelBuildAsOperator",
      summary: "Cancel the build",
      params: OfBuild,
      run: async (ctx: PersonCtx, { params }) => {
        await cancelAnyBuild(ctx, params.build);
        return { to: adminBuildPath(params.build), says: "Cancelled" };
      },
    }),
  ],
});

export const adminBuilds = [...listPage, ...onePage];
