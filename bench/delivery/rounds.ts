// Has each contestant send the same in turn, round by round, and notes what that took of the processor. Each round runs the
// other way round than the one before, so that nobody always follows the same one.
import type { Recipients } from "../../dev/providers/recipients.ts";
import type { Provider } from "../../src/kit/push/credentials.ts";
import { cpuMs } from "../cpu.ts";
import type { Child } from "./child.ts";
import { checkMessages } from "./read-messages.ts";
import type { Received, ReceiverTask } from "./tasks.ts";

/** Most recipients whose messages are read before anything is measured. */
const READ = 100;
const US_IN_MS = 1000;
const MS_IN_SECOND = 1000;

/** Somebody who sends, or only encrypts. */
export interface Contestant {
  name: string;
  provider: Provider;
  pid: number;
  /** Whether it is our own code, whose messages have links. */
  isOurs?: boolean;
  /** Whether what it encrypts is not sent. */
  isUnsent?: boolean;
  /** Sends to the first `count` devices. */
  send: (count: number) => Promise<void>;
}

export type Receiver = Child<ReceiverTask, Received>;

/** What a contestant took in each round. */
export interface Figures {
  /** Processor time a recipient, of all threads of its process, us. */
  cpuUs: number[];
  /** Recipients a second. */
  rate: number[];
}

/** Has each contestant send to some of `recipients`, and reads all of it. Throws for what does not arrive. */
export async function checkAll(
  contestants: readonly Contestant[],
  receiver: Receiver,
  devices: Recipients,
  recipients: number,
): Promise<void> {
  const read = Math.min(READ, recipients);
  for (const { name, provider, isOurs = false, isUnsent = false, send } of contestants) {
    const kept = await receivedDuring(receiver, { answerAfterMs: 0, keeps: true }, () =>
      send(read),
    );
    const count = isUnsent ? 0 : read;
    try {
      checkMessages(devices, provider, kept.kept, { count, hasLinks: isOurs });
    } catch (error) {
      throw new Error(`What ${name} sends is wrong.`, { cause: error });
    }
  }
}

/**
 * Rounds that warm up, no more than are measured: compilers work on until then, and the more there is to compile the longer.
 */
const WARMING_UP = 3;

/**
 * Measures `rounds` rounds of `count` recipients, after some that warm up, and adds them to `figures`. Providers answer after
 * `answerAfterMs`.
 */
export async function measure(
  contestants: readonly Contestant[],
  receiver: Receiver,
  { rounds, count, answerAfterMs }: { rounds: number; count: number; answerAfterMs: number },
  figures: Map<string, Figures>,
): Promise<void> {
  for (const { name } of contestants) {
    if (!figures.has(name)) figures.set(name, { cpuUs: [], rate: [] });
  }
  for (let round = 1 - Math.min(WARMING_UP, rounds); round <= rounds; round += 1) {
    const turns = round % 2 === 0 ? contestants : contestants.toReversed();
    for (const contestant of turns) {
      const took = await turn(contestant, receiver, count, answerAfterMs);
      if (round < 1) continue;
      const own = figures.get(contestant.name);
      own?.cpuUs.push(took.cpuUs);
      own?.rate.push(took.rate);
    }
    if (process.stderr.isTTY) process.stderr.write(`round ${round} of ${rounds}   \r`);
  }
}

async function turn(
  { name, provider, pid, isUnsent, send }: Contestant,
  receiver: Receiver,
  count: number,
  answerAfterMs: number,
): Promise<{ cpuUs: number; rate: number }> {
  let [cpuUs, rate] = [0, 0];
  const received = await receivedDuring(receiver, { answerAfterMs, keeps: false }, async () => {
    const [cpuBefore, begin] = [cpuMs(pid), performance.now()];
    await send(count);
    rate = (count / (performance.now() - begin)) * MS_IN_SECOND;
    cpuUs = ((cpuMs(pid) - cpuBefore) / count) * US_IN_MS;
  });
  const { requests, paths } = received;
  // FCM has the token in the message, and all messages go to one path.
  const expected = isUnsent ? [0, 0] : [count, provider === "fcm" ? 1 : count];
  if (requests !== expected[0] || paths !== expected[1]) {
    throw new Error(`${name}: ${requests} requests to ${paths} paths, not for ${count} recipients`);
  }
  return { cpuUs, rate };
}

async function receivedDuring(
  receiver: Receiver,
  wanted: Omit<Extract<ReceiverTask, { kind: "begin" }>, "kind">,
  work: () => Promise<void>,
): Promise<Received> {
  await receiver.ask({ kind: "begin", ...wanted });
  await work();
  return receiver.ask({ kind: "end" });
}
