// What the tour's phone makes of the JDKs that machines have: one that can't compile or run the app is no reason for the tour
// to fail. The JDKs here are shell scripts. And what it lets an app do: no more than its manifest declares.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { NEWEST_JAVA } from "../../builder/shell/test/jdk.ts";
import { opensAddress, readApp, takesPushes } from "../../dev/phone/app.ts";
import { findRuntime, javaRuntime, Phone, scriptRuntime } from "../../dev/phone/phone.ts";
import { providersClient } from "../../dev/providers/client.ts";
import { anApp, anInput, build } from "../builder/android/support/inputs.ts";

const COMPILES = "exit 0";
/** Answers its first call, after a line of the virtual machine's own. */
const RUNS = `echo '[0.001s][warning][os] something odd'; read call; echo '{"id":1,"value":[]}'; read more`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway phone-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

/** A JDK whose programs are these; it is at least as new as any other on the machine. */
function jdkOf(javac: string, java: string): string {
  const home = join(folder, "jdk");
  mkdirSync(join(home, "bin"), { recursive: true });
  writeFileSync(join(home, "release"), `JAVA_VERSION="${NEWEST_JAVA}.0.1"\n`);
  for (const [name, script] of Object.entries({ javac, java })) {
    writeFileSync(join(home, "bin", name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(home, "bin", name), 0o755);
  }
  return home;
}

test("runs the app's own Java on a JDK that does, whatever it warns of", async () => {
  const env = { JAVA_HOME: jdkOf(COMPILES, RUNS) };
  const { name } = await findRuntime(env, join(folder, "phone"));
  expect(name).toBe(`the app's own Java, on JDK ${NEWEST_JAVA}`);
});

test.each([
  ["does not compile it", "echo 'error: release not supported' >&2; exit 2", RUNS, "not supported"],
  ["can't run it", COMPILES, "echo 'Could not reserve memory' >&2; exit 1", "reserve memory"],
  ["answers something else", COMPILES, `echo '{"id":"?"}'; read call`, '{"id":"?"}'],
])(
  "plays the app in TypeScript where the JDK %s, and says so",
  async (_words, javac, java, why) => {
    const home = jdkOf(javac, java);
    const phone = join(folder, "phone");
    const { name } = await findRuntime({ JAVA_HOME: home }, phone);
    const log = join(phone, "java.log");
    expect(name).toBe(`a stand-in in TypeScript, since the JDK in ${home} fails: see ${log}`);
    expect(readFileSync(log, "utf8")).toContain(why);
    await expect(javaRuntime({ home, version: NEWEST_JAVA }, phone)).rejects.toThrow(why);
  },
);

const source = {
  api_origin: "https://push.example.com:8443",
  app_id: "0f8fad5b-d9cb-469f-a165-70867728950e",
  public_key: "pk_1",
  vapid_public_key: "B",
};

const built = (push: object | null, playServices = true): Promise<Uint8Array> => {
  const config = { push: { enabled: true, play_services: playServices } };
  return build(anInput({ app: anApp({ config }), push: push && { ...source, ...push } }));
};

test.each([true, false])(
  "opens in an app what its filters name, and nothing else, links of codes verified: %s",
  async (code_links) => {
    const app = readApp(await built({ code_links }));
    expect(opensAddress(app, "https://push.example.com:8443/qrcode/x")).toBe(true);
    const others = [
      "http://push.example.com:8443/qrcode/x",
      "https://push.example.com/qrcode/x",
      "https://example.com:8443/qrcode/x",
      "https://push.example.com:8443/install/x",
    ];
    for (const other of others) expect(opensAddress(app, other), other).toBe(false);
    const without = readApp(await built(null));
    expect(opensAddress(without, "https://push.example.com:8443/qrcode/x")).toBe(false);
  },
);

test("hands pushes to an app that declares a receiver which Play services alone can reach", async () => {
  const app = readApp(await built({}));
  expect(takesPushes(app)).toBe(true);
  expect(takesPushes(readApp(await built({}, false)))).toBe(false);
  for (const change of [{ exported: false }, { permission: null }]) {
    const components = app.components.map((one) => ({ ...one, ...change }));
    expect(takesPushes({ ...app, components })).toBe(false);
  }
});

test("lets no app ask a person to be notified without the permission for it", async () => {
  const phone = new Phone(await built(null), scriptRuntime("TypeScript"), providersClient(""));
  await expect(phone.letNotify(true)).rejects.toThrow("it may never notify");
});
