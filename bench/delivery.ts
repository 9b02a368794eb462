// Measures what a push costs the processor: the product's own sending in a plain workerd, without the simulators of the local
// stack, beside what can't be done without (the floor: encrypt and fetch) and what others do (npm web-push and plain requests
// in Node, @block65/webcrypto-web-push in workerd). They take turns at a receiver in another process, which only counts. All
// processor time of a process counts, also that of the system for its sockets. Linux alone.
//
//   npm run bench:delivery -- [--sittings 3] [--rounds 5] [--recipients 1500] [--only "ours,FCM: fetch"]
//
// A process keeps, for as long as it lives, the luck that it had with its memory: two of the same program can differ by a tenth. So
// each sitting starts all of them anew, and what is compared are the rounds of all sittings.
//
// "6 in flight" is one batch of 50 recipients at a time, as in one invocation, "48 in flight" eight at once. What distorts:
// the receiver and this process share the machine's cores; it speaks HTTP/1.1 without TLS, so APNs' HTTP/2 is not measured,
// nor are handshakes; the database, the run and the keeper of bearer tokens are faked; a batch reaches the product's Worker
// as a request with JSON, while the floor has its recipients beforehand.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { makeSecrets } from "../dev/secrets.ts";
import { CleanUp } from "../dev/stack.ts";
import { startChild } from "./delivery/child.ts";
import { contestantsOf, waitingContestants, type Processes } from "./delivery/contestants.ts";
import { makeField, makePem } from "./delivery/field.ts";
import { printCpu, printRates } from "./delivery/results.ts";
import { checkAll, measure, type Figures, type Receiver } from "./delivery/rounds.ts";
import type { Field, OurBindings, PeerTask } from "./delivery/tasks.ts";
import { config, startWorkerd, type Workerd } from "./delivery/workerd.ts";

/** How late providers answer where rates are measured, ms; and to how many recipients at most. */
const ANSWER_AFTER_MS = 60;
const WAITING_RECIPIENTS = 150;
const LINKS_ORIGIN = "https://slipway.example.com";

const Whole = z.coerce.number().int().positive();
const { values } = parseArgs({
  options: {
    sittings: { type: "string", default: "3" },
    rounds: { type: "string", default: "5" },
    recipients: { type: "string", default: "1500" },
    only: { type: "string", default: "" },
  },
});
const {
  sittings,
  rounds,
  recipients: count,
} = z.object({ sittings: Whole, rounds: Whole, recipients: Whole }).parse(values);
const words = values.only.split(",");
const isWanted = ({ name }: { name: string }) => words.some((word) => name.includes(word.trim()));

const cleanUp = new CleanUp();
const cpu = new Map<string, Figures>();
const rates = new Map<string, Figures>();
try {
  for (let sitting = 0; sitting < sittings; sitting += 1) await sit();
  printCpu(cpu);
  if (rates.size > 0) printRates(rates, ANSWER_AFTER_MS);
  const [load = 0] = loadavg();
  console.log(
    `\nload ${load.toFixed(1)} on ${availableParallelism()} cores; 2 is the benchmark's own`,
  );
} finally {
  await cleanUp.run();
}

/** Measures all of them once, with processes of their own. */
async function sit(): Promise<void> {
  const ended = new CleanUp();
  cleanUp.add(async () => ended.run());
  const directory = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  ended.add(() => rmSync(directory, { recursive: true, force: true }));
  const receiver: Receiver = startChild(import.meta.resolve("./delivery/receiver.ts"), []);
  ended.add(receiver.stop);
  const { origin } = await receiver.ask({ kind: "end" });
  const { field, devices } = makeField(origin, count);
  const processes = await startProcesses(field, directory, ended);
  const contestants = contestantsOf(field, processes).filter(isWanted);
  await checkAll(contestants, receiver, devices, count);
  await measure(contestants, receiver, { rounds, count, answerAfterMs: 0 }, cpu);
  const late = {
    rounds: 1,
    count: Math.min(WAITING_RECIPIENTS, count),
    answerAfterMs: ANSWER_AFTER_MS,
  };
  await measure(waitingContestants(field, processes).filter(isWanted), receiver, late, rates);
  await ended.run();
}

async function startProcesses(field: Field, directory: string, ended: CleanUp): Promise<Processes> {
  const started = async (name: string, bindings: Record<string, string>): Promise<Workerd> => {
    const workerd = await startWorkerd(name, bindings, directory);
    ended.add(workerd.stop);
    return workerd;
  };
  const file = join(directory, "field.json");
  const json = JSON.stringify(field);
  writeFileSync(file, json);
  const peer = startChild<PeerTask, void>(import.meta.resolve("./delivery/node-peer.ts"), [file]);
  ended.add(peer.stop);
  return {
    ours: await started("ours", ourBindings(field)),
    floor: await started("floor", { FIELD: json }),
    library: await started("floor", { FIELD: json }),
    peer,
  };
}

/** The bindings of the product's Worker: as deployed, but that all providers are the receiver. */
function ourBindings({ receiver, bearer, vapid }: Field): Record<string, string> {
  const own: OurBindings = {
    RECEIVER: receiver,
    BEARER: bearer,
    VAPID: JSON.stringify(vapid),
    RSA_KEY: makePem("rsa"),
    EC_KEY: makePem("ec"),
  };
  return {
    ...(config.vars as Record<string, string>),
    ...makeSecrets(),
    ...own,
    PUBLIC_URL: LINKS_ORIGIN,
    FCM_URL: `${receiver}/fcm`,
    APNS_URL: receiver,
    ALLOW_PRIVATE_TARGETS: "1",
  };
}
