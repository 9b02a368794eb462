// What the page of builder hosts shows.
import type { BuilderView } from "../../domain/builds/builders.ts";
import type { PersonCtx } from "../../domain/context.ts";
import {
  SHOWN_HOSTS,
  type Host,
  type LastHour,
  type Load,
} from "../../domain/operators/builder-figures.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Live } from "../dashboard/part.tsx";
import { BUILDERS } from "../dashboard/places.ts";
import { OperatorShell, PageHead } from "../dashboard/shell.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icon.tsx";
import { Notice } from "../parts/notice.tsx";
import { MadeNotice } from "../parts/shown-once.tsx";
import { figure } from "../parts/words.ts";
import { NEW_HOST, NewHostDialog, NewHostShown, RemoveDialog } from "./dialogs.tsx";
import { HostCard } from "./host-card.tsx";
import { LOAD_PART, LOAD_S, LoadStats } from "./load-stats.tsx";

/** Most cards that move, each by a question of its own: the newest hosts. */
const MAX_LIVE = 10;

export interface BuildersProps {
  ctx: PersonCtx;
  form: FormState;
  load: Load;
  hosts: readonly Host[];
  hour: LastHour;
  /** Where builders reach the API. */
  origin: string;
}

export const BuildersView = ({ ctx, form, load, hosts, hour, origin }: BuildersProps) => {
  const made =
    form.posted === "" ? (form.made as { token: string; builder: BuilderView } | null) : null;
  const opener = (
    <Opens dialog={NEW_HOST} class="btn btn--primary">
      <Icon name="plus" />
      Register a host
    </Opens>
  );
  const dialogs = (
    <>
      <NewHostDialog base={BUILDERS} form={form} />
      {hosts.map((host) => (
        <RemoveDialog base={BUILDERS} host={host} load={load} />
      ))}
      {made && <NewHostShown made={made} origin={origin} />}
    </>
  );
  return (
    <OperatorShell ctx={ctx} here="admin-builders" crumbs={[{ label: "Builders" }]} after={dialogs}>
      <PageHead title="Builders" text={`Hosts that make the apps. ${readySays(load)}`}>
        {hosts.length > 0 && opener}
      </PageHead>
      {made && (
        <MadeNotice
          what={`The host “${made.builder.name}” is registered.`}
          opens="Show its token"
        />
      )}
      {hosts.length === 0 ? (
        <Empty
          title="No hosts yet"
          text="Builds are made by builders, which run on hosts of yours and reach this address. Register one to get its token."
        >
          {opener}
        </Empty>
      ) : (
        <>
          {load.ready === 0 && (
            <Notice tone="bad">
              <p>
                <strong>No host can take work.</strong> New builds are refused until one is started,
                or gets jobs again.
              </p>
            </Notice>
          )}
          <Live part={LOAD_PART} everyS={LOAD_S} at={BUILDERS}>
            <LoadStats load={load} hour={hour} now={ctx.now()} />
          </Live>
          {hosts.map((host, index) => (
            <HostCard host={host} base={BUILDERS} now={ctx.now()} isLive={index < MAX_LIVE} />
          ))}
          {hosts.length === SHOWN_HOSTS && (
            <p class="muted small">
              The newest {figure(SHOWN_HOSTS)} hosts. The API lists all:{" "}
              <code>GET /api/v1/admin/builders</code>.
            </p>
          )}
        </>
      )}
    </OperatorShell>
  );
};

function readySays({ ready }: Load): string {
  if (ready === 0) return "None can take work now.";
  return ready === 1 ? "One can take work now." : `${figure(ready)} can take work now.`;
}
