// The forms of push credentials, which prove to a provider that an app may send. Only fields are checked here;
// signing-key.ts and vapid-keys.ts check whether a key can sign.
import { z } from "zod";
import { isPublicHost } from "../public-host.ts";
import { canonicalPem } from "./pem.ts";

export const Provider = z.enum(["fcm", "apns", "webpush"]);
export type Provider = z.infer<typeof Provider>;

/** Who carries a subscriber's messages: a provider, or its inbox, which a device without an address asks for. */
export const Carrier = z.enum([...Provider.options, "inbox"]);
export type Carrier = z.infer<typeof Carrier>;

/** Longest PEM of a key, characters: RSA-8192 needs 6,400. */
const MAX_PEM = 8192;
const MAX_SUBJECT = 255;

/** A key as it is pasted, which becomes PEM in its one form. */
const Pem = z
  .string()
  .max(MAX_PEM)
  .transform((text, issues) => {
    const pem = canonicalPem(text);
    if (pem !== null) return pem;
    const message = "must be a private key in PKCS #8 form (PEM)";
    issues.issues.push({ code: "custom", message, input: text });
    return z.NEVER;
  })
  .meta({
    maxLength: MAX_PEM,
    description:
      "PEM. Its lines may end in any way, also in the two characters `\\n`, as in JSON, and other text may stand around " +
      "it, as in a key file.",
  });

/**
 * The key file of a Google service account. Other fields are dropped, including `token_uri`, since owners must not
 * choose where assertions are sent.
 */
export const ServiceAccount = z.object({
  type: z.literal("service_account").meta({ description: "Always `service_account`." }),
  project_id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.:-]{2,62}[a-z0-9]$/, "must be a project id such as my-project-1")
    .meta({ description: "The project's id.", example: "my-project" }),
  private_key_id: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: "The id of the key.", example: "2b7e151628aed2a6" }),
  private_key: Pem,
  client_email: z.email("must be a valid email address").max(320).meta({
    description: "The service account's address.",
    example: "push@my-project.iam.gserviceaccount.com",
  }),
});
export type ServiceAccount = z.infer<typeof ServiceAccount>;

const TenCharacters = z
  .string()
  .trim()
  .regex(/^[A-Z0-9]{10}$/, "must be 10 capital letters and digits");

/** An APNs key, with the terms of Apple's developer pages. */
export const ApnsCredential = z.strictObject({
  /** The contents of the .p8 file. */
  private_key: Pem,
  key_id: TenCharacters.meta({
    description: "The id of the key, 10 capital letters and digits.",
    example: "ABC123DEFG",
  }),
  team_id: TenCharacters.meta({
    description: "The id of the team, 10 capital letters and digits.",
    example: "DEF123GHIJ",
  }),
  /** The app's bundle id. */
  topic: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9.-]{1,155}$/, "must be a bundle id such as com.example.app")
    .meta({ description: "The app's bundle id.", example: "com.example.myapp" }),
  environment: z.enum(["production", "sandbox"]).meta({
    description:
      "Which of Apple's two services takes the messages: `sandbox` is for apps that were installed by a " +
      "developer.",
  }),
});
export type ApnsCredential = z.infer<typeof ApnsCredential>;

/** The contact of an app for push services (RFC 8292 section 2.1): a real mailto: or https: address. */
export const VapidSubject = z
  .string()
  .trim()
  .max(MAX_SUBJECT)
  .refine(isSubject, { message: "must be a mailto: or https: address that others can reach" })
  .meta({ pattern: "^\\s*([Mm][Aa][Ii][Ll][Tt][Oo]|[Hh][Tt][Tt][Pp][Ss]):" });

/** The keys are base64url: 65 bytes of point, 32 bytes of scalar. */
export const WebPushCredential = z.object({
  subject: z.string(),
  publicKey: z.string(),
  privateKey: z.string(),
});
export type WebPushCredential = z.infer<typeof WebPushCredential>;

/** Whether a subject is at a public host: Apple refuses localhost and `.invalid`. */
function isSubject(text: string): boolean {
  const mail = /^mailto:[^\s@<>,;:?&]+@([^\s@<>,;:?&]+)$/i.exec(text)?.[1];
  const address = mail === undefined ? text : `https://${mail}/`;
  if (!/^https:\/\/\S+$/i.test(address) || !URL.canParse(address)) return false;
  return isPublicHost(new URL(address).hostname);
}

/**
 * What a provider answers when it is asked whether it accepts a credential. `error` is a code, `detail` a sentence; beside
 * `ok` it says what could not be tried.
 */
export type CredentialVerification =
  | { ok: true; detail?: string }
  | { ok: false; error: string; detail: string };
