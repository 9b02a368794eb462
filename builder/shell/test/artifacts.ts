// Brings what the shell's tests run in from Maven's repositories: Robolectric with its libraries (pom.xml), and for each
// API level Android's own framework classes. All are kept in the folder of toolchain.sh, with a Maven repository of
// its own, and are used only if their SHA-256 is the one in jars.sha256.
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readFileSync } from "node:fs";
import { renameSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Jdk } from "./jdk.ts";
import { runProgram } from "./program.ts";
import type { Ended } from "./program.ts";

const HERE = import.meta.dirname;
const POM = join(HERE, "pom.xml");
const CHECKSUMS = join(HERE, "jars.sha256");

/** The plugin of Maven that fetches. */
const PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";
const GROUP = "org.robolectric";
const ARTIFACT = "android-all-instrumented";
/** Robolectric 4.17's version of the changes that it makes to Android's classes. */
const INSTRUMENTATION = "i7";
/** How often a download is tried: connections break. */
const TRIES = 3;

/** Android's classes by API level, in the versions that Robolectric 4.17 asks for (its DefaultSdkProvider). */
export const ANDROID: ReadonlyMap<number, string> = new Map([
  [24, "7.0.0_r1-robolectric-r1"],
  [26, "8.0.0_r4-robolectric-r1"],
  [28, "9-robolectric-4913185-2"],
  [29, "10-robolectric-5803371"],
  [30, "11-robolectric-6757853"],
  [31, "12-robolectric-7732740"],
  [33, "13-robolectric-9030017"],
  [34, "14-robolectric-10818077"],
  [35, "15-robolectric-13954326"],
  [36, "16-robolectric-13921718"],
]);

export interface Artifacts {
  /** The libraries, in the order of a class path. */
  libraries: string[];
  /** The folder with Android's classes, a file a level. */
  levels: string;
}

/** The folder that all is kept in; toolchain.sh has the same. */
function cacheFolder(): string {
  const caches = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(caches, "slipway-android");
}

/** Whether Maven can be started. */
export async function hasMaven(jdk: Jdk): Promise<boolean> {
  return (await maven(jdk, ["--version"])).ok;
}

/**
 * Brings what is missing for these API levels, the first time about 1.1 GB, and says where it is.
 * @throws when it can't be had, or is not what is pinned
 */
export async function fetchArtifacts(jdk: Jdk, levels: readonly number[]): Promise<Artifacts> {
  const folder = join(cacheFolder(), "robolectric");
  mkdirSync(folder, { recursive: true });
  const checksums = new Map(
    [...readFileSync(CHECKSUMS, "utf8").matchAll(/^(\w{64}) {2}(\S+)$/gm)].map(
      ([, sha256 = "", name = ""]) => [name, sha256],
    ),
  );
  const libraries = await fetchLibraries(jdk, folder, checksums);
  for (const level of levels) await fetchLevel(jdk, folder, level, checksums);
  return { libraries, levels: folder };
}

/** A file with the class path stays as long as the pom and the checksums do. */
async function fetchLibraries(
  jdk: Jdk,
  folder: string,
  checksums: ReadonlyMap<string, string>,
): Promise<string[]> {
  const wanted = createHash("sha256").update(readFileSync(POM)).update(readFileSync(CHECKSUMS));
  const list = join(folder, `classpath-${wanted.digest("hex").slice(0, 12)}`);
  const read = () => readFileSync(list, "utf8").trim().split(delimiter);
  if (existsSync(list) && read().every((file) => existsSync(file))) return read();
  const unchecked = `${list}.${process.pid}`;
  await fetch(jdk, ["-f", POM, `${PLUGIN}:build-classpath`, `-Dmdep.outputFile=${unchecked}`]);
  const files = readFileSync(unchecked, "utf8").trim().split(delimiter);
  for (const file of files) await check(file, checksums);
  renameSync(unchecked, list);
  return files;
}

/** A link in `folder` says that the file was checked. */
async function fetchLevel(
  jdk: Jdk,
  folder: string,
  level: number,
  checksums: ReadonlyMap<string, string>,
): Promise<void> {
  const version = `${ANDROID.get(level)}-${INSTRUMENTATION}`;
  const name = `${ARTIFACT}-${version}.jar`;
  const link = join(folder, name);
  if (existsSync(link)) return;
  const artifact = `${GROUP}:${ARTIFACT}:${version}`;
  await fetch(jdk, [`${PLUGIN}:get`, "-Dtransitive=false", `-Dartifact=${artifact}`]);
  const file = join(repository(), GROUP.replaceAll(".", "/"), ARTIFACT, version, name);
  await check(file, checksums);
  rmSync(link, { force: true });
  symlinkSync(file, link);
}

/** @throws and removes the file when it is not the one that is pinned */
async function check(file: string, checksums: ReadonlyMap<string, string>): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const found = hash.digest("hex");
  const pinned = checksums.get(basename(file));
  if (found === pinned) return;
  if (pinned !== undefined) rmSync(file);
  throw new Error(`${found}  ${basename(file)} is not in ${CHECKSUMS}`);
}

/** Apart from the user's own, which another Maven may be writing to at the same time. */
function repository(): string {
  return join(cacheFolder(), "maven");
}

async function fetch(jdk: Jdk, goal: readonly string[]): Promise<void> {
  let output = "";
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const { ok, out, err } = await maven(jdk, goal);
    if (ok) return;
    output = out + err;
  }
  throw new Error(`Maven could not bring what the tests run in:\n${output}`);
}

async function maven(jdk: Jdk, args: readonly string[]): Promise<Ended> {
  const flags = ["--batch-mode", "--quiet", "--strict-checksums", "-Dstyle.color=never"];
  const env = { ...process.env, JAVA_HOME: jdk.home };
  const all = [...flags, `-Dmaven.repo.local=${repository()}`, ...args];
  try {
    return await runProgram("mvn", all, { env });
  } catch (error) {
    return { ok: false, out: "", err: String(error) };
  }
}
