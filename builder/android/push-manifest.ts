// Makes the parts of the manifest by which an app receives pushes. An app without pushes has none of them.
//
// UnifiedPush AND_3, "End User Application Manifest", and what Play services send to (decision 44).
import { boolean, element, string } from "./model.ts";
import type { Value, XmlElement } from "./model.ts";
import type { Settings } from "./settings.ts";

type Push = Settings["push"];

/** The package of the shell's classes, the same in every app. */
const SHELL = "app.slipway.shell";
const PLAY_SERVICES = "com.google.android.gms";
const DISTRIBUTOR = "org.unifiedpush.android.distributor";
const CONNECTOR = "org.unifiedpush.android.connector";

/** Names of Android's permissions, without their prefix. */
export function pushPermissions(push: Push): readonly string[] {
  if (push === null) return [];
  // A job that outlives a restart of the device needs the last.
  return ["POST_NOTIFICATIONS", "WAKE_LOCK", ...(push.poll ? ["RECEIVE_BOOT_COMPLETED"] : [])];
}

/** The apps that must be visible to the shell: those that bring pushes. */
export function pushQueries(push: Push): readonly XmlElement[] {
  if (push === null) return [];
  const link = element("intent", {}, [
    element("action", { name: string("android.intent.action.VIEW") }),
    element("data", { scheme: string("unifiedpush"), host: string("link") }),
  ]);
  const distributors = ["LINK", "REGISTER", "UNREGISTER"].map((name) =>
    element("intent", {}, [element("action", { name: string(`${DISTRIBUTOR}.${name}`) })]),
  );
  const playServices = element("package", { name: string(PLAY_SERVICES) });
  return [link, ...distributors, ...(push.play_services ? [playServices] : [])];
}

/**
 * The filters of the activity: the links of channels' codes, `<api_origin>/qrcode/<code>`, by the button of their page, or at
 * once where that host's asset links let the app open them. They match more than the shell takes, which compares the whole
 * address. Before Android 12, one host that can't be verified fails all, the site's own too, whether its filter asks for that or
 * not; Android 11 asks hosts of filters for other schemes as well (AOSP, PackageManagerService.verifyIntentFiltersIfNeeded). So
 * where it must not ask, the filter names no host: the address begins so. Browsers take a filter with neither host nor path
 * for a browser's, hence the path, by which Android tells nothing then.
 */
export function pushFilters({ push, codeLinks }: Settings): readonly XmlElement[] {
  if (push === null) return [];
  const { protocol, host, hostname, port } = new URL(push.api_origin);
  const named = (kind: "action" | "category", name: string) =>
    element(kind, { name: string(`android.intent.${kind}.${name}`) });
  const place: Readonly<Record<string, Value>> = codeLinks
    ? { host: string(hostname), ...(port === "" ? {} : { port: string(port) }) }
    : { sspPrefix: string(`//${host}/qrcode/`) };
  return [
    element("intent-filter", codeLinks ? { autoVerify: boolean(true) } : {}, [
      named("action", "VIEW"),
      named("category", "DEFAULT"),
      named("category", "BROWSABLE"),
      element("data", {
        scheme: string(protocol.slice(0, -1)),
        ...place,
        pathPrefix: string("/qrcode/"),
      }),
    ]),
  ];
}

/** The shell's receivers and services. */
export function pushComponents(push: Push): readonly XmlElement[] {
  if (push === null) return [];
  const components = [
    component("receiver", "UnifiedPushReceiver", {
      exported: true,
      actions: ["NEW_ENDPOINT", "MESSAGE", "UNREGISTERED", "REGISTRATION_FAILED"].map(
        (name) => `${CONNECTOR}.${name}`,
      ),
    }),
    component("service", "RaiseService", {
      exported: true,
      actions: [`${CONNECTOR}.RAISE_TO_FOREGROUND`],
    }),
    component("receiver", "DismissReceiver", { exported: false }),
  ];
  if (push.play_services) {
    components.push(
      component("receiver", "PlayServicesReceiver", {
        exported: true,
        permission: "com.google.android.c2dm.permission.SEND",
        actions: [
          "com.google.android.c2dm.intent.RECEIVE",
          "com.google.android.c2dm.intent.REGISTRATION",
        ],
      }),
    );
  }
  if (push.poll) {
    components.push(
      component("service", "PollService", {
        exported: true,
        permission: "android.permission.BIND_JOB_SERVICE",
      }),
    );
  }
  return components;
}

function component(
  kind: "receiver" | "service",
  name: string,
  parts: { exported: boolean; permission?: string; actions?: readonly string[] },
): XmlElement {
  const { exported, permission, actions = [] } = parts;
  const filter = element(
    "intent-filter",
    {},
    actions.map((action) => element("action", { name: string(action) })),
  );
  return element(
    kind,
    {
      name: string(`${SHELL}.${name}`),
      exported: boolean(exported),
      ...(permission === undefined ? {} : { permission: string(permission) }),
    },
    actions.length === 0 ? [] : [filter],
  );
}
