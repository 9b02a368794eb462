// Why people were not reached: by provider and reason, with what to do about each.
import type { App } from "../../domain/apps/find-app.ts";
import type { Notification } from "../../domain/notifications/find-notification.ts";
import type { FailureReason } from "../../domain/ports/notifications.ts";
import type { Complaint } from "../../domain/reports/find-report.ts";
import { Carrier } from "../../kit/push/credentials.ts";
import { Chip } from "../parts/chip.tsx";
import { Notice } from "../parts/notice.tsx";
import { Table } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";
import { credentialPath } from "./paths.ts";
import { CARRIERS, reasonWords } from "./reasons.ts";

interface FailuresProps {
  app: App;
  notification: Notification;
  complaints: readonly Complaint[];
}

/** What providers complain of, for whoever can do something about it. */
export const Complaints = ({ app, complaints }: Omit<FailuresProps, "notification">) => (
  <>
    {complaints.map(({ provider, flag, isDoubt }) => (
      <Notice tone={isDoubt ? "warn" : "bad"}>
        <p>
          <strong>
            {isDoubt
              ? `Nobody took a message by ${CARRIERS[provider]} yet.`
              : `The credential for ${CARRIERS[provider]} needs to be looked at.`}
          </strong>{" "}
          It says: <span class="break">{flag}</span>. Until that is mended, nobody may be reached
          through it. <a href={credentialPath(app, provider)}>Look at the credential</a>
        </p>
      </Notice>
    ))}
  </>
);

/** Nothing where everybody was reached. */
export const Failures = ({ app, notification, complaints }: FailuresProps) => {
  const { failedCount, resultTotals } = notification;
  if (failedCount === 0) return null;
  return (
    <>
      {Carrier.options.map((carrier) => {
        const { sent = 0, ...reasons } = resultTotals[carrier] ?? {};
        const failed = Object.entries(reasons).toSorted(([, a], [, b]) => b - a);
        if (failed.length === 0) return null;
        const count = failed.reduce((sum, [, each]) => sum + each, 0);
        const complaint = complaints.find(({ provider }) => provider === carrier);
        return (
          <section class="card" aria-labelledby={`fl-${carrier}`}>
            <header>
              <span class="row">
                <h2 id={`fl-${carrier}`}>
                  {figure(count)} not reached: {CARRIERS[carrier]}
                </h2>
                {complaint && (
                  <span class="chip" data-tone={complaint.isDoubt ? "warn" : "bad"}>
                    {complaint.isDoubt ? "In doubt" : "Complains"}
                  </span>
                )}
              </span>
              <span class="muted small">
                {figure(sent)} of {figure(sent + count)} sent
              </span>
            </header>
            <Reasons app={app} carrier={carrier} failed={failed} />
          </section>
        );
      })}
    </>
  );
};

const Reasons = ({
  app,
  carrier,
  failed,
}: {
  app: App;
  carrier: Carrier;
  failed: readonly (readonly [string, number])[];
}) => {
  const path = credentialPath(app, carrier);
  const isLinked = failed.some(([reason]) => words(carrier, reason).isOfCredential);
  return (
    <Table
      caption={`${CARRIERS[carrier]}: reasons and what to do`}
      columns={[
        { label: "Reason, and what to do" },
        { label: "Outcome" },
        { label: "People", class: "num" },
      ]}
      region={isLinked ? undefined : `Reasons of ${CARRIERS[carrier]}`}
    >
      {failed.map(([reason, count]) => {
        const { label, happened, todo, outcome, isOfCredential } = words(carrier, reason);
        return (
          <tr>
            <th scope="row">
              <div class="stack stack--s">
                <div>
                  {label}
                  <small>{happened}</small>
                </div>
                <small class="soft">
                  {todo} {isOfCredential && <a href={path}>Look at the credential</a>}
                </small>
              </div>
            </th>
            <td>
              <Chip state={outcome} />
            </td>
            <td class="num">{figure(count)}</td>
          </tr>
        );
      })}
    </Table>
  );
};

/** The keys of the totals are reasons, beside `sent`. */
const words = (carrier: Carrier, reason: string) => reasonWords(carrier, reason as FailureReason);
