// The configuration: the Worker's vars and secrets, checked once in each isolate.
import { z } from "zod";
import { wholeNumber } from "./kit/fields.ts";
import { parseSealingKeys, type SealingKeys } from "./kit/seal.ts";

/** Shortest token of operators and monitors, characters: a shorter one could be guessed. */
const MIN_ADMIN_TOKEN = 16;

/** Shortest token by which the local stack signs people in, characters: a shorter one could be guessed. */
const MIN_LOCAL_SIGN_IN = 32;
/** The origins of a local stack: this machine's own, by http. */
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/**
 * Recipients in a batch: what the contracts say, and no more than a Worker's free plan allows outside calls in an invocation,
 * and at least as many as keep the batches of the largest app below RESULTS_A_NOTIFICATION (domain/notifications/results.ts).
 */
const BATCH_SIZE = { least: 20, most: 50 };

const SealingKeysText = z.string().transform((text, context) => {
  try {
    return parseSealingKeys(text);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : "not readable");
    return z.NEVER;
  }
});

/** A statement of Digital Asset Links as `GET /api/v1/apps/<id>/assetlinks` answers it: an app may open this host's links. */
const AssetLink = z.strictObject({
  relation: z.tuple([z.literal("delegate_permission/common.handle_all_urls")]),
  target: z.strictObject({
    namespace: z.literal("android_app"),
    package_name: z.string().regex(/^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/),
    sha256_cert_fingerprints: z.array(z.string().regex(/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/)).min(1),
  }),
});

/** The list of statements. */
const AssetLinksText = z.string().transform((text, context): z.infer<typeof AssetLink>[] => {
  const links = z.array(AssetLink).safeParse(jsonOf(text));
  if (links.success) return links.data;
  const [first] = links.error.issues;
  context.addIssue(`[${first?.path.join("][")}] ${first?.message}`);
  return z.NEVER;
});

/** Written as URLs compare: apps have it built in, and Android compares the hosts of links letter by letter. */
const OriginText = z.string().transform((text, context) => {
  if (text === "") return "";
  const url = URL.parse(text.replace(/\/+$/, ""));
  // A URL that is more than its origin has a path, a query, a fragment or credentials.
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  context.addIssue("must be empty or an origin, such as https://slipway.example");
  return z.NEVER;
});

const Vars = z.object({
  ADMIN_TOKEN: z.string().min(MIN_ADMIN_TOKEN),
  METRICS_TOKEN: z.union([z.literal(""), z.string().min(MIN_ADMIN_TOKEN)]).default(""),
  SEALING_KEYS: SealingKeysText,
  LINK_SIGNING_KEY: z.string().min(32),
  PUBLIC_URL: OriginText,
  BATCH_SIZE: wholeNumber(BATCH_SIZE.least, BATCH_SIZE.most, BATCH_SIZE.most),
  VAPID_SUBJECT: z.string().regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/),
  FCM_URL: z.url(),
  GOOGLE_TOKEN_URL: z.url(),
  APNS_URL: z.union([z.literal(""), z.url()]),
  ALLOW_PRIVATE_TARGETS: z.enum(["", "0", "1"]),
  ASSET_LINKS: AssetLinksText,
  DEMO_APP: z.string().max(200),
  LOCAL_SIGN_IN: z.union([z.literal(""), z.string().min(MIN_LOCAL_SIGN_IN)]).default(""),
  SIGN_IN_KEY: z.string().min(32),
  SIGN_UP: z.enum(["invited", "open"]),
  MAIL_URL: z.url().default("https://api.resend.com"),
  MAIL_FROM: z
    .string()
    .regex(/^(|[^\s@<>]+@[^\s@<>]+|[^<>\r\n]{1,100} <[^\s@<>]+@[^\s@<>]+>)$/)
    .default(""),
  MAIL_TOKEN: z.string().default(""),
  GITHUB_CLIENT_ID: z.string().default(""),
  GITHUB_CLIENT_SECRET: z.string().default(""),
  GOOGLE_CLIENT_ID: z.string().default(""),
  GOOGLE_CLIENT_SECRET: z.string().default(""),
});

