// Creates a keystore: generates a key, or imports one from a PKCS #12 or JKS file.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { insertFrom } from "../../db/insert-from.ts";
import { keystores } from "../../db/schema/index.ts";
import { label } from "../../kit/fields.ts";
import { generateKeystore } from "../../kit/keystore/generate.ts";
import { MAX_ALIAS, MAX_ENTRIES, MAX_RSA_BITS, MIN_RSA_BITS } from "../../kit/keystore/keystore.ts";
import type { OpenKeystore, KeystoreRefusal } from "../../kit/keystore/keystore.ts";
import { openKeystore } from "../../kit/keystore/open.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse, type Refusal } from "../../kit/refusal.ts";
import { requireApps } from "../accounts/own-apps.ts";
import { auditEntry, INSERTED_ID, MAX_FACTS } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { selectKeystores, viewOf, type KeystoreView } from "./find-keystore.ts";
import { AppIds, giveForApps, ownKeystores } from "./keystore-apps.ts";
import { sealedColumns } from "./sealed-key.ts";

/**
 * Most keystores of an account: a few can sign all its apps, and each is kilobytes of sealed key and certificates.
 */
export const MAX_KEYSTORES = 100;
/** Largest keystore file, bytes: real files hold a few keys. */
const MAX_FILE_BYTES = 256 * 1024;
/** Base64 of the largest file, characters. */
const MAX_FILE_BASE64 = Math.ceil(MAX_FILE_BYTES / 3) * 4;
const TOO_LARGE = `must not be larger than ${MAX_FILE_BYTES / 1024} kilobytes`;
const UNSUPPORTED_CERTIFICATE =
  "holds a certificate that Android's tools refuse: it must name issuer and owner, name its curve and hold a whole point if " +
  "the key is EC, allow signatures, and have no critical extension beside those of RFC 5280";
const MAX_PASSWORD = 1000;
const FULL = invalidField(["keystores"], `must not be more than ${MAX_KEYSTORES}`);

const Name = label(100);
const Password = z.string().max(MAX_PASSWORD);

/**
 * The apps that the keystore is for. Where this is omitted or null, these are all apps of a key that is limited to
 * some, and none where the key is not: those that it signs are added.
 */
const GivenApps = AppIds.refine((ids) => ids.length > 0, "must have at least 1 items")
  .meta({ minItems: 1 })
  .nullish();

export const GenerateKeystore = z.strictObject({
  name: Name.meta({
    description: "What the keystore is called, in your own words.",
    example: "Upload key",
  }),
  algorithm: z
    .enum(["rsa", "ec"])
    .meta({ description: "The kind of key: RSA-2048, or ECDSA on P-256.", example: "ec" }),
  app_ids: GivenApps.meta({
    description:
      "The apps that it is for. Without, or null: all apps of a key that is limited to certain apps, and " +
      "otherwise none.",
  }),
});

/**
 * The form of base64 (RFC 4648 section 4) for the OpenAPI document: with white space anywhere, since what writes it breaks
 * its lines. In languages other than JavaScript, \s would mean characters that we don't take for white space.
 */
const BLANKS = "[ \\t\\r\\n]*";
const DIGIT = `[A-Za-z0-9+/]${BLANKS}`;
const PAD = `=${BLANKS}`;
const LAST = `((${DIGIT}){4}|(${DIGIT}){2}(${PAD}){2}|(${DIGIT}){3}${PAD})`;
const BASE64_PATTERN = `^${BLANKS}((${DIGIT}){4})*${LAST}$`;

export const UploadKeystore = z.strictObject({
  name: Name.meta({
    description: "What the keystore is called, in your own words.",
    example: "Upload key",
  }),
  file: z
    .string("must be base64")
    .transform((text) => text.replaceAll(/\s/g, ""))
    .pipe(z.base64("must be base64").min(1).max(MAX_FILE_BASE64, TOO_LARGE))
    .meta({
      description: "The PKCS #12 or JKS file, in base64. White space in it is ignored.",
      contentEncoding: "base64",
      minLength: 1,
      pattern: BASE64_PATTERN,
    }),
  store_password: Password.meta({ description: "The password of the file." }),
  key_password: Password.nullish().meta({
    description: "The password of the key. Without, or null: that of the file.",
  }),
  alias: z.string().trim().max(MAX_ALIAS).nullish().meta({
    description:
      "The name of the key in the file; blanks around it are ignored. Without, or null, the file must hold one key.",
  }),
  app_ids: GivenApps.meta({
    description:
      "The apps that it is for. Without, or null: all apps of a key that is limited to certain apps, and " +
      "otherwise none.",
  }),
});

/** Generates a key when no `file` is given; otherwise opens and checks the file. Refuses `invalid`. */
export async function createKeystore(ctx: AccountCtx, input: unknown): Promise<KeystoreView> {
  const isUpload = typeof input === "object" && input !== null && "file" in input;
  if (isUpload) {
    const wanted = parse(UploadKeystore, input);
    const appIds = await appsFor(ctx, wanted.app_ids);
    await requireRoom(ctx);
    return keep(ctx, { name: wanted.name, appIds }, uploaded(ctx, wanted));
  }
  const { name, algorithm, app_ids } = parse(GenerateKeystore, input);
  const appIds = await appsFor(ctx, app_ids);
  await requireRoom(ctx);
  const opened = await generateKeystore({ algorithm, commonName: name, now: ctx.now() });
  return keep(ctx, { name, appIds }, opened);
}

