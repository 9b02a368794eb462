// The fields of an app that owners can set, when they create it and later.
import { z } from "zod";
import { integer, label } from "../../kit/fields.ts";
import { isPossibleHost } from "../../kit/public-host.ts";
import { AppPlatform } from "../../protocol/builder.ts";
import { AppConfig, AppConfigChanges } from "../../protocol/config.ts";

/** Longest app name, characters. */
export const MAX_NAME = 100;
/** Longest URL, characters: browsers and servers are sure to accept it. */
const MAX_URL = 2000;
/** Highest version code that app stores accept. */
export const MAX_VERSION_CODE = 2_100_000_000;
/** Longest package name, characters: Android does not install longer ones. */
const MAX_PACKAGE_NAME = 200;
const MAX_VERSION_NAME = 100;

/** Words reserved in Java: no segment of a package name may be one of them (JLS section 3.9). */
export const JAVA_KEYWORDS = new Set(
  (
    "abstract assert boolean break byte case catch char class const continue default do double else " +
    "enum extends false final finally float for goto if implements import instanceof int interface " +
    "long native new null package private protected public return short static strictfp super switch " +
    "synchronized this throw throws transient true try void volatile while"
  ).split(" "),
);

/** An app's name. */
export const AppName = label(MAX_NAME);

export const WebUrl = z
  .string()
  .min(1, { abort: true })
  .max(MAX_URL)
  .refine(isWebUrl, { message: "must be a valid URL", abort: true })
  .refine((text) => isPossibleHost(new URL(text).hostname), {
    message: "must have a host of at most 253 letters, digits, `-`, `_` and dots, 63 between dots",
  })
  .meta({ format: "uri" });

const PackageName = z
  .string()
  .max(MAX_PACKAGE_NAME)
  .regex(
    /^[a-zA-Z][a-zA-Z0-9_]*(\.[a-zA-Z][a-zA-Z0-9_]*)+$/,
    "must be a Java-style id of two or more segments, such as com.example.app",
  )
  .refine((name) => !name.split(".").some((segment) => JAVA_KEYWORDS.has(segment)), {
    message: "must not hold a word reserved in Java",
  });

const VersionName = label(MAX_VERSION_NAME);
const VersionCode = integer(1, MAX_VERSION_CODE);

/** A SHA-256 as consoles show it, in hex of any case with or without colons; it is stored in lower case without. */
const Fingerprint = z
  .string()
  .trim()
  .regex(
    /^(?:[0-9a-fA-F]{64}|(?:[0-9a-fA-F]{2}:){31}[0-9a-fA-F]{2})$/,
    "must be a SHA-256, not a SHA-1 or MD5: 64 hexadecimal digits, or 32 pairs of them with colons between",
  )
  .transform((text) => text.replaceAll(":", "").toLowerCase());

const PlaySigning = Fingerprint.nullish().meta({
  description:
    "The SHA-256 of the certificate with which Google Play signs what it delivers, from the console's page on app signing, " +
    "with or without colons; null where there is none.",
  example:
    "9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:A3:BF:4F:1B:2B:0B:82:2C:D1:5D:6C:15:B0:F0:0A:08",
});

export const CreateApp = z.strictObject({
  name: AppName.meta({ description: "The name that the launcher shows.", example: "My App" }),
  url: WebUrl.meta({
    description: "The website that the app shows: http or https, without credentials.",
    example: "https://example.com",
  }),
  platform: AppPlatform.default("android-webview").meta({
    description: "What kind of app is built.",
  }),
  package_name: PackageName.optional().meta({
    description:
      "The id of the app on devices and in stores: two or more segments of letters, digits and `_`. By " +
      "default one is made of the name.",
    example: "com.example.myapp",
  }),
  version_name: VersionName.default("1.0.0").meta({
    description: "The version as people see it.",
    example: "1.0.0",
  }),
  version_code: VersionCode.default(1).meta({
    description: "The version as Android compares it.",
    example: 1,
  }),
  play_signing_sha256: PlaySigning,
  config: AppConfig.default({}).meta({ description: "What the app looks like and may do." }),
});

export const UpdateApp = z.strictObject({
  name: AppName.optional().meta({
    description: "The name that the launcher shows.",
    example: "My App",
  }),
  url: WebUrl.optional().meta({
    description: "The website that the app shows: http or https, without credentials.",
    example: "https://example.com",
  }),
  platform: AppPlatform.optional().meta({ description: "What kind of app is built." }),
  package_name: PackageName.optional().meta({
    description:
      "The id of the app on devices and in stores: two or more segments of letters, digits and `_`.",
  }),
  version_name: VersionName.optional().meta({
    description: "The version as people see it.",
    example: "1.1.0",
  }),
  version_code: VersionCode.optional().meta({
    description: "The version as Android compares it. It can't be lowered.",
    example: 2,
  }),
  play_signing_sha256: PlaySigning,
  config: AppConfigChanges.optional().meta({
    description: "The settings that change; null removes one.",
  }),
});

/** Whether `text` is an absolute http(s) URL with a host, and without credentials, spaces or control characters. */
function isWebUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s\p{Cc}\p{Cs}]+$/iu.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.hostname !== "" && url.username === "" && url.password === "";
}
