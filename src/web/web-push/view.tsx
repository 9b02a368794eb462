// What the page of an app's Web Push shows: the guide and the settings, and beside them the checks and the keys.
import type { App } from "../../domain/apps/find-app.ts";
import type { Device } from "../../domain/composing/own-devices.ts";
import type { PushSiteCheck } from "../../domain/overviews/push-site-check.ts";
import { hasRight } from "../../domain/people/roles.ts";
import type { Credential } from "../../domain/subscribers/credentials.ts";
import type { PushApp } from "../../domain/subscribers/push-apps.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import { appPath, hostOf } from "../parts/app-tile.tsx";
import { PushHead } from "../parts/push-head.tsx";
import { DefaultsCard, KeysCard, KeysDialog, OriginsCard, StartCard } from "./cards.tsx";
import { CHECK, Checks } from "./checks.tsx";
import { Guide } from "./guide.tsx";
import { TryStep } from "./try.tsx";

export interface WebPushProps {
  ctx: MemberCtx;
  app: App;
  side: SideApp;
  push: PushApp;
  /** Undefined for none. */
  credential: Credential | undefined;
  /** How many browsers are subscribed. */
  browsers: number;
  /** Those of who looks, where they may send. */
  devices: readonly Device[];
  form: FormState;
  /** Where the SDK comes from. */
  origin: string;
}

export const WebPushView = (props: WebPushProps) => {
  const { ctx, app, side, push, credential, form, origin } = props;
  const path = `${appPath(app)}/web-push`;
  const mayChange = hasRight(ctx.role, "credentials:write");
  const subject = credential?.shown["subject"];
  const contact = typeof subject === "string" ? subject : `mailto:${ctx.person.email}`;
  const settings = { form, path, mayChange, settings: push.settings };
  return (
    <Shell
      ctx={ctx}
      here="web-push"
      app={side}
      crumbs={[{ label: app.name, path: appPath(app) }, { label: "Push set-up" }]}
      after={mayChange && credential && <KeysDialog form={form} path={path} contact={contact} />}
    >
      <PushHead base={appPath(app)} here="/web-push" />
      <div class="cols">
        <div class="stack stack--l">
          {credential ? (
            <Guide push={push} origin={origin}>
              <Try {...props} path={path} />
            </Guide>
          ) : (
            <StartCard {...settings} contact={contact} />
          )}
          {mayChange && <DefaultsCard {...settings} />}
        </div>
        <Aside {...props} {...settings} />
      </div>
    </Shell>
  );
};

const Try = ({ ctx, app, push, devices, form, path }: WebPushProps & { path: string }) =>
  hasRight(ctx.role, "push:write") && (
    <TryStep
      app={app}
      devices={devices}
      webPushKey={push.vapidPublicKey}
      form={form}
      path={path}
      now={ctx.now()}
    />
  );

const Aside = (props: WebPushProps & Parameters<typeof OriginsCard>[0]) => {
  const { ctx, app, credential, browsers, form, path } = props;
  const maySend = hasRight(ctx.role, "push:write");
  return (
    <aside class="stack stack--l" aria-label="Checks and settings">
      <Checks
        check={form.posted === CHECK ? (form.made as PushSiteCheck | null) : null}
        site={hostOf(app)}
        browsers={browsers}
        path={path}
        mayAsk={maySend}
      />
      {credential && (
        <KeysCard {...props} maySend={maySend} credential={credential} now={ctx.now()} />
      )}
      <OriginsCard {...props} />
    </aside>
  );
};
