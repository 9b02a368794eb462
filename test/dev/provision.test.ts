// Provisioning with a fake wrangler: what is created, and what is left alone.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { noteDatabaseId, plan } from "../../dev/provision/plan.ts";
import { provision } from "../../dev/provision/provision.ts";
import { SECRET_NAMES } from "../../dev/secrets.ts";

const FAKE = join(import.meta.dirname, "fake-wrangler.mjs");
const TOML = `name = "tiny"
main = "index.js"
compatibility_date = "2026-10-20"
# the database
[[d1_databases]]
binding = "OTHER"
database_name = "other"
database_id = "id-of-other"
[[d1_databases]]
binding = "DB"
database_name = "tiny"
database_id = "00000000-0000-0000-0000-000000000000" # local
[[r2_buckets]]
binding = "FILES"
bucket_name = "tiny-files"
[[queues.producers]]
binding = "SENDS"
queue = "tiny-sends"
[[queues.consumers]]
queue = "tiny-sends"
dead_letter_queue = "tiny-dead"
`;
const EMPTY = {
  databases: [{ name: "other", uuid: "id-of-other" }],
  buckets: ["somebody-elses"],
  queues: [] as string[],
  secrets: null as Record<string, string> | null,
  broken: false,
  calls: [] as string[],
};

let config = "";
let accountFile = "";
const account = () => JSON.parse(readFileSync(accountFile, "utf8")) as typeof EMPTY;
const setAccount = (value: typeof EMPTY) => writeFileSync(accountFile, JSON.stringify(value));
const run = () => provision([process.execPath, FAKE], config);

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-provision-"));
  config = join(folder, "wrangler.toml");
  accountFile = join(folder, "account.json");
  writeFileSync(config, TOML);
  setAccount(EMPTY);
  vi.stubEnv("FAKE_ACCOUNT", accountFile);
  vi.spyOn(console, "log").mockImplementation(() => {});
});

test("an empty account gets everything, and a second run finds nothing to do", async () => {
  await run();
  const made = account();
  expect(made.databases.map(({ name }) => name)).toEqual(["other", "tiny"]);
  expect(made.buckets).toEqual(["somebody-elses", "tiny-files"]);
  expect(made.queues).toEqual(["tiny-sends", "tiny-dead"]);
  expect(Object.keys(made.secrets ?? {}).toSorted()).toEqual(SECRET_NAMES.toSorted());
  expect(readFileSync(config, "utf8")).toBe(
    TOML.replace("00000000-0000-0000-0000-000000000000", "id-of-tiny"),
  );
  expect(await run()).toEqual([]);
  expect({ ...account(), calls: [] }).toEqual({ ...made, calls: [] });
});

test("existing secrets keep their values, and missing ones are added", async () => {
  setAccount({ ...EMPTY, secrets: { SEALING_KEYS: "k1:old" } });
  await run();
  expect(account().secrets).toMatchObject({ SEALING_KEYS: "k1:old" });
  expect(Object.keys(account().secrets ?? {})).toHaveLength(SECRET_NAMES.length);
});

test("a list that can't be read stops the run, and nothing is created", async () => {
  setAccount({ ...EMPTY, broken: true, secrets: { SEALING_KEYS: "k1:old" } });
  await expect(run()).rejects.toThrow("Authentication error");
  expect(account()).toMatchObject({ buckets: EMPTY.buckets, secrets: { SEALING_KEYS: "k1:old" } });
});

test("an existing database is noted in the configuration instead of being created again", () => {
  const wanted = {
    databases: [{ binding: "DB", name: "tiny", id: "stale" }],
    buckets: ["b"],
    queues: [],
    secrets: [],
  };
  const found = {
    databases: [{ name: "tiny", id: "real" }],
    buckets: ["b"],
    queues: [],
    secrets: [],
  };
  expect(plan(wanted, found)).toEqual([{ do: "note-database", binding: "DB", id: "real" }]);
});

test("an unknown binding is an error", () => {
  expect(() => noteDatabaseId(TOML, "NOPE", "x")).toThrow("NOPE");
});
