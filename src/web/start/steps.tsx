// The steps from a web address to a message on a phone: which are done, which is next, and where each is done.
import type { Child } from "hono/jsx";
import { Icon } from "../parts/icon.tsx";

/** What is shown of a step. */
export interface Step {
  title: string;
  isDone: boolean;
  /** Whether the following can be next although this is not done. */
  canWait: boolean;
  /** Beside the title of a step that is done. */
  fact?: Child;
  /** What to do, of the step that is next. */
  todo: Child;
  /** What stands below the title of one that comes later. */
  later: Child;
}

/** Returns the index of the step that is next; -1 when there is none. What can wait is passed once a later step is done that can't. */
export const nextOf = (steps: readonly Step[]): number =>
  steps.findIndex(
    ({ isDone, canWait }, at) =>
      !isDone && !(canWait && steps.slice(at + 1).some((later) => later.isDone && !later.canWait)),
  );

export const Steps = ({ steps }: { steps: readonly Step[] }) => {
  const next = nextOf(steps);
  return (
    <ol class="guide">
      {steps.map(({ title, isDone, fact, todo, later }, at) => (
        <li data-tone={isDone ? "ok" : undefined} aria-current={at === next ? "step" : undefined}>
          <span class="step">
            {isDone ? (
              <>
                <Icon name="check" />
                <span class="vh">Done</span>
              </>
            ) : (
              at + 1
            )}
          </span>
          {isDone ? (
            <div class="row row--between">
              <h2>{title}</h2>
              {fact !== undefined && <span class="muted small">{fact}</span>}
            </div>
          ) : (
            <div class="stack">
              <div>
                <h2>{title}</h2>
                {at !== next && <p class="muted">{later}</p>}
              </div>
              {at === next && todo}
            </div>
          )}
        </li>
      ))}
    </ol>
  );
};
