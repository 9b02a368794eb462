// Web Push of an app: what to put on the website, whether it is there, the keys, and which pages may register.
import { z } from "@hono/zod-openapi";
import { listOwnDevices } from "../../domain/composing/own-devices.ts";
import { findApp } from "../../domain/apps/find-app.ts";
import { checkPushSite } from "../../domain/overviews/push-site-check.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { credentialsOf } from "../../domain/subscribers/credentials.ts";
import { pushAppOf } from "../../domain/subscribers/push-apps.ts";
import { setCredential } from "../../domain/subscribers/set-credential.ts";
import { subscribedByWebPush } from "../../domain/subscribers/web-push-counts.ts";
import { updatePushApp } from "../../domain/subscribers/update-push-app.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { sideAppOf } from "../parts/app-tile.tsx";
import { refolded } from "../parts/refolded.ts";
import { verifyForm } from "../parts/verify-form.ts";
import { counted } from "../parts/words.ts";
import { DEFAULTS, KEYS, ORIGINS, VERIFY } from "./cards.tsx";
import { CHECK } from "./checks.tsx";
import { tryForms } from "./try.tsx";
import { WebPushView } from "./view.tsx";

const params = { schema: z.object({ account: Id, app: Id }), thing: "app" } as const;
const pathOf = ({ account, app }: z.output<typeof params.schema>) =>
  `/dashboard/${account}/apps/${app}/web-push`;

/** Checks a minute from one network address: each asks a website up to five times. */
const CHECK_RATE = { name: "push-site-check", limit: 20 };

export const webPushPage = memberPage({
  path: "/{account}/apps/{app}/web-push",
  operationId: "showWebPush",
  summary: "Web Push of the app",
  params,
  may: "push:read",
  show: async (ctx, { params: { app: appId }, form: state, origin }) => {
    const app = await findApp(ctx, appId);
    const [side, push, credentials, { browsers }, devices] = await Promise.all([
      sideAppOf(app),
      pushAppOf(ctx, app),
      credentialsOf(ctx, app.id),
      subscribedByWebPush(ctx, app),
      hasRight(ctx.role, "push:write") ? listOwnDevices(ctx, app) : [],
    ]);
    const credential = credentials.find(({ provider }) => provider === "webpush");
    return {
      title: `Web push of ${app.name}`,
      scripts: ["subscribe-here"],
      body: (
        <WebPushView
          {...{ ctx, app, side, push, credential, browsers, devices, origin }}
          form={state}
        />
      ),
    };
  },
  forms: [
    ...tryForms({
      params,
      find: async (ctx: MemberCtx, at: z.output<typeof params.schema>) => ({
        app: await findApp(ctx, at.app),
        path: pathOf(at),
      }),
    }),
    form({
      path: CHECK,
      operationId: "checkPushSite",
      summary: "Ask the app's website whether it is ready for Web Push",
      params,
      may: "push:write",
      rate: CHECK_RATE,
      run: async (ctx: MemberCtx, { params: { app }, origin }) => ({
        made: await checkPushSite(ctx, await findApp(ctx, app), origin),
      }),
    }),
    form({
      path: KEYS,
      operationId: "setWebPushKeys",
      summary: "Set the contact and the keys of Web Push",
      params,
      may: "credentials:write",
      run: async (ctx: MemberCtx, { params: at, fields }) => {
        const app = await findApp(ctx, at.app);
        const publicKey = fields.given("public_key");
        const privateKey = fields.given("private_key");
        const { registerAgain } = await setCredential(ctx, app, "webpush", {
          subject: fields.text("subject"),
          ...(publicKey === undefined ? {} : { public_key: publicKey }),
          ...(privateKey === undefined ? {} : { private_key: privateKey }),
        });
        const says =
          registerAgain === null
            ? "Saved"
            : `Saved. ${counted(registerAgain.browsers + registerAgain.apps, "subscription")} of the earlier pair come back once they open the site or app again.`;
        return { to: pathOf(at), says };
      },
    }),
    verifyForm({ path: VERIFY, operationId: "verifyWebPush", provider: "webpush", params }),
    form({
      path: ORIGINS,
      operationId: "setPushOrigins",
      summary: "Say which pages may register browsers",
      params,
      may: "credentials:write",
      run: async (ctx: MemberCtx, { params: at, fields }) => {
        const app = await findApp(ctx, at.app);
        const origins = fields
          .text("origins")
          .split(/\s+/)
          .filter((each) => each !== "");
        const settings = { allowed_origins: [...new Set(origins)] };
        await refolded(updatePushApp(ctx, app, { settings }), (name, phrase) => {
          const index = /^settings\.allowed_origins\.(\d+)$/.exec(name)?.[1];
          const which = index === undefined ? "" : `${settings.allowed_origins[Number(index)]} `;
          return ["origins", which + phrase];
        });
        return { to: pathOf(at), says: "Saved" };
      },
    }),
    form({
      path: DEFAULTS,
      operationId: "setPushDefaults",
      summary: "Set what notifications fall back to",
      params,
      may: "credentials:write",
      run: async (ctx: MemberCtx, { params: at, fields }) => {
        const app = await findApp(ctx, at.app);
        const settings = {
          default_url: fields.given("default_url") ?? null,
          default_icon: fields.given("default_icon") ?? null,
        };
        await refolded(updatePushApp(ctx, app, { settings }), (name, phrase) => [
          name.replace("settings.", ""),
          phrase,
        ]);
        return { to: pathOf(at), says: "Saved" };
      },
    }),
  ],
});
