// The rows of an account's people.
import type { Invitation } from "../../domain/people/invitations.ts";
import type { Member } from "../../domain/people/members.ts";
import type { WaysIn } from "../../domain/people/ways-in.ts";
import { Opens } from "../parts/dialog.tsx";
import { Moment } from "../parts/moment.tsx";
import { ROLE_LABELS } from "../parts/roles.ts";
import { waysOf } from "./words.ts";

/** `opens`: the dialog in which the member's role is changed; null for who may not. */
export const MemberRow = ({
  member,
  ways,
  now,
  isSelf,
  opens,
}: {
  member: Member;
  /** null for who may not see them. */
  ways: WaysIn | null;
  now: number;
  isSelf: boolean;
  opens: string | null;
}) => {
  const { name, email, role, createdAt } = member;
  return (
    <tr>
      <th scope="row">
        <span class="person">
          <span class="avatar" aria-hidden="true">
            {initial(name)}
          </span>
          <span>
            {name}
            {isSelf && <span class="muted"> (you)</span>}
            <small>
              <Address text={email} />
            </small>
          </span>
        </span>
      </th>
      <td>{ROLE_LABELS[role]}</td>
      {ways && <td class="lo soft">{waysOf(ways)}</td>}
      {ways && (
        <td class="num md soft">
          {isSelf ? (
            "Now"
          ) : ways.seenAt === null ? (
            "Not lately"
          ) : (
            <Moment at={ways.seenAt} now={now} day />
          )}
        </td>
      )}
      <td class="num lo soft">
        <Moment at={createdAt} now={now} day />
      </td>
      {opens !== null && (
        <td class="act">
          <Opens dialog={opens} class="btn btn--s">
            Change<span class="vh"> {name}</span>
          </Opens>
        </td>
      )}
    </tr>
  );
};

export const InvitationRow = ({ invitation, now }: { invitation: Invitation; now: number }) => {
  const { id, email, role, createdAt, expiresAt } = invitation;
  return (
    <tr>
      <th scope="row">
        <span class="person">
          <span class="avatar" aria-hidden="true">
            {initial(email)}
          </span>
          <span>
            <span class="muted">Invited</span>
            <small>
              <Address text={email} />
            </small>
          </span>
        </span>
      </th>
      <td>{ROLE_LABELS[role]}</td>
      <td class="lo soft">
        Invited until <Moment at={expiresAt} now={now} day />
      </td>
      <td class="num md soft">–</td>
      <td class="num lo soft">
        <Moment at={createdAt} now={now} day />
      </td>
      <td class="act">
        <Opens dialog={`withdraw-${id}`} class="btn btn--s btn--danger">
          Withdraw<span class="vh"> the invitation of {email}</span>
        </Opens>
      </td>
    </tr>
  );
};

const initial = (text: string) => [...text][0]?.toUpperCase();

/** An e-mail address, which can break before its @. */
const Address = ({ text }: { text: string }) => {
  const at = text.lastIndexOf("@");
  return (
    <>
      {text.slice(0, at)}
      <wbr />
      {text.slice(at)}
    </>
  );
};
