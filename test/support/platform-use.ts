// Counts what is asked of objects and queues.
import { vi } from "vitest";
import { mayBeLate } from "./may-be-late.ts";
import { bindings } from "./worker.ts";

/** Calls of objects by their binding, and messages by their queue; what was not used is left out. */
export interface PlatformUse {
  objects: Record<string, number>;
  messages: Record<string, number>;
}

const NAMESPACES = [
  "BUILD_LOCK",
  "BUILDER_POOL",
  "RATE_LIMITER",
  "IMPORT_JOB",
  "NOTIFICATION_RUN",
  "PROVIDER_TOKEN",
  "WEBHOOK_LANE",
  "SENDING_SHARE",
  "PASSWORD_HASHER",
  "ESTIMATE_GATE",
] as const;
const QUEUES = ["BATCHES", "SLOW_BATCHES", "RUNS", "WEBHOOKS"] as const;

/**
 * Counts from here on, until mocks are restored, but for what messages of queues and alarms lead to. A stub is made for each call.
 * `onMessages` is called when messages are put into a queue, after they are counted.
 */
export function countPlatform(onMessages: () => void = () => undefined): PlatformUse {
  const used: PlatformUse = { objects: {}, messages: {} };
  const add = (counts: Record<string, number>, name: string, more: number) => {
    counts[name] = (counts[name] ?? 0) + more;
  };
  for (const name of NAMESPACES) {
    const namespace = bindings[name] as DurableObjectNamespace;
    const get = namespace.get.bind(namespace);
    vi.spyOn(namespace, "get").mockImplementation((id) => {
      if (!mayBeLate()) add(used.objects, name, 1);
      return get(id);
    });
  }
  for (const name of QUEUES) {
    const queue = bindings[name] as Queue;
    const sendBatch = queue.sendBatch.bind(queue);
    vi.spyOn(queue, "sendBatch").mockImplementation(async (messages, options) => {
      const all = [...messages];
      if (!mayBeLate()) {
        add(used.messages, name, all.length);
        onMessages();
      }
      return sendBatch(all, options);
    });
  }
  return used;
}
