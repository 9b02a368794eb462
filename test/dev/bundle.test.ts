// The Worker's bundle, and what wrangler makes of its configuration: each is made once for each state of its sources.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { expect, onTestFinished, test, vi } from "vitest";
import { unstable_getMiniflareWorkerOptions as readOptions } from "wrangler";
import { bundleKey, bundleWorker } from "../../dev/worker/bundle.ts";
import { configKey, readLocalWorker, readWranglerConfig } from "../../dev/wrangler-config.ts";

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bundle-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("a bundle is made once, and taken from where it is kept after that; the oldest are forgotten", async () => {
  const folder = aFolder();
  const kept = join(folder, "kept");
  const out = join(folder, "out");
  const older = ["a", "b", "c", "d", "e"];
  for (const path of [out, ...older.map((name) => join(kept, name))]) {
    mkdirSync(path, { recursive: true });
  }
  writeFileSync(join(out, "leftover.js"), "");
  expect(statSync(await bundleWorker(out, kept)).size).toBeGreaterThan(1_000_000);
  expect(readdirSync(out)).not.toContain("leftover.js");

  const [key = "", ...others] = readdirSync(kept).filter((name) => !older.includes(name));
  expect(others).toEqual([]);
  expect(readdirSync(kept)).toHaveLength(4);
  writeFileSync(join(kept, key, "index.js"), "the kept one");
  expect(readFileSync(await bundleWorker(out, kept), "utf8")).toBe("the kept one");
});

test("whatever is in the sources or beside them as configuration makes another bundle", () => {
  const root = aFolder();
  mkdirSync(join(root, "src/kit"), { recursive: true });
  for (const name of ["wrangler.toml", "tsconfig.json", "package-lock.json", "src/kit/a.ts"]) {
    writeFileSync(join(root, name), "1");
  }
  const keys = [bundleKey(root)];
  const expectAnother = () => {
    const key = bundleKey(root);
    expect(keys).not.toContain(key);
    keys.push(key);
  };
  writeFileSync(join(root, "README.md"), "not part of it");
  expect(bundleKey(root)).toBe(keys[0]);
  writeFileSync(join(root, "src/kit/a.ts"), "2");
  expectAnother();
  writeFileSync(join(root, "wrangler.toml"), "2");
  expectAnother();
  writeFileSync(join(root, "src/b.ts"), "");
  expectAnother();
  rmSync(join(root, "src/kit/a.ts"));
  expectAnother();
});

/** The project's configuration in a folder of its own. */
function aConfig(): string {
  const config = join(aFolder(), "wrangler.toml");
  writeFileSync(config, readFileSync(join(import.meta.dirname, "../../wrangler.toml")));
  return config;
}

test("a configuration is what wrangler makes of it, is read by wrangler once, and is taken from where it is kept after that", async () => {
  const config = aConfig();
  const kept = join(aFolder(), "kept");
  const { workerOptions } = readOptions(config);
  const worker = { config: await readWranglerConfig(config), options: workerOptions };
  expect(await readLocalWorker(config, kept)).toStrictEqual(worker);
  expect(readdirSync(kept)).toEqual([configKey(config)]);
  expect(await readLocalWorker(config, kept)).toStrictEqual(worker);

  const file = join(kept, configKey(config));
  const other = { ...deserialize(readFileSync(file)), options: "the kept ones" };
  writeFileSync(file, serialize(other));
  expect(await readLocalWorker(config, kept)).toEqual(other);
  // With it, each variable of the environment may be one of the Worker's.
  vi.stubEnv("CLOUDFLARE_INCLUDE_PROCESS_ENV", "true");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect((await readLocalWorker(config, kept)).options).toMatchObject({ bindings: {} });
  expect(readdirSync(kept)).toHaveLength(1);
});

test("whatever wrangler reads for a configuration makes another one", () => {
  const config = aConfig();
  const keys = [configKey(config)];
  const expectAnother = () => {
    const key = configKey(config);
    expect(keys).not.toContain(key);
    keys.push(key);
  };
  writeFileSync(join(config, "../README.md"), "not part of it");
  expect(configKey(config)).toBe(keys[0]);
  writeFileSync(config, 'name = "another"\n');
  expectAnother();
  for (const name of [".dev.vars", ".dev.vars.production", ".env", ".env.local"]) {
    writeFileSync(join(config, "..", name), "A=1\n");
    expectAnother();
  }
  for (const name of ["CLOUDFLARE_ENV", "WRANGLER_CI_OVERRIDE_NAME"]) {
    vi.stubEnv(name, "production");
    onTestFinished(() => void vi.unstubAllEnvs());
    expectAnother();
  }
  expect(configKey(aConfig())).not.toBe(configKey(aConfig()));
});
