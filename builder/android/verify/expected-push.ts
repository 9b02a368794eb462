// What an app must declare to receive pushes, and what it must not if it receives none. It is written independently of the
// packager.
import type { PushConfig } from "../../../src/protocol/config-parts.ts";
import type { PushSource, ShellConfig } from "../../../src/protocol/shell-config.ts";
import type { Component, Filter } from "./manifest-facts.ts";

export interface ExpectedPush {
  /** Without Android's prefix. */
  readonly permissions: readonly string[];
  readonly components: readonly Component[];
  /** Of the activity, beside the launcher's. */
  readonly filters: readonly Filter[];
  /** Packages and actions of other apps. */
  readonly visible: readonly string[];
  readonly shell: ShellConfig["push"];
}

const NOTHING: ExpectedPush = {
  permissions: [],
  components: [],
  filters: [],
  visible: [],
  shell: null,
};

/** Open to any app, which the shell tells by a token that it made. */
const DISTRIBUTORS: readonly Component[] = [
  {
    kind: "receiver",
    name: "app.slipway.shell.UnifiedPushReceiver",
    exported: true,
    permission: null,
    actions: [
      "org.unifiedpush.android.connector.NEW_ENDPOINT",
      "org.unifiedpush.android.connector.MESSAGE",
      "org.unifiedpush.android.connector.UNREGISTERED",
      "org.unifiedpush.android.connector.REGISTRATION_FAILED",
    ],
  },
  {
    kind: "service",
    name: "app.slipway.shell.RaiseService",
    exported: true,
    permission: null,
    actions: ["org.unifiedpush.android.connector.RAISE_TO_FOREGROUND"],
  },
];

const DISMISSAL: Component = {
  kind: "receiver",
  name: "app.slipway.shell.DismissReceiver",
  exported: false,
  permission: null,
  actions: [],
};

const PLAY_SERVICES: Component = {
  kind: "receiver",
  name: "app.slipway.shell.PlayServicesReceiver",
  exported: true,
  permission: "com.google.android.c2dm.permission.SEND",
  actions: [
    "com.google.android.c2dm.intent.RECEIVE",
    "com.google.android.c2dm.intent.REGISTRATION",
  ],
};

const POLL: Component = {
  kind: "service",
  name: "app.slipway.shell.PollService",
  exported: true,
  permission: "android.permission.BIND_JOB_SERVICE",
  actions: [],
};

/** The actions by which distributors are found and asked. */
const DISTRIBUTOR_ACTIONS = [
  "android.intent.action.VIEW unifiedpush link",
  "org.unifiedpush.android.distributor.LINK",
  "org.unifiedpush.android.distributor.REGISTER",
  "org.unifiedpush.android.distributor.UNREGISTER",
];

/** Returns what follows from what the owner wants and what is set up. */
export function expectedPush(
  wanted: PushConfig | undefined,
  source: PushSource | null,
): ExpectedPush {
  if (!wanted?.enabled || source === null) return NOTHING;
  const isPlay = wanted.play_services !== false;
  const isPolling = wanted.poll === true;
  return {
    permissions: [
      "POST_NOTIFICATIONS",
      "WAKE_LOCK",
      ...(isPolling ? ["RECEIVE_BOOT_COMPLETED"] : []),
    ],
    components: [
      ...DISTRIBUTORS,
      DISMISSAL,
      ...(isPlay ? [PLAY_SERVICES] : []),
      ...(isPolling ? [POLL] : []),
    ],
    filters: [codeLinks(source)],
    visible: [...DISTRIBUTOR_ACTIONS, ...(isPlay ? ["com.google.android.gms"] : [])],
    shell: {
      api_origin: source.api_origin,
      app_id: source.app_id,
      public_key: source.public_key,
      vapid_public_key: source.vapid_public_key,
      play_services: isPlay,
      poll: isPolling,
      prompt: wanted.prompt?.toWellFormed() ?? null,
    },
  };
}

/** The links of channels' codes, at this origin and nowhere else; without a host where Android is not to ask it for them. */
function codeLinks({ api_origin, code_links = false }: PushSource): Filter {
  const [, scheme = "", host = "", port] =
    /^(https?):\/\/(.+?)(?::([0-9]+))?$/.exec(api_origin) ?? [];
  return {
    autoVerify: code_links,
    actions: ["android.intent.action.VIEW"],
    categories: ["android.intent.category.DEFAULT", "android.intent.category.BROWSABLE"],
    data: [
      code_links
        ? { scheme, host, ...(port === undefined ? {} : { port }), pathPrefix: "/qrcode/" }
        : {
            scheme,
            sspPrefix: api_origin.slice(scheme.length + 1) + "/qrcode/",
            pathPrefix: "/qrcode/",
          },
    ],
  };
}
