// The app shell, as far as a machine without Android can check it: its plain Java runs on a JVM, and the
// committed classes.dex is what the source gives and holds nothing else. Needs javac, and for the dex DX_JAR,
// ANDROID_JAR (builder/shell/toolchain.sh) and dexdump; what is missing is reported and skipped, unless
// REQUIRE_ALL=1.
import { execFileSync } from "node:child_process";
import { createECDH, randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  buildDex,
  DEX_FILE,
  findTools,
  javacVersion,
  javaFiles,
  REFERENCE_JDK,
  SOURCE_DIR,
  STUBS_DIR,
} from "../../../builder/shell/build.ts";
import {
  AUTH_BYTES,
  BODY_BUCKETS,
  encrypt,
  encryptRecord,
} from "../../../src/delivery/providers/webpush/encrypt.ts";
import { buildWebPayload } from "../../../src/delivery/providers/webpush/payload.ts";
import type { PushContent } from "../../../src/kit/push/content.ts";
import { AppPermission } from "../../../src/protocol/config-parts.ts";
import { ShellConfig } from "../../../src/protocol/shell-config.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
/**
 * Bytes, before compression: an APK of 150 KB holds 67 KB of it, which is a bit less than half, beside 63 KB of icons, 2 of
 * what pages get of the shell, and 16 of signature, tables and zip.
 */
const MAX_DEX_SIZE = 142 * 1024;
const PUSH = ShellConfig.shape.push.unwrap();
const REQUIRE_ALL = process.env["REQUIRE_ALL"] === "1";

/** The plain Java of the shell: files that name nothing of Android. */
const plainFiles = javaFiles(SOURCE_DIR).filter(
  (file) => !/^import (android|static android)\b/m.test(readFileSync(file, "utf8")),
);
const tools = findTools(process.env);
const dx = tools?.dexer === "dx" ? tools : null;
const hasJdk = javacVersion() !== null;
const hasDexdump = isPresent("dexdump", ["--version"]);

/** Whether the tests that need this can run; says so when not. */
function available(present: boolean, what: string): boolean {
  if (!present && !REQUIRE_ALL) console.warn(`skipped: ${what} is not on this machine`);
  return present || REQUIRE_ALL;
}

function isPresent(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "slipway-shell-test-"));
}

/** What CipherTest.java expects in the third message. */
const CONTENT: PushContent = {
  notificationId: "n1",
  title: "Order",
  body: "Ready.",
  icon: null,
  image: "https://example.com/p.png",
  url: "https://example.com/order",
  actions: [{ title: "Map", action: "map", url: "https://example.com/map" }],
  data: { order: [1001] },
  ttlSeconds: 60,
  expiresAt: 0,
  urgency: "normal",
  collapseId: "t1",
  overrides: {
    android: { channel_id: "orders", color: "#00ff00", priority: "high", body: "Ready now." },
    ios: null,
    web: { title: "For browsers" },
  },
};
const LINKS = {
  click: "https://push.example.com/public/c/abc",
  receipt: "https://push.example.com/public/t/abc/delivered",
};

/** Keys as the app keeps them. */
function aDevice(): { saved: string; point: Buffer; auth: Buffer } {
  const pair = createECDH("prime256v1");
  const point = pair.generateKeys();
  const auth = randomBytes(AUTH_BYTES);
  const secret = pair.getPrivateKey();
  const scalar = Buffer.concat([Buffer.alloc(32 - secret.length), secret]);
  const saved = [scalar, point, auth].map((key) => key.toString("base64url")).join(".");
  return { saved, point, auth };
}

/** Messages that the Worker encrypts, of every length of body: keys, body and text a line. */
function encryptedMessages(): string {
  const texts = [
    "",
    "\u00e4\u{1f6a2}",
    JSON.stringify(buildWebPayload(CONTENT, LINKS, "android")),
    ...BODY_BUCKETS.map((bytes) => "x".repeat(bytes - 103)),
  ];
  return texts
    .map((text) => {
      const { saved, ...keys } = aDevice();
      const plain = Buffer.from(text);
      const body = Buffer.from(encrypt(plain, keys)).toString("base64url");
      return `${saved} ${body} ${plain.toString("base64url")}\n`;
    })
    .join("");
}

