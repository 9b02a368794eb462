// The dialog that sends what is being written to the person's own devices. Its boxes and buttons belong to the composer's
// form, so that what was typed goes along; it stands beside that form, since it has one of its own for this browser.
import type { App } from "../../domain/apps/find-app.ts";
import {
  listOwnDevices,
  recentDevices,
  type ComposerCtx,
  type Device,
} from "../../domain/composing/own-devices.ts";
import { pushKeysById } from "../../domain/apps/push-keys.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Live, type Part } from "../dashboard/part.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Notice } from "../parts/notice.tsx";
import { OwnDevices, RecentDevices } from "./device-list.tsx";
import { appPath } from "../parts/app-tile.tsx";
import { SubscribeHere } from "./subscribe-here.tsx";

/** The paths of the forms, below that of the composer's page. */
export const TEST = "/test";
export const TEST_REMOVE = "/test/remove";
export const TEST_BROWSER = "/test/browser";
/** The name of the part with the devices that registered lately. */
export const RECENT_PART = "recent-devices";

const DIALOG = "test";
/** How often devices that registered lately are asked for while the dialog is open, s: somebody waits for theirs. */
const RECENT_EVERY_S = 3;

/** What the dialog shows of the person's devices in the app. */
export interface TestDevices {
  own: Device[];
  recent: Device[];
  webPushKey: string | null;
}

export async function testDevices(ctx: ComposerCtx, app: App): Promise<TestDevices> {
  const [own, recent, keys] = await Promise.all([
    listOwnDevices(ctx, app),
    recentDevices(ctx, app),
    pushKeysById(ctx, app.id),
  ]);
  return { own, recent, webPushKey: keys?.vapidPublicKey ?? null };
}

/** The button that opens the dialog. */
export const OpensTest = () => <Opens dialog={DIALOG}>Test to me</Opens>;

interface TestDialogProps {
  app: App;
  devices: TestDevices;
  /** The state of the page's forms. */
  form: FormState;
  /** The path of the composer's page. */
  base: string;
  /** The id of the composer's form. */
  formId: string;
  now: number;
}

export const TestDialog = ({ app, devices, form, base, formId, now }: TestDialogProps) => (
  <Dialog id={DIALOG} title="Send a test to me" isOpen={isAboutDevices(form)}>
    <div class="stack">
      <p>Goes out at once, and counts nowhere.</p>
      <Refused app={app} form={form} />
      <OwnDevices
        devices={devices.own}
        formId={formId}
        now={now}
        remove={base + TEST_REMOVE}
        none="None yet. Subscribe this browser, or open the app on your phone and pick it below."
      />
      <SubscribeHere app={app} webPushKey={devices.webPushKey} action={base + TEST_BROWSER} />
      <Live part={RECENT_PART} everyS={RECENT_EVERY_S} at={base}>
        <RecentDevices devices={devices.recent} formId={formId} now={now} />
      </Live>
      <p class="muted small">
        A phone that registered before becomes yours on its own page: find it in the{" "}
        <a href={`${appPath(app)}/audience`}>audience</a>.
      </p>
      <div class="actions">
        <Closes dialog={DIALOG} />
        <button
          class="btn btn--primary"
          form={formId}
          formaction={base + TEST}
          formmethod="post"
          formnovalidate
        >
          <Icon name="send" />
          Send the test
        </button>
      </div>
    </div>
  </Dialog>
);

/** The part of the page that moves: devices that registered lately. */
export async function recentPart(ctx: ComposerCtx, app: App, formId: string): Promise<Part> {
  const devices = await recentDevices(ctx, app);
  return { body: <RecentDevices devices={devices} formId={formId} now={ctx.now()} /> };
}

/** What a test is refused for that the page around the dialog knows nothing of. */
const OWN_REFUSALS: ReadonlySet<string> = new Set(["notifications_not_configured", "rate_limited"]);

/** Whether a test was refused for something that the dialog shows; what is wrong with the content, the page does. */
export const isAboutDevices = ({ posted, refusal, issues }: FormState) =>
  posted === TEST && (issues.has("devices") || OWN_REFUSALS.has(refusal?.code ?? ""));

const Refused = ({ app, form }: { app: App; form: FormState }) => {
  if (!isAboutDevices(form)) return null;
  const isUnset = form.refusal?.code === "notifications_not_configured";
  return (
    <Notice tone="bad">
      <p>
        <strong>Nothing was sent</strong>
      </p>
      <p>
        {isUnset ? (
          <>
            No push service is set up for this app.{" "}
            <a href={`${appPath(app)}/web-push`}>Set one up</a> first.
          </>
        ) : (
          (form.problem ?? saysOf(form.issues.get("devices") ?? ""))
        )}
      </p>
    </Notice>
  );
};

const saysOf = (issue: string) =>
  issue.includes("more than")
    ? "You have as many devices here as you can have. Remove one first."
    : "None of the chosen devices can be reached now. Choose one, or subscribe this browser.";
