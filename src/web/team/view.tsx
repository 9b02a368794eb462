// What the page of an account's people shows. Who may change nothing sees no controls.
import type { Invitation } from "../../domain/people/invitations.ts";
import type { Member } from "../../domain/people/members.ts";
import type { WaysIn } from "../../domain/people/ways-in.ts";
import { hasRight, ROLES } from "../../domain/people/roles.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { LeaveDialog } from "../parts/leave.tsx";
import { MadeNotice, ShownOnce } from "../parts/shown-once.tsx";
import { EndInvitationDialog, InviteDialog, MemberDialog, memberDialog } from "./dialogs.tsx";
import { InvitationRow, MemberRow } from "./rows.tsx";
import { ROLE_LABELS } from "../parts/roles.ts";
import { ACTIONS, Table } from "../parts/table.tsx";
import { RIGHTS } from "./words.ts";

/** An invitation that was just made: its link is shown this once. */
export interface NewInvitation {
  link: string;
  email: string;
}

export interface TeamProps {
  ctx: MemberCtx;
  base: string;
  form: FormState;
  members: readonly Member[];
  /** By members' ids; null for who may not see them. */
  ways: ReadonlyMap<string, WaysIn> | null;
  invitations: readonly Invitation[];
  mayChange: boolean;
}

export const TeamView = (props: TeamProps) => {
  const { ctx, base, form, members, invitations, mayChange } = props;
  const made = form.made as NewInvitation | null;
  const dialogs = (
    <>
      {mayChange && <InviteDialog base={base} form={form} hasMail={ctx.mail !== null} />}
      {mayChange &&
        members.map((member) => <MemberDialog ctx={ctx} base={base} form={form} member={member} />)}
      {invitations.map((invitation) => (
        <EndInvitationDialog base={base} invitation={invitation} />
      ))}
      <LeaveDialog ctx={ctx} form={form} of="/leave" action={`${base}/leave`} />
      {made && (
        <ShownOnce
          title={`A link for ${made.email}`}
          text={
            ctx.mail === null
              ? "This installation sends no mail: pass the link on yourself. Only that address can come in with it, within 7 days. This is the only time it is shown."
              : "It was mailed too. Only that address can come in with it, within 7 days. This is the only time it is shown."
          }
          closes="Done"
          secrets={[{ label: "Link", secret: made.link }]}
        />
      )}
    </>
  );
  return (
    <Shell ctx={ctx} here="team" crumbs={[{ label: "Team" }]} after={dialogs}>
      <PageHead title="Team" text={summary(members.length, invitations.length)}>
        <div class="row">
          <Opens dialog="leave">Leave</Opens>
          {mayChange && (
            <Opens dialog="invite" class="btn btn--primary">
              <Icon name="plus" />
              Invite
            </Opens>
          )}
        </div>
      </PageHead>
      {made && (
        <MadeNotice
          what={`${made.email} is invited.`}
          shown="The link is shown once, here."
          opens="Show the link"
        />
      )}
      <People {...props} />
      <Rights />
    </Shell>
  );
};

function summary(people: number, open: number): string {
  const members = people === 1 ? "1 person" : `${people} people`;
  if (open === 0) return `${members}.`;
  return `${members} and ${open === 1 ? "one invitation" : `${open} invitations`}.`;
}

const People = ({ ctx, members, ways, invitations, mayChange }: TeamProps) => (
  <section class="card">
    <Table
      caption="Members"
      columns={[
        { label: "Person" },
        { label: "Role" },
        ...(mayChange
          ? [
              { label: "Signs in with", class: "lo" },
              { label: "Last seen", class: "num md" },
            ]
          : []),
        { label: "Since", class: "num lo" },
        ...(mayChange ? [ACTIONS] : []),
      ]}
      region={mayChange ? undefined : "Members"}
    >
      {members.map((member) => (
        <MemberRow
          member={member}
          ways={ways?.get(member.id) ?? null}
          now={ctx.now()}
          isSelf={member.id === ctx.person.id}
          opens={mayChange ? memberDialog(member) : null}
        />
      ))}
      {invitations.map((invitation) => (
        <InvitationRow invitation={invitation} now={ctx.now()} />
      ))}
    </Table>
  </section>
);

const Rights = () => (
  <section class="card" aria-labelledby="ro-h">
    <header>
      <h2 id="ro-h">What roles may do</h2>
    </header>
    <Table
      caption="Rights by role"
      columns={[
        { label: "Right" },
        ...ROLES.map((role) => ({ label: ROLE_LABELS[role], class: "mid" })),
      ]}
      region="Rights by role"
    >
      {RIGHTS.map(({ says, rights }) => (
        <tr>
          <th scope="row">{says}</th>
          {ROLES.map((role) => (
            <td class="mid">{rights.every((each) => hasRight(role, each)) ? <Yes /> : <No />}</td>
          ))}
        </tr>
      ))}
    </Table>
  </section>
);

const Yes = () => (
  <>
    <span class="ok">
      <Icon name="check" />
    </span>
    <span class="vh">Yes</span>
  </>
);

const No = () => (
  <>
    <span class="muted" aria-hidden="true">
      –
    </span>
    <span class="vh">No</span>
  </>
);
