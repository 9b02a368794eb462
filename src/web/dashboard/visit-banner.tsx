// What every page of an account says on top while an operator looks at it: that they do, until when, and how to end it.
import type { Visit } from "../../domain/context.ts";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { accountPath } from "./places.ts";

export const VisitBanner = ({
  account,
  visit,
  now,
}: {
  account: { id: number; name: string };
  visit: Visit;
  now: number;
}) => (
  <Notice tone="warn">
    <div class="row row--between">
      <p>
        <strong>You look at {account.name} as an operator</strong>, in the role of a viewer, until{" "}
        <Moment at={visit.endsAt} now={now} />. Its owners see that in their audit log.
      </p>
      <form method="post" action={`${accountPath(account.id)}/visit/end`}>
        <button class="btn btn--s">End the visit</button>
      </form>
    </div>
  </Notice>
);
