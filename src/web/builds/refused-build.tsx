// Why no build was started, and what to do; where a person may insist, the form to build all the same.
import type { Child } from "hono/jsx";
import type { Fields } from "../dashboard/fields.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import type { Refusal } from "../../kit/refusal.ts";
import { shortFingerprint } from "../parts/fingerprints.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { OVERRIDES } from "./new-build.tsx";

interface Said {
  title: string;
  text: Child;
  /** What a further form allows. */
  allow?: (typeof OVERRIDES)[number];
  /** Another way that the further form may go instead. */
  raises?: boolean;
}

export interface RefusedBuildProps {
  ctx: MemberCtx;
  form: FormState;
  /** The path of the form that asked for the build. */
  of: string;
  path: string;
  /** The build that goes on; null for none. */
  activeId: number | null;
  /** The names of the account's keystores, by their ids. */
  names: ReadonlyMap<number, string>;
}

/** Nothing where no build was refused, or a field alone was wrong with it. */
export const RefusedBuild = (props: RefusedBuildProps) => {
  const { form, of, path } = props;
  if (form.posted !== of || form.refusal === null || form.problem === null) return null;
  const { title, text, allow, raises = false } = said(form.refusal, form.problem, props);
  return (
    <Notice tone="bad">
      <p>
        <strong>{title}</strong>
      </p>
      <p>{text}</p>
      {(allow !== undefined || raises) && (
        <div class="row">
          {raises && (
            <Again path={path} fields={form.fields} also="auto_increment">
              Raise the version code and build
            </Again>
          )}
          {allow && (
            <Again path={path} fields={form.fields} also={allow} isDanger>
              Build all the same
            </Again>
          )}
        </div>
      )}
    </Notice>
  );
};

/** The form with what was asked for, and one thing more. */
const Again = ({
  path,
  fields,
  also,
  isDanger = false,
  children,
}: {
  path: string;
  fields: Fields;
  also: string;
  isDanger?: boolean;
  children?: Child;
}) => (
  <form method="post" action={path}>
    {["preset", "keystore_id"].map((name) => (
      <input type="hidden" name={name} value={fields.text(name)} />
    ))}
    {["auto_increment", ...OVERRIDES]
      .filter((name) => name === also || fields.checked(name))
      .map((name) => (
        <input type="hidden" name={name} value="on" />
      ))}
    <button class={isDanger ? "btn btn--s btn--danger" : "btn btn--s"}>{children}</button>
  </form>
);

function said(
  refusal: Refusal,
  sentence: string,
  { ctx, path, activeId, names }: RefusedBuildProps,
): Said {
  switch (refusal.code) {
    case "active_build":
      return {
        title: "A build of this app goes on already.",
        text:
          activeId === null ? (
            "One runs at a time. Build again in a moment."
          ) : (
            <>
              One runs at a time. Wait for <a href={`${path}/${activeId}`}>build {activeId}</a>, or
              cancel it.
            </>
          ),
      };
    case "insufficient_credits":
      return {
        title: `A build costs ${refusal.required} credit, and ${refusal.available} are left.`,
        text: (
          <>
            Your plan grants {ctx.principal.plan.monthlyCredits ?? 0} again on{" "}
            <Moment at={ctx.principal.account.renewalAt} now={ctx.now()} day />. Whoever runs this
            installation can add some before.
          </>
        ),
      };
    case "no_builders":
      return {
        title:
          refusal.lacking === undefined
            ? "No builder is there at the moment."
            : `None of the builders that are there makes ${refusal.lacking.toUpperCase()}s.`,
        text: "Nothing was taken. Build again in a minute; if it stays, tell whoever runs this installation.",
      };
    default:
      return (
        saidOfIdentity(refusal, names) ?? { title: "The build was not started.", text: sentence }
      );
  }
}

/** What is said of a release that would be no update; null of other refusals. */
function saidOfIdentity(refusal: Refusal, names: RefusedBuildProps["names"]): Said | null {
  switch (refusal.code) {
    case "signing_key_changed":
      return {
        title: "This key is another one than the last release's.",
        text: (
          <>
            No phone that has the app could update to it. The releases are signed with{" "}
            <code>{shortFingerprint(refusal.expected)}</code>
            {names.has(refusal.keystoreId) && <>, the keystore {names.get(refusal.keystoreId)}</>};
            this would be <code>{shortFingerprint(refusal.given)}</code>. Choose that keystore, or
            build all the same if its key is lost or replaced.
          </>
        ),
        allow: "allow_signing_key_change",
      };
    case "package_changed":
      return {
        title: "The app has another package name than its last release.",
        text: (
          <>
            It was released as <code>{refusal.expected}</code> and is <code>{refusal.given}</code>{" "}
            now: phones and stores take that for another app. Give it its name back under Design, or
            build all the same to release it as a new app.
          </>
        ),
        allow: "allow_package_change",
      };
    case "version_code_used":
      return {
        title: `The version code ${refusal.given} is released already.`,
        text: `The highest is ${refusal.highest}, and an update needs a higher one: phones that have it take no other. Build all the same only if nobody has that release.`,
        allow: "allow_version_reuse",
        raises: true,
      };
    default:
      return null;
  }
}
