// The forms around one's own devices, for the pages that have them: a test of what is being written, this browser, and a
// subscriber that is somebody's own phone. A page lists them among its forms; it says how to find its app, and the composer
// what its fields hold.
import type { z } from "@hono/zod-openapi";
import type { App } from "../../domain/apps/find-app.ts";
import {
  addOwnDevice,
  removeOwnDevice,
  subscribeHere,
} from "../../domain/composing/keep-own-devices.ts";
import { listOwnDevices, MAX_OWN_DEVICES } from "../../domain/composing/own-devices.ts";
import { sendTest } from "../../domain/composing/send-test.ts";
import { invalidField, refuse, type Thing } from "../../kit/refusal.ts";
import { form, type Form, type MemberCtx, type Posted } from "../dashboard/page.ts";
import { fragment } from "../dashboard/part.tsx";
import { DEVICE_FIELD, OwnDevices, PICK_FIELD, REMOVE_FIELD } from "./device-list.tsx";
import { TEST, TEST_BROWSER, TEST_REMOVE } from "./test-dialog.tsx";
import { sentTo } from "./words.ts";

/** A page that has these forms. */
interface OnPage<Params extends z.ZodObject> {
  params: { schema: Params; thing: Thing };
  /** Finds the app that the path names, and the page's own path. Refuses `not_found`. */
  find: (ctx: MemberCtx, params: z.output<Params>) => Promise<{ app: App; path: string }>;
}

interface OnComposer<Params extends z.ZodObject> extends OnPage<Params> {
  /** The id of the composer's form. */
  formId: string;
  /** Keeps what was typed, so that it is still there when the page is shown again, and returns it as the API's content. */
  contentOf: (ctx: MemberCtx, input: Posted<z.output<Params>>) => Promise<unknown>;
}

/** Browsers subscribed a minute from one network address, by hand. */
const BROWSER_RATE = { name: "dashboard-browser", limit: 30 };

/** The forms of a composer: the test, a device that is not one's own any more, and this browser. */
export function testForms<Params extends z.ZodObject>(page: OnComposer<Params>): Form<MemberCtx>[] {
  const { params, find, contentOf, formId } = page;
  return [
    form({
      path: TEST,
      operationId: "sendTest",
      summary: "Send a test to one's own devices",
      params,
      may: "push:write",
      run: async (ctx: MemberCtx, input: Posted<z.output<Params>>) => {
        const { app, path } = await find(ctx, input.params);
        const content = await contentOf(ctx, input);
        const picked = [...new Set(input.fields.all(PICK_FIELD))];
        // Each is a round trip, and nobody can have more.
        if (picked.length > MAX_OWN_DEVICES) {
          refuse(invalidField(["devices"], `must not be more than ${MAX_OWN_DEVICES}`));
        }
        for (const id of picked) await addOwnDevice(ctx, app, id);
        const chosen = [...input.fields.all(DEVICE_FIELD), ...picked];
        const { devices } = await sendTest(ctx, app, content, chosen);
        return { to: path, says: sentTo(devices) };
      },
    }),
    form({
      path: TEST_REMOVE,
      operationId: "removeTestDevice",
      summary: "Take a device from one's own",
      params,
      may: "push:write",
      run: async (ctx: MemberCtx, input: Posted<z.output<Params>>) => {
        const { app, path } = await find(ctx, input.params);
        await contentOf(ctx, input);
        await removeOwnDevice(ctx, app, input.fields.text(REMOVE_FIELD));
        return { to: path, says: "The device is not among yours any more." };
      },
    }),
    subscribeForm({ ...page, path: TEST_BROWSER, formId, operationId: "subscribeTestBrowser" }),
  ];
}

/**
 * The form of `SubscribeHere`, at `path` below its page. The script that posts it is answered with the list of one's own
 * devices, as boxes of the form with `formId`.
 */
export function subscribeForm<Params extends z.ZodObject>({
  params,
  find,
  path,
  operationId,
  formId,
}: OnPage<Params> & { path: string; operationId: string; formId: string }): Form<MemberCtx> {
  return form({
    path,
    operationId,
    summary: "Subscribe this browser, as one's own device",
    params,
    may: "push:write",
    rate: BROWSER_RATE,
    run: async (ctx: MemberCtx, { params: of, fields }: Posted<z.output<Params>>) => {
      const { app, path: base } = await find(ctx, of);
      await subscribeHere(ctx, app, {
        endpoint: fields.text("endpoint"),
        p256dh: fields.text("p256dh"),
        auth: fields.text("auth"),
        language: fields.text("language"),
        timezone: fields.text("timezone"),
      });
      const devices = await listOwnDevices(ctx, app);
      const remove = base + TEST_REMOVE;
      return fragment(
        <OwnDevices devices={devices} formId={formId} now={ctx.now()} remove={remove} />,
      );
    },
  });
}

/** The form of `MyDevice`, on the page of a subscriber whose UUID `idOf` finds in the path. */
export function myDeviceForm<Params extends z.ZodObject>({
  params,
  find,
  idOf,
}: OnPage<Params> & { idOf: (params: z.output<Params>) => string }): Form<MemberCtx> {
  return form({
    path: MINE,
    operationId: "submitMyDevice",
    summary: "Call a device one's own",
    params,
    may: "push:write",
    run: async (ctx: MemberCtx, { params: of, fields }: Posted<z.output<Params>>) => {
      const { app, path } = await find(ctx, of);
      if (fields.text("mine") === "yes") {
        await addOwnDevice(ctx, app, idOf(of));
        return { to: path, says: "It is one of your devices: tests to you can go there." };
      }
      await removeOwnDevice(ctx, app, idOf(of));
      return { to: path, says: "It is not one of your devices any more." };
    },
  });
}

const MINE = "/mine";

/** Says whether the subscriber is one of the person's own devices, and changes that. `base`: the subscriber's page. */
export const MyDevice = ({ base, isMine }: { base: string; isMine: boolean }) => (
  <form method="post" action={base + MINE}>
    <button class="btn" name="mine" value={isMine ? "no" : "yes"}>
      {isMine ? "This is not my device" : "This is my device"}
    </button>
  </form>
);
