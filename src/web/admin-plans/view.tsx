// What the page of plans shows.
import type { PlanInUse } from "../../domain/accounts/plans.ts";
import type { PersonCtx } from "../../domain/context.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { OperatorShell, PageHead } from "../dashboard/shell.tsx";
import { accountsPath } from "../dashboard/places.ts";
import { Opens } from "../parts/dialog.tsx";
import { Fact } from "../parts/facts.tsx";
import { Icon } from "../parts/icon.tsx";
import { counted, dollars, figure } from "../parts/words.ts";
import { PlanDialog } from "./plan-dialog.tsx";

export interface PlansProps {
  ctx: PersonCtx;
  base: string;
  form: FormState;
  plans: readonly PlanInUse[];
}

export const PlansView = ({ ctx, base, form, plans }: PlansProps) => {
  const dialogs = (
    <>
      <PlanDialog base={base} form={form} plan={null} />
      {plans.map((plan) => (
        <PlanDialog base={base} form={form} plan={plan} />
      ))}
    </>
  );
  return (
    <OperatorShell ctx={ctx} here="admin-plans" crumbs={[{ label: "Plans" }]} after={dialogs}>
      <PageHead
        title="Plans"
        text="What accounts may use. Limits change at once, monthly credits with each account's next renewal; who is on a plan keeps its price."
      >
        <Opens dialog="new-plan" class="btn btn--primary">
          <Icon name="plus" />
          New plan
        </Opens>
      </PageHead>
      <ul class="grid">
        {plans.map((plan) => (
          <PlanCard plan={plan} />
        ))}
      </ul>
    </OperatorShell>
  );
};

const PlanCard = ({ plan }: { plan: PlanInUse }) => {
  const { id, name, price, monthlyCredits, accounts, features } = plan;
  return (
    <li class="card">
      <div class="card-body stack">
        <div class="row row--between">
          <h2>{name}</h2>
          <a class="small" href={accountsPath({ plan: name })}>
            {counted(accounts, "account")}
          </a>
        </div>
        <p>
          <b class="figure">{dollars(price)}</b> <span class="muted">US dollars a month</span>
        </p>
        <dl class="facts facts--list">
          <Fact name="Build credits">
            {monthlyCredits === null ? "Builds cost nothing" : `${figure(monthlyCredits)} a month`}
          </Fact>
          <Fact name="API requests">{figure(plan.rateLimit)} a minute and key</Fact>
          <Fact name="Push API requests">{figure(plan.pushRateLimit)} a minute</Fact>
          <Fact name="Registrations">{figure(plan.registrationRateLimit)} a minute</Fact>
          <Fact name="Subscribers">{figure(plan.maxSubscribers)} an app</Fact>
        </dl>
        {features.length > 0 && (
          <ul class="plain-list">
            {features.map((each) => (
              <li>
                <Icon name="check" />
                {each}
              </li>
            ))}
          </ul>
        )}
      </div>
      <footer>
        <Opens dialog={`plan-${id}`} class="btn btn--s" aria-label={`Change ${name}`}>
          Change
        </Opens>
      </footer>
    </li>
  );
};
