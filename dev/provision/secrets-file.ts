// The file with a deployment's secrets, .production.vars: `NAME=value`, a line each. Cloudflare gives no secret back, so
// this is the only copy. git ignores it, and only its owner can read it.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseEnv } from "node:util";

/** Where it is, from the root of the repository. */
export const SECRETS_FILE = ".production.vars";

/** Read and write for the owner, nothing for others. */
export const PRIVATE = 0o600;

const HEADER = `# The secrets of the deployed Worker. Cloudflare gives none of them back: keep a copy of this file where you keep passwords.
# Without SEALING_KEYS what is sealed in the database, keystores and push credentials, can't be read any more, by nobody.
# git ignores this file. A line that is added here travels with the next npm run deploy, unless the Worker has it already.
`;

/** Names of what is no secret of the Worker's: lines are for people. */
const NAME = /^[A-Z][A-Z0-9_]*$/;

/** The secrets of the file by name; empty where there is no file. */
export function readSecrets(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  const found = Object.entries(parseEnv(readFileSync(path, "utf8")));
  return Object.fromEntries(
    found.flatMap(([name, value]) => (NAME.test(name) && value ? [[name, value] as const] : [])),
  );
}

/** Writes whole, or not at all. */
function write(path: string, text: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, text, { mode: PRIVATE });
  renameSync(draft, path);
}

/** Puts values into the file, each in its line or at the end; the rest stays as it is. */
export function putSecrets(path: string, values: Record<string, string>): void {
  let text = existsSync(path) ? readFileSync(path, "utf8") : HEADER;
  for (const [name, value] of Object.entries(values)) {
    const line = new RegExp(`^${name}=.*$`, "m");
    if (line.test(text)) text = text.replace(line, () => `${name}=${value}`);
    else text = `${text.replace(/\n*$/, "\n")}${name}=${value}\n`;
  }
  write(path, text);
}

/** Adds a comment at the end, such as a key that the Worker has no more. */
export function noteInSecrets(path: string, comment: string): void {
  write(path, `${readFileSync(path, "utf8").replace(/\n*$/, "\n")}# ${comment}\n`);
}
