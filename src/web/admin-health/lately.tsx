// What did not work in the last day: what failed, why, and whose hosts were slow.
import type { Health } from "../../domain/health/read-health.ts";
import { accountPath, adminBuildPath } from "../dashboard/places.ts";
import { Ago } from "../parts/ago.tsx";
import { clip } from "../parts/clip.ts";
import { Moment } from "../parts/moment.tsx";
import { figure } from "../parts/words.ts";
import { hostNamed, hostOf, named, reasonWord } from "./words.ts";

/** Failures that are shown, of all kinds together. */
const MOST = 8;

export const Failures = ({ health }: { health: Health }) => {
  const { at: now, failed } = health;
  const all = [
    ...failed.builds.map(({ id, at, code, appName, ...owner }) => ({
      at: at ?? 0,
      ...owner,
      says: (
        <>
          {named(appName)}: <a href={adminBuildPath(id)}>build {id}</a> failed
          {code !== null && `, ${clip(code.replaceAll("_", " "))}`}
        </>
      ),
    })),
    ...failed.sends.map(({ id, at, reason, appName, ...owner }) => ({
      at,
      ...owner,
      says: `${named(appName)}: send #${id} failed, ${clip(reason ?? "nobody was reached")}`,
    })),
    ...failed.webhooks.map(({ at, url, reason, ...owner }) => ({
      at: at ?? 0,
      ...owner,
      says: `the webhook to ${hostOf(url)} was turned off: ${reason === "gone" ? "its receiver is gone" : "it failed for days"}`,
    })),
  ]
    .toSorted((a, b) => b.at - a.at)
    .slice(0, MOST);
  return (
    <section class="card" aria-labelledby="failures-h">
      <header>
        <h2 id="failures-h">Failures lately</h2>
      </header>
      <div class="card-body">
        {all.length === 0 ? (
          <p class="muted">Nothing has failed.</p>
        ) : (
          <ol class="timeline">
            {all.map(({ at, accountId, accountName, says }) => (
              <li data-tone="bad">
                <span>
                  <a href={accountPath(accountId)}>{named(accountName)}</a>, {says}
                </span>
                <span class="muted small">
                  <Ago at={at} now={now} />
                </span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  );
};

export const Reasons = ({ reasons }: { reasons: Health["reasons"] }) => (
  <section class="card" aria-labelledby="reasons-h">
    <header>
      <h2 id="reasons-h">Failures by reason</h2>
      <span class="muted small">Last day</span>
    </header>
    <div class="card-body">
      {reasons.length === 0 ? (
        <p class="muted">Nobody was missed, and no build failed.</p>
      ) : (
        <dl class="facts facts--list">
          {reasons.map(({ name, count }) => (
            <div>
              <dt>{reasonWord(name)}</dt>
              <dd>{figure(count)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  </section>
);

export const SlowHosts = ({ health }: { health: Health }) => {
  const { at: now, slowHosts, slowReceivers } = health;
  return (
    <section class="card" aria-labelledby="slow-h">
      <header>
        <h2 id="slow-h">Slow hosts</h2>
        <span class="muted small">Last day</span>
      </header>
      <div class="card-body">
        {slowHosts.length + slowReceivers.length === 0 ? (
          <p class="muted">No host kept messages waiting.</p>
        ) : (
          <dl class="facts facts--list">
            {slowHosts.map(({ name, count }) => (
              <div>
                <dt>{hostNamed(name)}</dt>
                <dd>kept {count === 1 ? "a batch" : `${figure(count)} batches`} waiting</dd>
              </div>
            ))}
            {slowReceivers.map(({ url, until }) => (
              <div>
                <dt>{hostOf(url)}</dt>
                <dd>
                  its webhooks are in a slow lane until <Moment at={until ?? now} now={now} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </section>
  );
};
