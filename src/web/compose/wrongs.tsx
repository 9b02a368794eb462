// What is wrong with a draft, on top of the composer: what belongs to no field, and from three things on a list of all.
import type { FormState } from "../dashboard/form-state.ts";
import { LISTED_FROM, Notice } from "../parts/notice.tsx";
import { anchorOf, wrongsOf } from "./issues.ts";

export const Wrongs = ({ form }: { form: FormState }) => {
  const all = wrongsOf(form);
  const others = all.filter(({ field }) => field === null);
  const placed = all.filter(({ field }) => field !== null);
  // Who saved meanwhile is told in a notice of its own.
  const problem = form.refusal?.code === "draft_changed" ? null : problemOf(form);
  const isMuch = placed.length >= LISTED_FROM;
  if (problem === null && others.length === 0 && !isMuch) return null;
  return (
    <Notice tone="bad">
      {problem !== null && (
        <p>
          <strong>{problem}</strong>
        </p>
      )}
      {others.map(({ label, says }) => (
        <p>
          <strong>{label}:</strong> {says}
        </p>
      ))}
      {isMuch && (
        <>
          <p>
            <strong>{placed.length} things have to be mended first.</strong>
          </p>
          <ul class="plain-list">
            {placed.map(({ field, label, says }) => (
              <li>
                <a href={anchorOf(field ?? "")}>
                  {label}: {says}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  );
};

function problemOf({ problem, refusal }: FormState): string | null {
  if (refusal?.code === "notifications_not_configured") {
    return "No push service is set up for this app yet. Set up Web Push, FCM or APNs first.";
  }
  if (refusal?.code === "not_editable") {
    return "The notification that this changes has begun to go out, so it can't be changed any more.";
  }
  return problem;
}