/** Returns the ids of the apps that a new keystore is for. Refuses `invalid` for apps that the key can't see. */
async function appsFor(
  ctx: AccountCtx,
  given: readonly number[] | null | undefined,
): Promise<readonly number[]> {
  if (!given) return ctx.principal.appIds ?? [];
  await requireApps(ctx, ctx.principal, given);
  return given;
}

/** Refuses `invalid` for an account that is full, before a key is made or derived for it in vain. */
async function requireRoom(ctx: AccountCtx): Promise<void> {
  const { accountId } = ctx.principal;
  const present = await ctx.db.$count(keystores, ownKeystores(accountId));
  if (present >= MAX_KEYSTORES) refuse(FULL);
}

function uploaded(ctx: AccountCtx, wanted: z.output<typeof UploadKeystore>): OpenKeystore {
  const file = new Uint8Array(Buffer.from(wanted.file, "base64"));
  if (file.byteLength > MAX_FILE_BYTES) refuse(invalidField(["file"], TOO_LARGE));
  const result = openKeystore(file, {
    storePassword: wanted.store_password,
    now: ctx.now(),
    ...(wanted.key_password ? { keyPassword: wanted.key_password } : {}),
    ...(wanted.alias ? { alias: wanted.alias } : {}),
  });
  return result.ok ? result.keystore : refuse(asField(result.refusal));
}

async function keep(
  ctx: AccountCtx,
  { name, appIds }: { name: string; appIds: readonly number[] },
  opened: OpenKeystore,
): Promise<KeystoreView> {
  const { accountId } = ctx.principal;
  const columns = await sealedColumns(ctx, accountId, opened);
  // All keystores of the account count, also those that a limited key can't see.
  const present = sql`(SELECT count(*) FROM ${keystores} WHERE ${ownKeystores(accountId)})`;
  // A copy of a key that has signed a release is guarded as its other keystores are.
  const releasedAt = sql`(SELECT max(copy.released_at) FROM ${keystores} AS copy
    WHERE copy.account_id = ${accountId} AND copy.certificate_sha256 = ${opened.certificateSha256})`;
  const isIt = sql`${ownKeystores(accountId)} AND ${keystores.sealedFor} = ${columns.sealedFor}`;
  const [, , , [row]] = await ctx.db.batch([
    insertFrom(
      ctx.db,
      keystores,
      { ...columns, kind: "own", name, releasedAt },
      sql`WHERE ${present} < ${MAX_KEYSTORES}`,
    ),
    auditEntry(ctx, {
      did: "keystore.create",
      id: INSERTED_ID,
      name,
      facts: { apps: appIds.slice(0, MAX_FACTS) },
    }),
    giveForApps(ctx, isIt, appIds),
    selectKeystores(ctx).where(isIt),
  ]);
  if (row) return viewOf(ctx.principal, row);
  return refuse(FULL);
}

/** Turns the refusal of a keystore file into one that names the field of the upload and what it must be. */
function asField(refusal: KeystoreRefusal): Refusal {
  switch (refusal.code) {
    case "not_a_keystore":
      return invalidField(["file"], "must be a PKCS #12 or JKS keystore");
    case "wrong_password":
      return invalidField(["store_password"], "does not open the keystore");
    case "wrong_key_password":
      return invalidField(["key_password"], "does not open the key");
    case "no_private_key":
      return invalidField(["file"], "holds no private key");
    case "alias_needed":
      return invalidField(["alias"], `is required: the file holds ${listed(refusal.aliases)}`);
    case "alias_not_found":
      return invalidField(["alias"], `must be one of ${listed(refusal.aliases)}`);
    case "no_certificate":
      return invalidField(["file"], "holds no certificate for the key");
    case "key_mismatch":
      return invalidField(["file"], "holds a certificate of another key");
    case "expired_certificate":
      return invalidField(["file"], "holds a certificate that has expired");
    case "unsupported_certificate":
      return invalidField(["file"], UNSUPPORTED_CERTIFICATE);
    case "unsupported_key":
      return invalidField(
        ["file"],
        `must hold an RSA key of ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits or a P-256 key`,
      );
    case "unsupported_encryption":
      return invalidField(["file"], "is encrypted in a way that is not supported");
    case "too_many_entries":
      return invalidField(["file"], `must not hold more than ${MAX_ENTRIES} entries`);
    case "too_much_work":
      return invalidField(["file"], tooMuchWork(refusal));
  }
}

function tooMuchWork({ iterations, limit, of }: KeystoreRefusal & { code: "too_much_work" }) {
  const what = of === "all" ? "key derivation in all" : "one key derivation";
  return `asks for ${iterations} iterations of ${what}; at most ${limit} are allowed`;
}

function listed(aliases: readonly string[]): string {
  return aliases.slice(0, 10).join(", ");
}
