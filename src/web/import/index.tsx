// Imports of subscribers from CSV files: the page that takes a file, that of one import, and the file of its refused rows.
import { z } from "@hono/zod-openapi";
import { findApp, type App } from "../../domain/apps/find-app.ts";
import { createImport } from "../../domain/imports/create-import.ts";
import { errorsFile } from "../../domain/imports/errors-file.ts";
import { findImport, listImports, type Import } from "../../domain/imports/find-import.ts";
import { MAX_FILE_BYTES } from "../../domain/imports/read-text.ts";
import { cancelImport, startImport } from "../../domain/imports/start-import.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { contentDisposition } from "../../http/content-disposition.ts";
import { fileName } from "../../kit/fields.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { form, goTo, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { appPath, sideAppOf } from "../parts/app-tile.tsx";
import { ImportView, isMoving, Progress, PROGRESS } from "./import-view.tsx";
import { ImportsView, UPLOAD } from "./list-view.tsx";
import { START, STOP } from "./props.ts";

const OfApp = { schema: z.object({ account: Id, app: Id }), thing: "app" } as const;
const Params = z.object({ account: Id, app: Id, import: z.uuid() });
type Params = z.output<typeof Params>;
const OfImport = { schema: Params, thing: "import" } as const;

/** Files a minute from one network address: each takes up to a second to read. */
const UPLOAD_RATE = { name: "dashboard-import", limit: 10 };
/** Files of refused rows a minute from one network address. */
const ERRORS_RATE = { name: "dashboard-import-errors", limit: 20 };

const pathOf = (app: App) => `${appPath(app)}/audience/import`;

async function found(
  ctx: MemberCtx,
  params: Params,
): Promise<{ app: App; found: Import; path: string }> {
  const app = await findApp(ctx, params.app);
  const one = await findImport(ctx, app, params.import);
  return { app, found: one, path: `${pathOf(app)}/${one.uuid}` };
}

const importsPage = memberPage({
  path: "/{account}/apps/{app}/audience/import",
  operationId: "showImports",
  summary: "Import of subscribers from a file, and the app's imports",
  params: OfApp,
  may: "push:read",
  show: async (ctx, { params, form: state }) => {
    const app = await findApp(ctx, params.app);
    const [side, all] = await Promise.all([sideAppOf(app), listImports(ctx, app)]);
    const mayImport = hasRight(ctx.role, "push:write");
    const ofApp = appPath(app);
    const props = { ctx, side, ofApp, form: state, path: pathOf(app), all, mayImport };
    return { title: "Import", body: <ImportsView {...props} /> };
  },
  forms: [
    form({
      path: UPLOAD,
      operationId: "uploadImport",
      summary: "Upload a file of subscribers",
      params: OfApp,
      may: "push:write",
      rate: UPLOAD_RATE,
      upload: MAX_FILE_BYTES,
      run: async (ctx: MemberCtx, { params, fields }) => {
        const app = await findApp(ctx, params.app);
        const file = fields.file("file");
        if (file === null) {
          return refuse(invalidField(["file"], "must be a file with something in it: choose one"));
        }
        const bytes = new Uint8Array(await file.arrayBuffer());
        const made = await createImport(ctx, app, { name: file.name, bytes });
        return { to: `${pathOf(app)}/${made.uuid}` };
      },
    }),
  ],
});

const importPage = memberPage({
  path: "/{account}/apps/{app}/audience/import/{import}",
  operationId: "showImport",
  summary: "One import of subscribers",
  params: OfImport,
  may: "push:read",
  show: async (ctx, { params, form: state }) => {
    const { app, found: one, path } = await found(ctx, params);
    const mayImport = hasRight(ctx.role, "push:write");
    const props = {
      ctx,
      side: await sideAppOf(app),
      ofApp: appPath(app),
      form: state,
      path,
      one,
      mayImport,
    };
    return {
      title: `Import of ${one.fileName}`,
      scripts: isMoving(one) ? ["live"] : [],
      body: <ImportView {...props} />,
    };
  },
  forms: [
    form({
      path: START,
      operationId: "startImport",
      summary: "Begin an import",
      params: OfImport,
      may: "push:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const { app, path } = await found(ctx, params);
        await startImport(ctx, app, params.import, { leave_out: fields.checked("leave_out") });
        return { to: path };
      },
    }),
    form({
      path: STOP,
      operationId: "cancelImport",
      summary: "Cancel an import",
      params: OfImport,
      may: "push:write",
      run: async (ctx: MemberCtx, { params }) => {
        const { app, path } = await found(ctx, params);
        await cancelImport(ctx, app, params.import);
        return { to: path, says: "The import is cancelled." };
      },
    }),
  ],
  parts: {
    [PROGRESS]: async (ctx, { params }) => {
      const { found: one } = await found(ctx, params);
      return { body: <Progress one={one} />, ends: isMoving(one) ? undefined : "page" };
    },
  },
});

const importErrors = memberPage({
  path: "/{account}/apps/{app}/audience/import/{import}/errors",
  operationId: "exportImportErrors",
  summary: "The refused rows of an import, as a CSV file",
  params: OfImport,
  // The rows are about people.
  may: "push:write",
  rate: ERRORS_RATE,
  show: async (ctx, { params }) => {
    const { found: one, path } = await found(ctx, params);
    if (one.filesUntil === null) return goTo(path);
    const name = fileName(
      `Refused rows of ${one.fileName.replace(/\.\w+$/, "")}`,
      "refused",
      "csv",
    );
    return new Response(errorsFile(ctx, one), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": contentDisposition(name),
        "cache-control": "no-store",
      },
    });
  },
});

export const importPages = [...importsPage, ...importPage, ...importErrors];