export interface Config {
  /** The bearer token of operators. */
  adminToken: string;
  /** The bearer token of who may read the figures of /metrics, and nothing else; null: operators alone may. */
  metricsToken: string | null;
  /** Keys that seal secrets at rest. */
  sealingKeys: SealingKeys;
  /** HMAC key of download links. */
  linkSigningKey: string;
  /** The origin of links in answers; "" for that of the request. */
  publicUrl: string;
  /** Recipients in a batch of a send that begins now. */
  batchSize: number;
  /** The contact in VAPID tokens of apps that set none. */
  vapidSubject: string;
  /** The base URLs of providers; `apns` is null for Apple's own, chosen by each credential's environment. */
  providers: { fcm: string; googleToken: string; apns: string | null };
  /** Whether webhooks and push endpoints may be on private addresses. */
  allowPrivateTargets: boolean;
  /** Which apps Android lets open this host's links, as JSON (Digital Asset Links); null for none. */
  assetLinks: string | null;
  /** The packages of these apps. */
  linkedPackages: ReadonlySet<string>;
  /** The name of the app that the demo page shows; null: there is no such page, as wherever private targets are not allowed. */
  demoApp: string | null;
  /**
   * The token by which an address signs people in without a password, on the local stack alone; null: there is no such
   * address.
   */
  localSignIn: string | null;
  /** By what mail is sent to people; "log" puts it into the log, on the local stack alone; null: there is none. */
  mail: { url: string; token: string; from: string } | "log" | null;
  /** How people sign in: what signs cookies and links, whom else they may sign in by, and who may sign up. */
  signIn: {
    secret: string;
    providers: Partial<Record<"github" | "google", { clientId: string; clientSecret: string }>>;
    signUp: "invited" | "open";
  };
}

/** What JSON text holds; "" holds an empty list, and what is no JSON holds nothing. */
function jsonOf(text: string): unknown {
  if (text.trim() === "") return [];
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The mail service, if its token and the sender are set. */
function mailService(vars: { MAIL_URL: string; MAIL_TOKEN: string; MAIL_FROM: string }) {
  const { MAIL_URL: url, MAIL_TOKEN: token, MAIL_FROM: from } = vars;
  return token === "" || from === "" ? null : { url: url.replace(/\/+$/, ""), token, from };
}

/** The provider, if both of its variables are set. */
function provider(name: "github" | "google", clientId: string, clientSecret: string) {
  return clientId === "" || clientSecret === "" ? {} : { [name]: { clientId, clientSecret } };
}

/** Reads the configuration; throws one Error that names every missing or wrong variable. */
export function readConfig(env: Record<string, unknown>): Config {
  const result = Vars.safeParse(env);
  if (!result.success) {
    const names = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`Configuration: ${names.join("; ")}`);
  }
  const vars = result.data;
  const allowPrivateTargets = vars.ALLOW_PRIVATE_TARGETS === "1";
  return {
    adminToken: vars.ADMIN_TOKEN,
    metricsToken: vars.METRICS_TOKEN === "" ? null : vars.METRICS_TOKEN,
    sealingKeys: vars.SEALING_KEYS,
    linkSigningKey: vars.LINK_SIGNING_KEY,
    publicUrl: vars.PUBLIC_URL,
    batchSize: vars.BATCH_SIZE,
    vapidSubject: vars.VAPID_SUBJECT,
    providers: {
      fcm: vars.FCM_URL,
      googleToken: vars.GOOGLE_TOKEN_URL,
      apns: vars.APNS_URL === "" ? null : vars.APNS_URL,
    },
    allowPrivateTargets,
    assetLinks: vars.ASSET_LINKS.length === 0 ? null : JSON.stringify(vars.ASSET_LINKS),
    linkedPackages: new Set(vars.ASSET_LINKS.map(({ target }) => target.package_name)),
    // Whoever may open the page sends at the account's cost, so that one variable set by mistake opens no deployment.
    demoApp: vars.DEMO_APP === "" || !allowPrivateTargets ? null : vars.DEMO_APP,
    // Variables that a deployment has by mistake are not enough: links of a deployment have another origin.
    localSignIn:
      vars.LOCAL_SIGN_IN !== "" && allowPrivateTargets && LOOPBACK.test(vars.PUBLIC_URL)
        ? vars.LOCAL_SIGN_IN
        : null,
    // Whoever reads the log could use the links in it, so that one variable set by mistake shows none.
    mail: mailService(vars) ?? (allowPrivateTargets ? "log" : null),
    signIn: {
      secret: vars.SIGN_IN_KEY,
      signUp: vars.SIGN_UP,
      providers: {
        ...provider("github", vars.GITHUB_CLIENT_ID, vars.GITHUB_CLIENT_SECRET),
        ...provider("google", vars.GOOGLE_CLIENT_ID, vars.GOOGLE_CLIENT_SECRET),
      },
    },
  };
}
