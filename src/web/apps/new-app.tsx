// Making an app: a dialog of the list, and a page of its own for whoever has no dialogs and after a refusal.
import { z } from "@hono/zod-openapi";
import { createApp, type Imported } from "../../domain/sites/create-app.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { UNTOUCHED, type FormState } from "../dashboard/form-state.ts";
import { Switch } from "../app-design/switch.tsx";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { appPath } from "../parts/app-tile.tsx";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { Problem } from "../parts/notice.tsx";

/** The path of the form, below the page's. */
const OF = "";
/** The dialog on the list. */
export const NEW_APP_DIALOG = "new-app";

/** The switch, and what it posts. */
const IMPORT = "import_manifest";
const ON = "on";

const pathOf = (ctx: MemberCtx) => `/dashboard/${ctx.principal.accountId}/apps/new`;

const Fields = ({ form: state }: { form: FormState }) => (
  <div class="fields">
    <TextField
      form={state}
      of={OF}
      name="url"
      label="Web address"
      type="url"
      required
      placeholder="https://example.com"
      hint="The page the app opens. It must be https for cameras, location and notifications."
    />
    <Switch
      label="Take name, colours and icon from the website"
      help="From its manifest, which sites that can be installed have. What you fill in counts before it."
      name={IMPORT}
      value={ON}
      isOn={state.posted === OF && state.fields.checked(IMPORT)}
      isDisabled={false}
    />
    <TextField
      form={state}
      of={OF}
      name="name"
      label="Name"
      maxlength={100}
      hint="Shown under the icon. Short is better: launchers cut after about 12 letters. May stay empty if it is taken from the website."
    />
    <details
      open={state.issues.has("package_name") || state.issues.has("version_name") || undefined}
    >
      <summary class="small soft">Package name and version</summary>
      <div class="fields fields--2">
        <TextField
          form={state}
          of={OF}
          name="package_name"
          label="Package name"
          isOptional
          placeholder="made from the name"
          hint="The app's id on phones and in stores."
        />
        <TextField
          form={state}
          of={OF}
          name="version_name"
          label="Version"
          value="1.0.0"
          hint="As people see it."
        />
      </div>
    </details>
  </div>
);

/** The dialog, which stands beside the list. */
export const NewAppDialog = ({ ctx }: { ctx: MemberCtx }) => (
  <Dialog id={NEW_APP_DIALOG} title="New app">
    <p>All it takes is an address. Everything else can be changed later.</p>
    <form method="post" action={pathOf(ctx)} class="stack">
      <Fields form={UNTOUCHED} />
      <div class="actions">
        <Closes dialog={NEW_APP_DIALOG} />
        <button class="btn btn--primary">Make the app</button>
      </div>
    </form>
  </Dialog>
);

/** What people call what a manifest may have. */
const WORDS: Readonly<Record<string, string>> = {
  short_name: "short name",
  theme_color: "theme colour",
  background_color: "background colour",
  fullscreen: "display",
  start_url: "start page",
};
const wordFor = (field: string): string => WORDS[field] ?? field;

/** What was taken from the website and what was not, in short: the design shows it all. */
function told({ name, config, icon, monochrome, left }: Imported): string[] {
  const fields = Object.keys(config).map(wordFor);
  // "icons.2", "shortcuts.1.url": which of them is no matter here
  const others = new Set(left.map(({ field }) => wordFor(field.replace(/\..*/, ""))));
  const took = [
    ...(name === null ? [] : ["name"]),
    ...fields,
    ...(icon === null ? [] : ["icon"]),
    ...(monochrome === null ? [] : ["icon of one colour"]),
  ];
  return [
    took.length === 0
      ? "The website's manifest had nothing to take."
      : `Taken: ${took.join(", ")}.`,
    ...(others.size === 0 ? [] : [`Not taken, or not whole: ${[...others].join(", ")}.`]),
  ];
}

export const newAppPage = memberPage({
  path: "/{account}/apps/new",
  operationId: "showNewApp",
  summary: "Make an app",
  params: { schema: z.object({ account: Id }), thing: "account" },
  may: "apps:write",
  show: async (ctx, { form: state }) => ({
    title: "New app",
    body: (
      <Shell ctx={ctx} here="apps" crumbs={[{ label: "New app" }]}>
        <PageHead
          title="New app"
          text="All it takes is an address. Everything else can be changed later."
        />
        <Problem form={state} of={OF} />
        <form method="post" action={pathOf(ctx)} class="card">
          <div class="card-body stack">
            <Fields form={state} />
            <div class="row">
              <button class="btn btn--primary">Make the app</button>
              <a class="btn btn--ghost" href={`/dashboard/${ctx.principal.accountId}`}>
                Cancel
              </a>
            </div>
          </div>
        </form>
      </Shell>
    ),
  }),
  forms: [
    form({
      path: OF,
      operationId: "makeApp",
      summary: "Make an app",
      may: "apps:write",
      run: async (ctx: MemberCtx, { fields }) => {
        const isImport = fields.checked(IMPORT);
        const { app, imported } = await createApp(ctx, {
          name: isImport ? fields.given("name") : fields.text("name"),
          url: fields.text("url"),
          import_manifest: isImport,
          package_name: fields.given("package_name"),
          version_name: fields.given("version_name"),
        });
        return {
          to: `${appPath(app)}/start`,
          says: [`${app.name} is made.`, ...(imported === null ? [] : told(imported))].join(" "),
        };
      },
    }),
  ],
});
