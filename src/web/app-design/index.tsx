// An app's design: how it looks and what it may do, with a phone that follows what is typed.
import { z } from "@hono/zod-openapi";
import { findApp, type App } from "../../domain/apps/find-app.ts";
import { updateApp } from "../../domain/apps/update-app.ts";
import { triggerBuild } from "../../domain/builds/trigger-build.ts";
import { hasRight } from "../../domain/people/roles.ts";
import type { RefusalCode } from "../../kit/refusal.ts";
import { drawnOf } from "../app-overview/live-preview.tsx";
import { UNTOUCHED, type FormState } from "../dashboard/form-state.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { AppIcon, iconFacts, type IconFacts } from "../parts/app-icon.tsx";
import { appPath, sideAppOf, tileFacts } from "../parts/app-tile.tsx";
import { Notice, Problem } from "../parts/notice.tsx";
import { Phone, type PhoneProps } from "../parts/phone.tsx";
import { fieldId } from "../parts/field.tsx";
import { changesOf, shownBy, SHOWN } from "./changes.ts";
import { ControlField, OF } from "./control.tsx";
import type { Control, Group } from "./control-type.ts";
import { GROUPS } from "./controls.ts";
import { designOf } from "./mapping.ts";
import { Splash } from "./splash.tsx";

const OF_APP = { schema: z.object({ account: Id, app: Id }), thing: "app" } as const;
/** Why an app that was saved is not built at once. */
const UNBUILT: ReadonlySet<RefusalCode | undefined> = new Set<RefusalCode>([
  "active_build",
  "insufficient_credits",
  "no_builders",
]);
/** The side of the icon on its card, pixels. */
const CARD_ICON = 56;

export const appDesign = memberPage({
  path: "/{account}/apps/{app}/design",
  operationId: "showDesign",
  summary: "An app's design",
  params: OF_APP,
  may: "apps:read",
  show: async (ctx, { params, form: state }) => {
    const app = await findApp(ctx, params.app);
    const path = appPath(app);
    return {
      title: `Design of ${app.name}`,
      scripts: ["app-design"],
      body: (
        <Shell
          ctx={ctx}
          here="design"
          app={await sideAppOf(app)}
          crumbs={[{ label: app.name, path }, { label: "Design" }]}
        >
          <PageHead
            title="Design"
            text="How the app looks and what it may do. Changes reach people with the next build."
          />
          <Design
            app={app}
            form={state}
            mayWrite={hasRight(ctx.role, "apps:write")}
            icon={await tileFacts(app)}
            drawn={drawnOf(app)}
            made={(await iconFacts({ name: app.name, config: {} }, null)).color}
          />
        </Shell>
      ),
    };
  },
  forms: [
    form({
      path: OF,
      operationId: "saveDesign",
      summary: "Save an app's design",
      params: OF_APP,
      may: "apps:write",
      run: async (ctx: MemberCtx, { params, fields, origin }) => {
        const app = await findApp(ctx, params.app);
        const saved = await updateApp(ctx, app, changesOf(designOf(app), fields));
        const path = appPath(saved);
        if (fields.text("also") !== "build") return { to: `${path}/design`, says: "Saved." };
        const { id } = await triggerBuild(ctx, saved, origin, {});
        return { to: `${path}/builds/${id}` };
      },
    }),
  ],
});