/** A message that is right, but longer than a push service passes on: keys and body. */
function tooLongMessage(): string {
  const { saved, ...keys } = aDevice();
  const pair = createECDH("prime256v1");
  const point = pair.generateKeys();
  const ephemeral = { pair, point, salt: randomBytes(16) };
  const record = encryptRecord(Buffer.from("{}"), 4079, keys, ephemeral);
  return `${saved} ${Buffer.from(record).toString("base64url")}`;
}

/** Compiles the plain classes with their tests, runs them, and returns the lines they print. */
function runJavaTests(): string[] {
  const work = temporaryFolder();
  try {
    const sources = [...plainFiles, ...javaFiles(HERE)];
    execFileSync("javac", [
      "--release",
      "8",
      "-Xlint:-options",
      "-encoding",
      "UTF-8",
      "-d",
      work,
      ...sources,
    ]);
    const messages = join(work, "messages");
    writeFileSync(messages, encryptedMessages());
    const java = [
      `-Dmessages=${messages}`,
      `-DtooLong=${tooLongMessage()}`,
      "-cp",
      work,
      "app.slipway.shell.Tests",
    ];
    const printed = execFileSync("java", java, { encoding: "utf8" });
    return printed.split("\n").filter((line) => line !== "");
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const canRunJava = available(hasJdk, "a JDK");
describe.runIf(canRunJava)("plain Java on a JVM", () => {
  const lines = canRunJava ? runJavaTests() : []; // a skipped block's body runs all the same

  it("runs every test method of the Java files", () => {
    const written = javaFiles(HERE)
      .filter((file) => file.endsWith("Test.java"))
      .flatMap((file) => readFileSync(file, "utf8").match(/^ {4}static void \w+\(\)/gm) ?? []);
    expect(lines).toHaveLength(written.length);
    expect(lines.length).toBeGreaterThan(25);
  });

  it.each(lines.map((line) => [/^\w+ ([\w.]+)/.exec(line)?.[1] ?? line, line]))(
    "passes %s",
    (name, line) => {
      expect(line).toBe(`ok ${name}`);
    },
  );
});

describe("the contract with the packager", () => {
  const reader = readFileSync(join(SOURCE_DIR, "app/slipway/shell/ShellConfig.java"), "utf8");

  it.each(Object.keys(ShellConfig.shape))("reads %s", (key) => {
    expect(reader).toContain(`json, "${key}")`.replace('json, "schema")', 'json.get("schema")'));
  });

  it.each(Object.keys(PUSH.shape))("reads push.%s", (key) => {
    const push = readFileSync(join(SOURCE_DIR, "app/slipway/shell/PushConfig.java"), "utf8");
    expect(push).toContain(`json, "${key}")`);
  });

  it.each(AppPermission.options)("knows the permission %s", (permission) => {
    expect(reader).toContain(`static final String ${permission.toUpperCase()} = "${permission}";`);
  });
});

describe.runIf(available(hasJdk && dx !== null, "dx with android.jar"))("classes.dex", () => {
  it.skipIf(javacVersion() !== REFERENCE_JDK && !REQUIRE_ALL)(
    "is byte for byte what its source compiles to",
    () => {
      if (!dx) throw new Error("no DX_JAR and ANDROID_JAR");
      expect(Buffer.from(buildDex(dx)).equals(readFileSync(DEX_FILE))).toBe(true);
    },
  );

  // --release 8 checks the source against Java 8's library, which is larger than that of API 23.
  it("uses no Java class or method that Android 7 lacks", () => {
    if (!dx) throw new Error("no DX_JAR and ANDROID_JAR");
    const work = temporaryFolder();
    onTestFinished(() => rmSync(work, { recursive: true, force: true }));
    const stubs = join(work, "stubs");
    const compile = (boot: string, into: string, files: string[]) => {
      mkdirSync(into);
      const flags = [
        "-source",
        "8",
        "-target",
        "8",
        "-nowarn",
        `-Xbootclasspath:${boot}`,
        "-d",
        into,
      ];
      execFileSync("javac", [...flags, "-encoding", "UTF-8", ...files], { stdio: "pipe" });
    };
    compile(dx.androidJar, stubs, javaFiles(STUBS_DIR));
    compile([stubs, dx.androidJar].join(delimiter), join(work, "classes"), javaFiles(SOURCE_DIR));
  });

  it("is small, of version 037, and has no lambda, which dx can't translate, and nothing for reflection", () => {
    const dex = readFileSync(DEX_FILE);
    expect(dex.subarray(0, 8).toString("latin1")).toBe("dex\n037\0");
    expect(dex.includes("LambdaMetafactory")).toBe(false);
    expect(dex.includes("dalvik/annotation")).toBe(false);
    expect(dex.length).toBeLessThanOrEqual(MAX_DEX_SIZE);
  });
});

describe.runIf(available(hasDexdump, "dexdump"))("classes.dex, read by dexdump", () => {
  const dump = (file: string) =>
    execFileSync("dexdump", [file], { encoding: "utf8", maxBuffer: 2 ** 24 });
  const classesOf = (text: string) =>
    [...text.matchAll(/Class descriptor {2}: 'L([\w/$]+);'/g)].map((match) => match[1] ?? "");

  it("holds every class of the source and nothing but them", () => {
    const classes = classesOf(dump(DEX_FILE));
    expect(classes.filter((name) => !name.startsWith("app/slipway/shell/"))).toEqual([]);
    const topLevel = classes.filter((name) => !name.includes("$"));
    const sources = javaFiles(SOURCE_DIR).map((file) =>
      file.slice(SOURCE_DIR.length + 1, -".java".length),
    );
    expect(topLevel.toSorted()).toEqual(sources.toSorted());
  });

  it.each([
    "UnifiedPushReceiver",
    "PlayServicesReceiver",
    "DismissReceiver",
    "RaiseService",
    "PollService",
  ])("has %s, which the system can make", (name) => {
    const text = dump(DEX_FILE);
    const component = text.slice(text.indexOf(`Class descriptor  : 'Lapp/slipway/shell/${name};'`));
    expect(component).toMatch(/^[^\n]*\s+Access flags +: 0x\w+ \(PUBLIC FINAL\)/);
    expect(component).toMatch(
      /name +: '<init>'\s+type +: '\(\)V'\s+access +: 0x\w+ \(PUBLIC CONSTRUCTOR\)/,
    );
  });

  it("has the activity that the manifest names, which the system can make", () => {
    const text = dump(DEX_FILE);
    const activity = text.slice(text.indexOf("'Lapp/slipway/shell/MainActivity;'"));
    expect(activity).toMatch(/Access flags +: 0x\w+ \(PUBLIC FINAL\)/);
    expect(activity).toMatch(/Superclass +: 'Landroid\/app\/Activity;'/);
    expect(activity).toMatch(
      /name +: '<init>'\s+type +: '\(\)V'\s+access +: 0x\w+ \(PUBLIC CONSTRUCTOR\)/,
    );
  });

  it("is refused once it is damaged", () => {
    const work = temporaryFolder();
    onTestFinished(() => rmSync(work, { recursive: true, force: true }));
    const damaged = join(work, "classes.dex");
    copyFileSync(DEX_FILE, damaged);
    const bytes = readFileSync(damaged);
    bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000);
    writeFileSync(damaged, bytes);
    expect(() => execFileSync("dexdump", [damaged], { stdio: "pipe" })).toThrow("Command failed");
  });
});
