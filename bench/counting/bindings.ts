// The Worker's bindings, each of which counts what is done with it as the platform bills that.
import { count } from "./counts.ts";
import { watchDatabase } from "./database.ts";
import { watchObjects } from "./objects.ts";

/** Bytes of a queue operation, and those that the platform adds to each message (Queues' pricing). */
const OPERATION_BYTES = 64_000;
const METADATA_BYTES = 100;

/** Operations of R2 that change something or list (class A); the others read (class B), or are free. */
const R2_WRITES = ["put", "list", "createMultipartUpload", "resumeMultipartUpload"];
const R2_READS = ["get", "head"];

const watched = new WeakMap<object, Map<string, unknown>>();

/** Returns the bindings of `env`, which count for `by`; the same ones each time, since the Worker remembers things by them. */
export function watchBindings<Bindings extends object>(env: Bindings, by: string): Bindings {
  const known = watched.get(env) ?? new Map<string, unknown>();
  watched.set(env, known);
  if (!known.has(by)) {
    const entries = Object.entries(env).map(([name, binding]) => [name, watch(binding, by, name)]);
    known.set(by, Object.fromEntries(entries));
  }
  return known.get(by) as Bindings;
}

/** Throws for a binding of another kind, which would not be counted. */
function watch(binding: unknown, by: string, name: string): unknown {
  if (typeof binding !== "object" || binding === null) return binding;
  if ("withSession" in binding) return watchDatabase(binding as D1Database, by);
  if ("sendBatch" in binding) return watchQueue(binding as Queue, by, name);
  if ("createMultipartUpload" in binding) return watchBucket(binding as R2Bucket, by);
  if ("idFromName" in binding)
    return watchObjects(binding as DurableObjectNamespace, by, className(name));
  throw new Error(`what is done with ${name} would not be counted`);
}

/** `NOTIFICATION_RUN` is bound to the class `NotificationRun`. */
function className(binding: string): string {
  return binding
    .toLowerCase()
    .replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The operations to write, read or delete a message. */
export function operationsOf(body: unknown): number {
  const bytes = new TextEncoder().encode(JSON.stringify(body)).length + METADATA_BYTES;
  return Math.ceil(bytes / OPERATION_BYTES);
}

function watchQueue(queue: Queue, by: string, name: string): Queue {
  return calling(queue, (key, [first]) => {
    const messages = key === "sendBatch" ? [...(first as Iterable<MessageSendRequest>)] : [];
    for (const { body } of messages)
      count("queue operations", by, `${name} write`, operationsOf(body));
    if (key === "send") count("queue operations", by, `${name} write`, operationsOf(first));
  });
}

function watchBucket(bucket: R2Bucket, by: string): R2Bucket {
  return calling(bucket, (key) => {
    if (R2_WRITES.includes(key)) count("R2 writes", by, key);
    if (R2_READS.includes(key)) count("R2 reads", by, key);
  });
}

/** Returns `binding`, which has `note` called before each call of one of its methods. */
function calling<Binding extends object>(
  binding: Binding,
  note: (key: string, given: unknown[]) => void,
): Binding {
  return new Proxy(binding, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        note(String(key), given);
        return Reflect.apply(value, target, given);
      };
    },
  });
}
