// Who sends: the product, the floor and the peers, each with the process that it runs in.
import { Agent } from "node:http";
import type { Provider } from "../../src/kit/push/credentials.ts";
import { askWorker } from "./ask-worker.ts";
import { batchesOf, sendBatches } from "./batches.ts";
import type { Child } from "./child.ts";
import type { Contestant } from "./rounds.ts";
import {
  SENDS_AT_ONCE,
  type EncryptionName,
  type Field,
  type FloorTask,
  type PeerTask,
} from "./tasks.ts";
import type { Workerd } from "./workerd.ts";

/** Requests under way: one batch at a time, and eight at once. */
export const FEW = SENDS_AT_ONCE;
export const MANY = 8 * SENDS_AT_ONCE;
/** Requests that a peer in Node has under way: both are tried, and the better counts. */
export const PEER_AT_ONCE = [50, 100] as const;

/** The processes, each with one Worker or with the peers. */
export interface Processes {
  ours: Workerd;
  floor: Workerd;
  /** The floor with the library's encryption, and encryption alone. */
  library: Workerd;
  peer: Child<PeerTask, void>;
}

/** Returns all who send to `field`. */
export function contestantsOf(field: Field, processes: Processes): Contestant[] {
  return [
    ...webPush(field, processes),
    ...plain("fcm", field, processes),
    ...plain("apns", field, processes),
  ];
}

/** Returns those who are compared while providers answer late, with few requests under way. */
export function waitingContestants(field: Field, processes: Processes): Contestant[] {
  const provider = "webpush";
  return [
    ours(field, processes.ours, provider, FEW),
    floor(processes.floor, { provider, encryption: "floor", isBatched: false, atOnce: FEW }),
    peer(processes.peer, { provider, by: "web-push", atOnce: FEW }),
  ];
}

function webPush(field: Field, processes: Processes): Contestant[] {
  const provider = "webpush";
  const loads = [FEW, MANY];
  const peers = (["web-push", "web-push, signed once"] as const).flatMap((by) =>
    PEER_AT_ONCE.map((atOnce) => peer(processes.peer, { provider, by, atOnce })),
  );
  const floors = [false, true].flatMap((isBatched) =>
    loads.map((atOnce) =>
      floor(processes.floor, { provider, encryption: "floor", isBatched, atOnce }),
    ),
  );
  const libraries = (["library", "library, unpadded"] as const).map((encryption) =>
    floor(processes.library, { provider, encryption, isBatched: false, atOnce: MANY }),
  );
  const alone = (["ours", "library", "library, unpadded"] as const).map((encryption) =>
    unsent(processes.library, encryption),
  );
  return [
    ...loads.map((atOnce) => ours(field, processes.ours, provider, atOnce)),
    ...peers,
    ...floors,
    ...libraries,
    ...alone,
  ];
}

function plain(provider: "fcm" | "apns", field: Field, processes: Processes): Contestant[] {
  const task = { provider, encryption: "floor", isBatched: false, atOnce: MANY } as const;
  return [
    ...[FEW, MANY].map((atOnce) => ours(field, processes.ours, provider, atOnce)),
    floor(processes.floor, task),
    ...(["fetch", "http"] as const).flatMap((by) =>
      PEER_AT_ONCE.map((atOnce) => peer(processes.peer, { provider, by, atOnce })),
    ),
  ];
}

function ours(field: Field, { pid, url }: Workerd, provider: Provider, atOnce: number): Contestant {
  return {
    name: names.ours(provider, atOnce),
    provider,
    pid,
    isOurs: true,
    send: async (count) =>
      sendBatches(url, batchesOf(field.audience, provider, count), atOnce / SENDS_AT_ONCE),
  };
}

function floor({ pid, url }: Workerd, task: Omit<FloorTask, "count" | "isSent">): Contestant {
  return {
    name: names.floor(task),
    provider: task.provider,
    pid,
    send: async (count) => order(url, { ...task, count, isSent: true }),
  };
}

function unsent({ pid, url }: Workerd, encryption: EncryptionName): Contestant {
  const task = { provider: "webpush", encryption, isBatched: false, atOnce: MANY } as const;
  return {
    name: names.alone(encryption),
    provider: "webpush",
    pid,
    isUnsent: true,
    send: async (count) => order(url, { ...task, count, isSent: false }),
  };
}

function peer(child: Child<PeerTask, void>, task: Omit<PeerTask, "count">): Contestant {
  return {
    name: names.peer(task),
    provider: task.provider,
    pid: child.pid,
    send: async (count) => child.ask({ ...task, count }),
  };
}

/** Has a Worker with the floor do a task. */
async function order(url: string, task: FloorTask): Promise<void> {
  await askWorker(new Agent(), url, task);
}

const TITLES: Record<Provider, string> = { webpush: "Web Push", fcm: "FCM", apns: "APNs" };
const ENCRYPTION_TITLES: Record<EncryptionName, string> = {
  floor: "floor",
  ours: "ours",
  library: "block65 as it comes",
  "library, unpadded": "block65 unpadded",
};

/** What contestants are called: results are found by it. */
export const names = {
  ours: (provider: Provider, atOnce: number) => `${TITLES[provider]}: ours, ${atOnce} in flight`,
  floor: ({
    provider,
    encryption,
    isBatched,
    atOnce,
  }: Pick<FloorTask, "provider" | "encryption" | "isBatched" | "atOnce">) => {
    if (provider !== "webpush") return `${TITLES[provider]}: fetch in workerd, ${atOnce}`;
    const how = isBatched ? ", batch first" : encryption === "floor" ? ", one by one" : "";
    return `Web Push: ${ENCRYPTION_TITLES[encryption]}${how}, ${atOnce}`;
  },
  alone: (encryption: EncryptionName) => `encryption alone: ${ENCRYPTION_TITLES[encryption]}`,
  peer: ({ provider, by, atOnce }: Pick<PeerTask, "provider" | "by" | "atOnce">) => {
    const how = { fetch: "fetch in Node", http: "node:http" };
    const what = by === "fetch" || by === "http" ? how[by] : `npm ${by}`;
    return `${TITLES[provider]}: ${what}, ${atOnce}`;
  },
};
