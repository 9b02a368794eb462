// What needs an operator, in words: what it is, and what to do about it.
import type { Child } from "hono/jsx";
import type { Need } from "../../domain/health/needs.ts";
import { accountPath, BUILDERS } from "../dashboard/places.ts";
import { Notice } from "../parts/notice.tsx";
import { counted, span } from "../parts/words.ts";
import { brief, JOBS_OF, named, providerWord, queueWord } from "./words.ts";

export const Notices = ({ needs, now }: { needs: readonly Need[]; now: number }) => (
  <>
    {needs.map((need) => {
      const { says, todo, isBad = false } = worded(need, now);
      return (
        <Notice tone={isBad ? "bad" : "warn"}>
          <p>
            <strong>{says}</strong> {todo}
          </p>
        </Notice>
      );
    })}
  </>
);

interface Worded {
  says: string;
  todo: Child;
  isBad?: boolean;
}

function worded(need: Need, now: number): Worded {
  switch (need.kind) {
    case "credential": {
      const { appName, accountId, accountName, provider, flag } = need.complaint;
      return {
        says: `${providerWord(provider)} complains of the credential of ${named(appName)}.`,
        todo: (
          <>
            “{brief(flag ?? "")}” Its owner sees this under push set-up.{" "}
            <a href={accountPath(accountId)}>Account {named(accountName)}</a>
          </>
        ),
      };
    }
    case "credentials":
      return {
        says: `${counted(need.more, "more credential")} complained of.`,
        todo: "They are older than these.",
      };
    case "no_builder":
      return {
        isBad: need.registered > 0,
        says: need.registered > 0 ? "No builder is heard of." : "No builder is registered.",
        todo: (
          <>
            Nothing can be built. <a href={BUILDERS}>Builders</a>
          </>
        ),
      };
    case "builds_wait":
      return {
        says: `${counted(need.count, "build")} waiting, one for ${span(need.forMs)}.`,
        todo: <a href={BUILDERS}>Look at the builders</a>,
      };
    case "cron_late":
      return cronLate(need, now);
    case "job_fails":
      return {
        says: `The job ${need.job} has failed ${counted(need.failures, "time")} in a row.`,
        todo: need.error === null ? "The log says why, as cron_fault." : `“${brief(need.error)}”`,
      };
    case "jobs_fail":
      return {
        says: `${counted(need.more, "more job")} fail.`,
        todo: "The log says why, as cron_fault.",
      };
    case "queue_old":
      return {
        isBad: true,
        says: `${queueWord(need.queue)}: the oldest has waited for ${span(need.forMs)}.`,
        todo: "Look for message_fault in the log.",
      };
    case "database_full":
      return {
        isBad: true,
        says: `The database is ${Math.floor(need.part * 100)}% full.`,
        todo: "At its limit nothing can be written. docs/operations.md says what to delete.",
      };
    case "dead_letters":
      return {
        says: `${counted(need.count, "queue message")} failed for good in 7 days.`,
        todo: "What they were for is done by other ways; dead_letter in the log says which it was.",
      };
  }
}

function cronLate(
  { schedule, endedAt }: Extract<Need, { kind: "cron_late" }>,
  now: number,
): Worded {
  const jobs = `The jobs of ${JOBS_OF[schedule] ?? schedule}`;
  return endedAt === null
    ? {
        isBad: true,
        says: `${jobs} were never through.`,
        todo: "A new installation's are within a minute. If not, see whether the Worker has its cron triggers.",
      }
    : {
        isBad: true,
        says: `${jobs} were last through ${span(now - endedAt)} ago.`,
        todo: "Look for cron_fault in the log, and whether the Worker has its cron triggers.",
      };
}
