// The credentials of an app for FCM and APNs, by which it reaches apps that register their tokens.
import { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { credentialsOf } from "../../domain/subscribers/credentials.ts";
import { deleteCredential } from "../../domain/subscribers/manage-credentials.ts";
import { setCredential } from "../../domain/subscribers/set-credential.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { Fields } from "../dashboard/fields.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { Shell } from "../dashboard/shell.tsx";
import { appPath, sideAppOf } from "../parts/app-tile.tsx";
import { PushHead } from "../parts/push-head.tsx";
import { refolded } from "../parts/refolded.ts";
import { verifyForm } from "../parts/verify-form.ts";
import { labelOf } from "../parts/words.ts";
import { CredentialCard, CredentialDialogs, REMOVE, SET, VERIFY, type Native } from "./cards.tsx";

const OfApp = z.object({ account: Id, app: Id });
const NATIVE = ["fcm", "apns"] as const satisfies readonly Native[];
const params = { schema: OfApp, thing: "app" } as const;

const pathOf = ({ account, app }: z.output<typeof OfApp>) =>
  `/dashboard/${account}/apps/${app}/providers`;

/** The ends of operations' names. */
const SUFFIX: Readonly<Record<Native, string>> = { fcm: "Fcm", apns: "Apns" };

/** Largest key file, bytes: those of Google are 2,400 long, those of Apple 260. */
const MAX_KEY_FILE_BYTES = 16 * 1024;

export const providersPage = memberPage({
  path: "/{account}/apps/{app}/providers",
  operationId: "showProviders",
  summary: "FCM and APNs of the app",
  params,
  may: "push:read",
  show: async (ctx, { params: { app: appId }, form: state }) => {
    const app = await findApp(ctx, appId);
    const [side, credentials] = await Promise.all([sideAppOf(app), credentialsOf(ctx, app.id)]);
    const cards = NATIVE.map((provider) => ({
      provider,
      credential: credentials.find((each) => each.provider === provider) ?? null,
      form: state,
      path: `${appPath(app)}/providers`,
      maySet: hasRight(ctx.role, "credentials:write"),
      mayVerify: hasRight(ctx.role, "push:write"),
      now: ctx.now(),
    }));
    return {
      title: `FCM and APNs of ${app.name}`,
      body: (
        <Shell
          ctx={ctx}
          here="web-push"
          app={side}
          crumbs={[
            { label: app.name, path: appPath(app) },
            { label: "Push set-up", path: `${appPath(app)}/web-push` },
            { label: "FCM and APNs" },
          ]}
          after={cards
            .filter(({ maySet }) => maySet)
            .map((each) => (
              <CredentialDialogs {...each} />
            ))}
        >
          <PushHead base={appPath(app)} here="/providers" />
          {cards.map((each) => (
            <CredentialCard {...each} />
          ))}
        </Shell>
      ),
    };
  },
  forms: [
    form({
      path: SET.fcm,
      operationId: "setFcm",
      summary: "Set the credential of FCM",
      params,
      may: "credentials:write",
      run: async (ctx: MemberCtx, { params: at, fields }) => {
        const app = await findApp(ctx, at.app);
        const input = { service_account: json(await keyFile(fields, "service_account")) };
        await refolded(setCredential(ctx, app, "fcm", input), (name, phrase) => {
          const part = name.replace(/^service_account\.?/, "");
          return ["service_account", part === "" ? phrase : `${part} in it ${phrase}`];
        });
        return { to: pathOf(at), says: "FCM is set up. Verify asks whether it takes the key." };
      },
    }),
    form({
      path: SET.apns,
      operationId: "setApns",
      summary: "Set the credential of APNs",
      params,
      may: "credentials:write",
      run: async (ctx: MemberCtx, { params: at, fields }) => {
        const app = await findApp(ctx, at.app);
        await setCredential(ctx, app, "apns", {
          private_key: await keyFile(fields, "private_key"),
          key_id: fields.text("key_id"),
          team_id: fields.text("team_id"),
          topic: fields.text("topic"),
          environment: fields.text("environment"),
        });
        return { to: pathOf(at), says: "APNs is set up. Verify asks whether it takes the key." };
      },
    }),
    ...NATIVE.flatMap(formsOf),
  ],
});

/** The forms that each provider has. */
function formsOf(provider: Native) {
  const name = labelOf(provider);
  return [
    verifyForm({
      path: VERIFY(provider),
      operationId: `verify${SUFFIX[provider]}`,
      provider,
      params,
    }),
    form({
      path: REMOVE(provider),
      operationId: `remove${SUFFIX[provider]}`,
      summary: `Remove the credential of ${name}`,
      params,
      may: "credentials:write",
      run: async (ctx: MemberCtx, { params: at }) => {
        await deleteCredential(ctx, await findApp(ctx, at.app), provider);
        return { to: pathOf(at), says: `${name} is removed.` };
      },
    }),
  ];
}

/** The text of a key file that was chosen or pasted. Refuses `invalid` for none, and for one that is too long. */
async function keyFile(fields: Fields, name: string): Promise<string> {
  const file = fields.file(name);
  const size = file?.size ?? fields.text(`${name}_text`).length;
  if (size === 0) refuse(invalidField([name], "must be the key file, chosen or pasted"));
  if (size > MAX_KEY_FILE_BYTES) {
    refuse(invalidField([name], `must not be larger than ${MAX_KEY_FILE_BYTES / 1024} kB`));
  }
  return file ? file.text() : fields.text(`${name}_text`);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(invalidField(["service_account"], "must be the JSON file, as it was downloaded"));
  }
}
