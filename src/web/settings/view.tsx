// What the page of an account's settings shows.
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Fact } from "../parts/facts.tsx";
import { TextField } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { LeaveDialog } from "../parts/leave.tsx";
import { Moment } from "../parts/moment.tsx";
import { figure } from "../parts/words.ts";
import { Unplaced } from "../parts/unplaced.tsx";

export interface SettingsProps {
  ctx: MemberCtx;
  base: string;
  form: FormState;
  /** How many apps the account has. */
  apps: number;
  mayRename: boolean;
  mayDelete: boolean;
}

export const SettingsView = (props: SettingsProps) => {
  const { ctx, base, form, mayRename, mayDelete } = props;
  const { name } = ctx.principal.account;
  const dialogs = (
    <>
      <LeaveDialog ctx={ctx} form={form} of="/leave" action={`${base}/leave`} />
      {mayDelete && <DeleteDialog {...props} />}
    </>
  );
  return (
    <Shell ctx={ctx} here="settings" crumbs={[{ label: "Settings" }]} after={dialogs}>
      <PageHead title="Settings" text={`The account ${name}, and what it may use.`} />
      {mayRename && <NameCard base={base} form={form} name={name} />}
      {mayRename && <ContactCard base={base} form={form} email={ctx.principal.account.email} />}
      <PlanCard {...props} />
      <section class="card" aria-labelledby="end-h">
        <header>
          <h2 id="end-h">{mayDelete ? "Leave or delete" : "Leave"}</h2>
        </header>
        <div class="card-body">
          <div class="setting">
            <div>
              <strong>Leave {name}</strong>
              <p class="muted small">You get in again only if an owner invites you.</p>
            </div>
            <Opens dialog="leave">Leave</Opens>
          </div>
          {mayDelete && (
            <div class="setting">
              <div>
                <strong>Delete {name}</strong>
                <p class="muted small">With all it owns, for good.</p>
              </div>
              <Opens dialog="delete-account" class="btn btn--danger">
                Delete the account
              </Opens>
            </div>
          )}
        </div>
      </section>
    </Shell>
  );
};

const NameCard = ({ base, form, name }: { base: string; form: FormState; name: string }) => (
  <section class="card" aria-labelledby="name-h">
    <header>
      <h2 id="name-h">Name</h2>
    </header>
    <form method="post" action={`${base}/name`} class="card-body fields">
      <TextField
        form={form}
        of="/name"
        name="name"
        label="Name of the account"
        value={name}
        maxlength={200}
        required
        autocomplete="organization"
        hint="Members see it, and whoever is invited."
      />
      <div>
        <button class="btn btn--primary">Save the name</button>
      </div>
    </form>
  </section>
);

const ContactCard = ({ base, form, email }: { base: string; form: FormState; email: string }) => (
  <section class="card" aria-labelledby="contact-h">
    <header>
      <h2 id="contact-h">Contact</h2>
    </header>
    <form method="post" action={`${base}/contact`} class="card-body fields">
      <TextField
        form={form}
        of="/contact"
        name="email"
        label="E-mail address"
        type="email"
        value={email}
        maxlength={254}
        required
        autocomplete="email"
        hint="Whoever runs this installation writes there about the account. Nobody signs in by it."
      />
      <div>
        <button class="btn btn--primary">Save the address</button>
      </div>
    </form>
  </section>
);

const PlanCard = ({ ctx, apps }: SettingsProps) => {
  const { account, plan } = ctx.principal;
  const now = ctx.now();
  return (
    <section class="card" aria-labelledby="plan-h">
      <header>
        <h2 id="plan-h">Plan</h2>
        <a class="small" href={`/dashboard/${ctx.principal.accountId}/usage`}>
          Usage and credits
        </a>
      </header>
      <div class="card-body">
        <dl class="facts facts--list">
          <Fact name="Plan">{plan.name}</Fact>
          <Fact name="Build credits">
            {plan.monthlyCredits === null ? (
              "Builds cost nothing"
            ) : (
              <>
                {figure(account.buildCredits)}, and {figure(plan.monthlyCredits)} more{" "}
                <Moment at={account.renewalAt} now={now} day />
              </>
            )}
          </Fact>
          <Fact name="Apps">{figure(apps)}</Fact>
          <Fact name="Subscribers of each app">at most {figure(plan.maxSubscribers)}</Fact>
          <Fact name="API requests a minute">{figure(plan.rateLimit)} for each key</Fact>
          <Fact name="Push API requests a minute">{figure(plan.pushRateLimit)}</Fact>
          <Fact name="Opened">
            <Moment at={account.createdAt} now={now} day />
          </Fact>
        </dl>
      </div>
    </section>
  );
};

const DELETE = "/delete";

const DeleteDialog = ({ ctx, base, form, apps }: SettingsProps) => {
  const { name } = ctx.principal.account;
  return (
    <Dialog id="delete-account" title={`Delete ${name}?`} size="m" isOpen={form.posted === DELETE}>
      <form method="post" action={base + DELETE} class="stack">
        <Unplaced form={form} of={DELETE} fields={["name"]} />
        <p>Nobody can undo this. At once and for good go:</p>
        <ul class="checks">
          <li data-tone="bad">
            <Icon name="trash" />
            <span>
              {apps === 1 ? "its app" : `its ${figure(apps)} apps`}, with design, icons, builds,
              logs and files
            </span>
          </li>
          <li data-tone="bad">
            <Icon name="trash" />
            <span>the keystores: nobody can make an update of a released app without them</span>
          </li>
          <li data-tone="bad">
            <Icon name="trash" />
            <span>all subscribers, notifications, results, channels and webhooks</span>
          </li>
          <li data-tone="bad">
            <Icon name="trash" />
            <span>API keys: whatever uses them stops working</span>
          </li>
          <li data-tone="bad">
            <Icon name="trash" />
            <span>invitations, the audit log, and what is left of its credits</span>
          </li>
        </ul>
        <p>
          Its members remain people, and keep their other accounts. Installed apps go on opening
          their website.
        </p>
        <TextField
          form={form}
          of={DELETE}
          name="name"
          label={`Type ${name} to delete it`}
          autocomplete="off"
          required
        />
        <div class="actions">
          <Closes dialog="delete-account" />
          <button class="btn btn--danger btn--primary">Delete {name}</button>
        </div>
      </form>
    </Dialog>
  );
};
