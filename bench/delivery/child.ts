// Processes of Node that do one task at a time, told and answering by messages.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Child<Task, Answer> {
  pid: number;
  /** Rejects if the process fails or ends before it answers. */
  ask: (task: Task) => Promise<Answer>;
  stop: () => void;
}

/** What a process answers. */
type Reply<Answer> = { ok: true; answer: Answer } | { ok: false; error: string };

/** Starts the module at `url`, which answers by `answerTasks`. */
export function startChild<Task, Answer>(
  url: string,
  args: readonly string[],
): Child<Task, Answer> {
  const child = fork(fileURLToPath(url), args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    serialization: "advanced",
  });
  const ended = once(child, "exit");
  return {
    pid: child.pid ?? 0,
    async ask(task) {
      const answered = once(child, "message") as Promise<[Reply<Answer>]>;
      child.send(task as object);
      const first = await Promise.race([answered, ended.then(() => null)]);
      if (first === null) throw new Error(`${url} ended`);
      const [reply] = first;
      if (!reply.ok) throw new Error(reply.error);
      return reply.answer;
    },
    stop: () => void child.kill(),
  };
}

/** In such a process: answers each task by what `work` makes of it, until the other side is gone. */
export function answerTasks(work: (task: never) => Promise<unknown>): void {
  const tell = (reply: Reply<unknown>) => process.send?.(reply);
  process.on("message", (task) => {
    work(task as never).then(
      (answer) => tell({ ok: true, answer }),
      (error: unknown) => tell({ ok: false, error: String(error) }),
    );
  });
  process.on("disconnect", () => process.exit());
}
