// The last step of the guide: this browser subscribes, and a test goes to the devices of whoever tries it.
import type { z } from "@hono/zod-openapi";
import type { App } from "../../domain/apps/find-app.ts";
import { removeOwnDevice } from "../../domain/composing/keep-own-devices.ts";
import type { Device } from "../../domain/composing/own-devices.ts";
import { sendTest } from "../../domain/composing/send-test.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { form, type Form, type MemberCtx } from "../dashboard/page.ts";
import { DEVICE_FIELD, OwnDevices, REMOVE_FIELD } from "../own-devices/device-list.tsx";
import { subscribeForm } from "../own-devices/forms.tsx";
import { SubscribeHere } from "../own-devices/subscribe-here.tsx";
import { TEST, TEST_BROWSER, TEST_REMOVE } from "../own-devices/test-dialog.tsx";
import { sentTo } from "../own-devices/words.ts";
import { Unplaced } from "../parts/unplaced.tsx";

/** The id of the form that the boxes of devices belong to. */
const TRY_FORM = "try";

export const TryStep = ({
  app,
  devices,
  webPushKey,
  form: state,
  path,
  now,
}: {
  app: App;
  /** Those of who looks. */
  devices: readonly Device[];
  webPushKey: string | null;
  form: FormState;
  path: string;
  now: number;
}) => (
  <div class="stack">
    <Unplaced
      form={state}
      of={TEST}
      fields={[]}
      says={{ devices: "Nothing was sent: choose a device that can be reached." }}
    />
    <OwnDevices devices={devices} formId={TRY_FORM} now={now} remove={path + TEST_REMOVE} />
    <div class="row">
      <SubscribeHere app={app} webPushKey={webPushKey} action={path + TEST_BROWSER} />
      <form method="post" action={path + TEST} id={TRY_FORM}>
        <button class="btn btn--s">Send a test</button>
      </form>
    </div>
  </div>
);

interface OnPage<Params extends z.ZodObject> {
  params: { schema: Params; thing: "app" };
  find: (ctx: MemberCtx, params: z.output<Params>) => Promise<{ app: App; path: string }>;
}

/** The forms of the step. */
export function tryForms<Params extends z.ZodObject>(page: OnPage<Params>): Form<MemberCtx>[] {
  const { params, find } = page;
  return [
    form({
      path: TEST,
      operationId: "tryWebPush",
      summary: "Send a test to one's own devices, as it stands",
      params,
      may: "push:write",
      run: async (ctx: MemberCtx, { params: of, fields }) => {
        const { app, path } = await find(ctx, of);
        const content = { title: app.name, body: "This is a test. Notifications arrive here." };
        const { devices } = await sendTest(ctx, app, content, fields.all(DEVICE_FIELD));
        return { to: path, says: sentTo(devices) };
      },
    }),
    form({
      path: TEST_REMOVE,
      operationId: "removeTriedDevice",
      summary: "Take a device from one's own",
      params,
      may: "push:write",
      run: async (ctx: MemberCtx, { params: of, fields }) => {
        const { app, path } = await find(ctx, of);
        await removeOwnDevice(ctx, app, fields.text(REMOVE_FIELD));
        return { to: path, says: "The device is not among yours any more." };
      },
    }),
    subscribeForm({
      ...page,
      path: TEST_BROWSER,
      formId: TRY_FORM,
      operationId: "subscribeTriedBrowser",
    }),
  ];
}
