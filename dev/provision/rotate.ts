// Changes the keys that seal secrets at rest: adds a new one, or leaves out one that nothing is sealed with any more. The file
// gets a key before the Worker does, so that no key is ever at Cloudflare alone.
//
// A new key comes last at first, where it only opens, and in front a minute later, where it seals: a copy of the Worker that
// still runs with the keys from before would else meet values that it can't open.
import { setTimeout as pass } from "node:timers/promises";
import { parseSealingKeys } from "../../src/kit/seal.ts";
import { line } from "../say.ts";
import { makeSecret } from "../secrets.ts";
import type { Deployment } from "./deployment.ts";
import { Explained } from "./explain.ts";
import { noteInSecrets, putSecrets, readSecrets, SECRETS_FILE } from "./secrets-file.ts";

const NAME = "SEALING_KEYS";

export type Rotation =
  | { do: "add" }
  /** Gives the Worker what the file has. */
  | { do: "repeat" }
  | { do: "drop"; id: string };

/** What the deployed Worker says of its own keys. */
export interface Sealer {
  /** Their ids, the newest first. */
  keyIds: () => Promise<string[]>;
  /** How many values a key may still seal. */
  sealedBy: (id: string) => Promise<number>;
}

/** An id that no key has: one above the highest of the form k1, k2. */
function nextId(ids: readonly string[]): string {
  const numbers = ids.map((id) => Number(/^k(\d{1,6})$/.exec(id)?.[1] ?? 0));
  return `k${Math.max(0, ...numbers) + 1}`;
}

const idsOf = (text: string): string[] => [...parseSealingKeys(text).keys.keys()];
const pairsOf = (text: string): string[] => text.split(",").map((pair) => pair.trim());
const idOf = (pair: string): string | undefined => pair.split(":")[0];

/** SEALING_KEYS of the file, which has every key of the Worker. @throws Explained */
async function keptKeys({ secretsPath, config, cloud }: Deployment, worker: Sealer | null) {
  const kept = readSecrets(secretsPath)[NAME];
  if (kept === undefined) {
    throw new Explained(`${SECRETS_FILE} has no ${NAME}, and Cloudflare gives none back, so that no new key can be added to them.
  Find the file that npm run provision wrote.`);
  }
  const ids = idsOf(kept);
  const deployed = await cloud.secretsOf(config().name);
  if (!deployed?.includes(NAME)) {
    throw new Explained("The Worker is not deployed yet. Run npm run deploy first.");
  }
  const unknown = ((await worker?.keyIds()) ?? []).filter((id) => !ids.includes(id));
  if (unknown.length > 0) {
    throw new Explained(`The Worker has a sealing key that ${SECRETS_FILE} lacks: ${unknown.join(", ")}. This is an old copy of the file, and what
  that key sealed would be lost. Find the copy by which the key was added.`);
  }
  return kept;
}

/** Puts the keys into the file, then gives them to the Worker. */
async function put({ secretsPath, wrangler }: Deployment, keys: string): Promise<void> {
  putSecrets(secretsPath, { [NAME]: keys });
  const ids = idsOf(keys);
  line("File", `${SECRETS_FILE}: ${NAME} has ${ids.join(", ")}`);
  try {
    await wrangler(["secret", "put", NAME], { input: keys });
  } catch (error) {
    line(
      "Not done",
      "the Worker may still have the keys from before. Run npm run rotate-key -- --again, then go on",
    );
    throw error;
  }
  line("Worker", `has them too, and seals with ${ids[0]}`);
}

/** Waits until no copy of the Worker runs with the keys from before. */
async function waitForAll(waitMs: number): Promise<void> {
  line("Waiting", `${waitMs / 1000} s, until every running copy of the Worker has them`);
  await pass(waitMs);
}

async function add(deployment: Deployment, kept: string, waitMs: number): Promise<void> {
  const id = nextId(idsOf(kept));
  const [, material] = makeSecret(NAME).split(":");
  await put(deployment, `${kept},${id}:${material}`);
  await waitForAll(waitMs);
  await put(deployment, `${id}:${material},${kept}`);
  await waitForAll(waitMs);
}

/** @throws Explained where the key is not there, or seals */
async function drop(deployment: Deployment, kept: string, id: string, worker: Sealer) {
  const [current, ...others] = idsOf(kept);
  if (!others.includes(id)) {
    throw new Explained(
      `The key ${id} can't be dropped. Those that can: ${others.join(", ") || "none"}. The newest, ${current}, is in use.`,
    );
  }
  const values = await worker.sealedBy(id);
  if (values > 0) {
    throw new Explained(
      `The key ${id} may still seal ${values} values, which nobody could read without it. Run npm run reseal first.`,
    );
  }
  const gone = pairsOf(kept).find((pair) => idOf(pair) === id);
  noteInSecrets(
    deployment.secretsPath,
    `dropped from ${NAME}, for backups of the database: ${gone}`,
  );
  const left = pairsOf(kept).filter((pair) => idOf(pair) !== id);
  await put(deployment, left.join(","));
}

/**
 * Changes SEALING_KEYS in the file and at the Worker. An addition that stopped half way may simply be done again: it makes
 * another key, and the one before it is dropped like others.
 * @param worker the deployed Worker, which is asked before a key is added or dropped
 * @param waitMs how long a new value may take until every running copy of the Worker has it, ms
 * @returns the ids of the keys now, the newest first
 * @throws Explained where the file lacks a key of the Worker, where there is no Worker, or the key to be dropped still seals
 */
export async function rotate(
  deployment: Deployment,
  rotation: Rotation,
  worker: Sealer,
  waitMs: number,
): Promise<string[]> {
  const kept = await keptKeys(deployment, rotation.do === "repeat" ? null : worker);
  if (rotation.do === "add") await add(deployment, kept, waitMs);
  else if (rotation.do === "drop") await drop(deployment, kept, rotation.id, worker);
  else await put(deployment, kept);
  return idsOf(readSecrets(deployment.secretsPath)[NAME] ?? kept);
}
