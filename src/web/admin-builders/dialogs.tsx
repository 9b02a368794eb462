// The dialogs of the page of builders: registering a host, what is shown of it once, and removing one.
import type { BuilderView } from "../../domain/builds/builders.ts";
import type { Host, Load } from "../../domain/operators/builder-figures.ts";
import { SECOND_MS } from "../../kit/time.ts";
import { LEASE_MS } from "../../protocol/builder.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { ShownOnce } from "../parts/shown-once.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { figure } from "../parts/words.ts";

/** Paths of forms below that of a host. */
export const DRAIN = "/drain";
export const RESUME = "/resume";
export const REMOVE = "/remove";

export const NEW_HOST = "new-host";
export const removeDialog = (id: number) => `remove-${id}`;

export const NewHostDialog = ({ base, form }: { base: string; form: FormState }) => (
  <Dialog
    id={NEW_HOST}
    title="Register a builder host"
    isOpen={form.posted === "" && form.made === null}
  >
    <form method="post" action={base} class="stack">
      <p>You get its token once. Each process of a builder needs one of its own.</p>
      <Unplaced form={form} of="" fields={["name"]} />
      <TextField
        form={form}
        of=""
        name="name"
        label="Name"
        required
        maxlength={100}
        autocomplete="off"
        hint="Build logs say it, and so does this page."
      />
      <div class="actions">
        <Closes dialog={NEW_HOST} />
        <button class="btn btn--primary">Register</button>
      </div>
    </form>
  </Dialog>
);

/** The token of a new host, and how to start it. `origin` is where builders reach the API. */
export const NewHostShown = ({
  made: { token, builder },
  origin,
}: {
  made: { token: string; builder: BuilderView };
  origin: string;
}) => {
  const settings = { API_URL: origin, BUILDER_TOKEN: token, BUILDER_NAME: builder.name };
  const given = Object.entries(settings).map(([name, value]) => `-e ${name}=${quoted(value)}`);
  return (
    <ShownOnce
      title={`Start ${builder.name}`}
      text="This is the only time that the token is shown. Slipway keeps just its hash."
      secrets={[
        { label: "Its token", secret: token },
        {
          label: "The two settings that it needs",
          secret: `API_URL=${origin}\nBUILDER_TOKEN=${token}`,
        },
        {
          label: "In a container, once the image is built",
          secret: `docker run --stop-timeout 60 ${given.join(" ")} slipway-builder`,
        },
      ]}
    />
  );
};

/** A value as a shell takes it. */
const quoted = (value: string) =>
  /^[\w.:/-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;

/** Asks before a host is removed, and says what becomes of its jobs. */
export const RemoveDialog = ({ base, host, load }: { base: string; host: Host; load: Load }) => {
  const { id, name, jobs, state } = host;
  const takesWork = state === "idle" || state === "busy";
  const others = load.ready - (takesWork ? 1 : 0);
  return (
    <Dialog id={removeDialog(id)} title={`Remove ${name}?`}>
      <form method="post" action={`${base}/${id}${REMOVE}`}>
        <p>
          Its token stops working at once.{" "}
          {jobs === 0
            ? "It has no jobs."
            : `Its ${jobs === 1 ? "job goes" : `${figure(jobs)} jobs go`} to another host within ${LEASE_MS / SECOND_MS} s. Drain it first to have ${jobs === 1 ? "it" : "them"} finished.`}
          {takesWork &&
            others === 0 &&
            " No other host can take work now: new builds are refused, and those that wait go on waiting."}
        </p>
        <div class="actions">
          <Closes dialog={removeDialog(id)} />
          <button class="btn btn--danger btn--primary">Remove</button>
        </div>
      </form>
    </Dialog>
  );
};
