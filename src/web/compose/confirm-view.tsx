// What the page shows on which somebody confirms a send.
import type { AudienceSize } from "../../domain/audiences/audience.ts";
import type { DraftFields } from "../../domain/composing/draft-fields.ts";
import type { Draft } from "../../domain/composing/find-draft.ts";
import { scheduleInputOf } from "../../domain/composing/input-of.ts";
import { NIGHT, type LookAhead } from "../../domain/composing/look-ahead.ts";
import type { LanguageSizes } from "../../domain/notifications/sendable.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import { Ago } from "../parts/ago.tsx";
import { Fact } from "../parts/facts.tsx";
import { Icon } from "../parts/icon.tsx";
import { localTime } from "../parts/local-time.ts";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { PLATFORMS } from "../parts/subscriber-words.ts";
import { figure, people } from "../parts/words.ts";
import { languageName } from "../parts/place-names.ts";
import { Wrongs } from "./wrongs.tsx";

export interface ConfirmProps {
  ctx: MemberCtx;
  side: SideApp;
  /** The path of the composer. */
  base: string;
  draft: Draft;
  form: FormState;
  size: AudienceSize;
  sizes: readonly LanguageSizes[];
  ahead: LookAhead;
  isEverybody: boolean;
  sentence: string;
}

export const ConfirmView = (props: ConfirmProps) => {
  const { ctx, side, base, draft, size, isEverybody, form } = props;
  const isNow = draft.fields.when === "now";
  const many = people(size.total);
  const whom = isEverybody ? `everyone, ${many},` : many;
  const title = isNow
    ? `Send to ${whom} now?`
    : `${draft.notification ? "Change it, for" : "Schedule for"} ${whom.replace(/,$/, "")}?`;
  const root = base.slice(0, base.lastIndexOf("/compose"));
  const isOld = form.refusal?.code === "draft_changed";
  return (
    <Shell
      ctx={ctx}
      here="notifications"
      app={side}
      crumbs={[
        { label: side.name, path: root },
        { label: "Notifications", path: `${root}/notifications` },
        { label: draft.notification ? "Change a notification" : "New notification", path: base },
        { label: "Review and send" },
      ]}
    >
      <section class="card confirm" aria-labelledby="confirm-h">
        <form method="post" action={`${base}/confirm`} class="card-body stack">
          <h1 id="confirm-h">{title}</h1>
          {isOld && (
            <Notice tone="warn">
              <p>
                <strong>The draft was saved since you saw it.</strong> This is what it says now.
              </p>
            </Notice>
          )}
          <Wrongs form={{ ...form, issues: withoutBox(form.issues) }} />
          <p>
            {isNow
              ? "You can stop it while it goes; what has gone out stays on the phones."
              : "You can change or cancel it until it goes out, and stop it while it does."}{" "}
            Whoever joins or leaves before it goes out is counted then.
          </p>
          <Facts {...props} />
          {props.ahead.last && <Last {...props.ahead.last} now={ctx.now()} />}
          {size.total === 0 && (
            <Notice tone="warn">
              <p>
                <strong>Nobody would get it now.</strong> No device that can be reached matches.
              </p>
            </Notice>
          )}
          <input type="hidden" name="version" value={draft.version} />
          {isEverybody && size.total === 0 && <input type="hidden" name="everyone" value="0" />}
          {isEverybody && size.total > 0 && (
            <Everyone total={size.total} issue={form.issues.get("everyone")} />
          )}
          <div class="actions">
            <a class="btn" href={base}>
              Back to the draft
            </a>
            <button class="btn btn--primary">
              <Icon name={isNow ? "send" : "check"} />
              {isNow ? `Send to ${many}` : "Schedule it"}
            </button>
          </div>
        </form>
      </section>
    </Shell>
  );
};

const withoutBox = (issues: ReadonlyMap<string, string>) =>
  new Map([...issues].filter(([name]) => name !== "everyone"));

const Last = ({ title, at, now }: { title: string; at: number; now: number }) => (
  <Notice tone="warn">
    <p>
      <strong>
        Everyone got one today already, <Ago at={at} now={now} />:
      </strong>{" "}
      “{title}”.
    </p>
  </Notice>
);

const Facts = ({ ctx, draft: { fields }, size, sizes, ahead, sentence }: ConfirmProps) => {
  const split = PLATFORMS.filter(({ key }) => size.byPlatform[key] > 0);
  return (
    <dl class="facts facts--list">
      <Fact name="Message">
        {fields.title}
        <small class="soft"> {fields.body}</small>
      </Fact>
      <Fact name="To">
        {sentence}
        {split.length > 0 && (
          <small class="soft">
            {" "}
            {split.map(({ key, label }) => `${label} ${figure(size.byPlatform[key])}`).join(", ")}
          </small>
        )}
      </Fact>
      <Fact name="When">
        <When fields={fields} now={ctx.now()} />
        {ahead.night > 0 && (
          <small class="soft">
            {" "}
            It is night then for {people(ahead.night)}, from {NIGHT.from}:00 to 0{NIGHT.to}:00
          </small>
        )}
      </Fact>
      {fields.translations.length > 0 && (
        <Fact name="Languages">
          {fields.translations.map(({ language }) => (
            <>
              {languageName(language)} {figure(ahead.languages.get(language) ?? 0)},{" "}
            </>
          ))}
          the first text {figure(ahead.languages.get(null) ?? 0)}
        </Fact>
      )}
      <Fact name="Size">{largest(sizes)}</Fact>
    </dl>
  );
};

const When = ({ fields, now }: { fields: DraftFields; now: number }) => {
  const { scheduled_at: at, scheduled_local: local } = scheduleInputOf(fields);
  if (at !== null) return <Moment at={Date.parse(at)} now={now} />;
  return local === null ? <>At once</> : <>{localTime(local, now)} their time</>;
};

/** "612 bytes at most, of 4,096". */
function largest(sizes: readonly LanguageSizes[]): string {
  const all = sizes.flatMap((each) => each.sizes);
  const [most] = all.toSorted((a, b) => b.bytes / b.limit - a.bytes / a.limit);
  return most ? `${figure(most.bytes)} bytes at most, of ${figure(most.limit)}` : "";
}

const Everyone = ({ total, issue }: { total: number; issue: string | undefined }) => (
  <div class="field">
    <label class="check">
      <input
        type="checkbox"
        name="everyone"
        value={total}
        required
        aria-invalid={issue === undefined ? undefined : "true"}
        aria-describedby={issue === undefined ? undefined : "everyone-error"}
      />
      <span>Yes, to all {figure(total)}</span>
    </label>
    {issue !== undefined && (
      <p class="error" id="everyone-error">
        Check this to send it to everyone.
      </p>
    )}
  </div>
);