const Design = ({
  app,
  form: said,
  mayWrite,
  icon,
  drawn,
  made,
}: {
  app: App;
  form: FormState;
  mayWrite: boolean;
  icon: IconFacts;
  drawn: PhoneProps;
  /** The colour behind the drawn icon where none is set. */
  made: string;
}) => {
  const path = appPath(app);
  const isSaved = UNBUILT.has(said.refusal?.code);
  const state = isSaved ? UNTOUCHED : said;
  const posted = state.posted === OF ? state.fields : null;
  const design = designOf(app);
  const { splash_color: splash, theme_color: own } = design.config;
  const { theme, background } = drawn;
  const behind = icon.src === null ? (own ?? made) : background;
  const defaults = { theme, background: "#ffffff", icon: behind, splash: background };
  const [names, ...others] = GROUPS;
  const groupCard = (group: Group) => (
    <GroupCard group={group}>
      {(control) => (
        <ControlField
          control={control}
          design={design}
          form={state}
          isDisabled={!mayWrite}
          defaults={defaults}
        />
      )}
    </GroupCard>
  );
  return (
    <form method="post" action={`${path}/design`} class="cols" data-design>
      {mayWrite && <input type="hidden" name={SHOWN} value={shownBy(design, posted)} />}
      <div class="stack stack--l">
        {isSaved && <Notice tone="ok">The design was saved, and no build begun.</Notice>}
        {said.problem === null ? <Summary form={said} /> : <Problem form={said} of={OF} />}
        {!mayWrite && (
          <Notice tone="idle">Owners and developers of this account change the design.</Notice>
        )}
        {names && groupCard(names)}
        <IconCard path={path} icon={icon} mayWrite={mayWrite} />
        {others.map(groupCard)}
        {mayWrite && <SaveBar mayBuild={app.url !== ""} discards={posted && `${path}/design`} />}
      </div>
      <aside class="sticky stack" aria-label="Preview">
        <Phone {...drawn} />
        <Splash icon={icon} made={made} background={splash ?? drawn.background} name={app.name} />
      </aside>
    </form>
  );
};

const IconCard = ({
  path,
  icon,
  mayWrite,
}: {
  path: string;
  icon: IconFacts;
  mayWrite: boolean;
}) => (
  <section class="card" aria-labelledby="icon-h">
    <header>
      <h2 id="icon-h">Icon</h2>
    </header>
    <div class="card-body row row--between">
      <span class="person">
        <AppIcon side={CARD_ICON} {...icon} />
        <span class="soft">
          {icon.src === null ? "Drawn from the name and the theme." : "Your own picture."}
        </span>
      </span>
      <a class="btn btn--s" href={`${path}/icon`}>
        {mayWrite ? "Change the icon" : "Look at the icon"}
      </a>
    </div>
  </section>
);

/** `discards`: where the design is as it was saved; null where the form itself shows it. */
const SaveBar = ({ mayBuild, discards }: { mayBuild: boolean; discards: string | null }) => (
  <div class="savebar" role="region" aria-label="Save">
    <span class="soft" data-changes>
      Reaches people with the next build.
    </span>
    <span class="push-end row">
      {discards === null ? (
        <button class="btn btn--ghost" type="reset">
          Discard
        </button>
      ) : (
        <a class="btn btn--ghost" href={discards}>
          Discard
        </a>
      )}
      {mayBuild && (
        <button class="btn" name="also" value="build">
          Save and build
        </button>
      )}
      <button class="btn btn--primary">Save</button>
    </span>
  </div>
);

const GroupCard = ({
  group: { title, controls },
  children,
}: {
  group: Group;
  children: (control: Control) => unknown;
}) => {
  const id = `g-${title.toLowerCase().replaceAll(/\W+/g, "-")}`;
  const isSwitch = ({ kind }: Control) => kind === "switch" || kind === "switches";
  const switches = controls.filter(isSwitch);
  const fields = controls.filter((control) => !isSwitch(control));
  const isShort = fields.every(({ kind }) => kind === "text" || kind === "color");
  const list = switches.length > 0 && <div>{switches.map(children)}</div>;
  const grid = fields.length > 0 && (
    <div class={isShort && fields.length > 1 ? "fields fields--2" : "fields"}>
      {fields.map(children)}
    </div>
  );
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
      </header>
      <div class="card-body stack">
        {fields.some(({ kind }) => kind === "choice") ? [grid, list] : [list, grid]}
      </div>
    </section>
  );
};

/** From this many issues on there is a list of them on top. */
const MANY = 3;

/** What is wrong, with ways to the fields, where it is much. */
const Summary = ({ form: state }: { form: FormState }) => {
  if (state.posted !== OF || state.issues.size === 0) return null;
  const wrong = GROUPS.flatMap(({ controls }) => controls).filter(({ path }) =>
    [...state.issues.keys()].some((issue) => issue === path || issue.startsWith(`${path}.`)),
  );
  return (
    <Notice tone="bad">
      <p>
        <strong>Nothing was saved.</strong>{" "}
        {wrong.length === 1 ? "A field is wrong." : `${wrong.length} fields are wrong.`}
      </p>
      {wrong.length >= MANY && (
        <ul class="plain-list">
          {wrong.map(({ path, label }) => (
            <li>
              <a href={`#${fieldId(OF, path)}`}>{label}</a>
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
};
