// The bodies that the stand-in's control takes. A field it does not know is refused.
import { z } from "zod";
import { MODES } from "../world.ts";

/** Recipients made by one call: more come in several, so that no answer holds the process for long. */
const MAX_PER_CALL = 10_000;

/** Letters, digits and what base64url and real tokens add: it stands in paths. */
const Token = z.string().regex(/^[A-Za-z0-9_:-]{1,512}$/);

export const RecipientsInput = z.strictObject({
  count: z.int().min(0).max(MAX_PER_CALL).default(1),
  /** Share that has been uninstalled or unsubscribed. */
  dead_share: z.number().min(0).max(1).default(0),
  /** When those died, Unix ms; default: now. */
  died_at: z.int().min(0).optional(),
  /** FCM project id, APNs topic or VAPID public key that they registered with; null: any. */
  sender: z.string().min(1).nullable().default(null),
  /** FCM: whether APNs, or the browser's push service, refuses the project's own credential for them. */
  third_party_refuses: z.boolean().default(false),
  /** Web Push: whether they are of Microsoft's push service, WNS, which has a rule of its own. */
  wns: z.boolean().default(false),
  /** FCM and APNs: tokens of one's own to register, instead of `count` new ones. */
  tokens: z.array(Token).max(MAX_PER_CALL).nullable().default(null),
});

const Name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z0-9.-]+$/);
const Pem = z.string().max(10_000).startsWith("-----BEGIN PRIVATE KEY-----");

/** A service account to trust, or the project to make one for. */
export const FcmInput = z.union([
  z.strictObject({ project_id: Name.default("slipway-local") }),
  z.strictObject({
    service_account: z.looseObject({
      type: z.literal("service_account"),
      project_id: Name,
      private_key_id: z.string(),
      private_key: Pem,
      client_email: z.string().min(1).max(200),
      token_uri: z.string(),
    }),
  }),
]);

/** A key to trust, or the topic to make one for. */
export const ApnsInput = z.union([
  z.strictObject({ topic: Name.default("dev.slipway.local") }),
  z.strictObject({ private_key: Pem, key_id: Name, team_id: Name, topic: Name }),
]);

/** An uncompressed point in base64url. */
const VapidKey = z.string().regex(/^[A-Za-z0-9_-]{87}$/);

/** A public key and the subject to expect with it, or the subject to make a pair for. */
export const VapidInput = z.union([
  z.strictObject({ subject: z.string().min(1).default("mailto:push@example.com") }),
  z.strictObject({
    public_key: VapidKey,
    subject: z.string().min(1).nullable().default(null),
  }),
]);

/**
 * revoke: refused from now on. restore: good again. expire: the access or provider tokens in use are no
 * longer good, new ones are, at once.
 */
export const CredentialAction = z.strictObject({
  id: z.string().min(1),
  action: z.enum(["revoke", "restore", "expire"]),
});

/** What an app asks Play services for. */
export const TokenInput = z.strictObject({
  app: z.string().min(1),
  subtype: z.string().startsWith("wp:"),
  sender: VapidKey,
});
export const EndTokenInput = z.strictObject({ token: Token });
export const MessagesQuery = z.strictObject({
  token: Token,
  /** The id of the last message that arrived. */
  after: z.string().default(""),
});

export const ModeInput = z.strictObject({ mode: z.enum(MODES) });
/** Counts, deliveries and faults always go; recipients and credentials with `everything`. */
export const ResetInput = z.strictObject({ everything: z.boolean().default(false) });

/** Entries of one page of a list. */
const MAX_PAGE = 10_000;
export const DeliveriesQuery = z.strictObject({
  recipient: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(MAX_PAGE),
});
export const ReceivedQuery = z.strictObject({
  /** Only recipients that received at least so many messages. */
  min: z.coerce.number().int().min(0).default(1),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(MAX_PAGE),
  offset: z.coerce.number().int().min(0).default(0),
});
