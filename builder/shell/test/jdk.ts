// Finds the JDK that the shell's tests run on: the newest on this machine, since Android 16's classes need Java 21.
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

export interface Jdk {
  /** Its folder, as in JAVA_HOME. */
  home: string;
  /** 17, say. */
  version: number;
}

/** The oldest Java that Robolectric 4.17 and the tests' source run on. */
export const OLDEST_JAVA = 17;
/** The newest that Robolectric 4.17 reads the classes of. */
export const NEWEST_JAVA = 25;
/** Where Linux distributions put JDKs. */
const JDK_FOLDER = "/usr/lib/jvm";

/**
 * The newest suitable JDK among that of JAVA_HOME, that of the javac on the PATH, and those in /usr/lib/jvm. Returns
 * null when there is none.
 */
export function findJdk(env: NodeJS.ProcessEnv): Jdk | null {
  const homes = [env["JAVA_HOME"] ?? "", ...onPath(env["PATH"] ?? ""), ...installed()];
  const [newest] = homes
    .flatMap((home) => jdkAt(home) ?? [])
    .filter(({ version }) => version >= OLDEST_JAVA && version <= NEWEST_JAVA)
    .toSorted((a, b) => b.version - a.version);
  return newest ?? null;
}

/** The homes of the programs named javac on the PATH, links followed. */
function onPath(path: string): string[] {
  return path
    .split(delimiter)
    .map((folder) => join(folder, "javac"))
    .filter((file) => existsSync(file))
    .map((file) => dirname(dirname(realpathSync(file))));
}

function installed(): string[] {
  if (!existsSync(JDK_FOLDER)) return [];
  return readdirSync(JDK_FOLDER).map((name) => join(JDK_FOLDER, name));
}

/** Each JDK has a file `release` with a line such as JAVA_VERSION="17.0.18". */
function jdkAt(home: string): Jdk | null {
  const release = join(home, "release");
  if (home === "" || !existsSync(release) || !existsSync(join(home, "bin", "javac"))) return null;
  const version = /^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, "utf8"))?.[1];
  return version === undefined ? null : { home, version: Number(version) };
}
