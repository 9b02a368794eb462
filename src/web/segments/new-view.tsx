// The page on which a segment is made, and the fields by which one is made and changed.
import type { Resolved } from "../../domain/audiences/targeting.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import { TextField } from "../parts/field.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { AudienceBuilder } from "../targeting/builder.tsx";
import type { Offered } from "../targeting/offers.tsx";
import type { CountedSize } from "../targeting/size.tsx";

const OF = "";
/** Longest name, characters, as the verb has it. */
const MAX_NAME = 80;

/** The app's path, from that of its segments. */
export const appOf = (base: string) => base.slice(0, -"/segments".length);

export const NewSegmentView = ({
  ctx,
  base,
  side,
  form,
  offered,
  size,
}: {
  ctx: MemberCtx;
  base: string;
  side: SideApp;
  form: FormState;
  offered: Offered;
  size: CountedSize | null;
}) => (
  <Shell
    ctx={ctx}
    here="audience"
    app={side}
    crumbs={[
      { label: side.name, path: appOf(base) },
      { label: "Audience", path: `${appOf(base)}/audience` },
      { label: "Saved segments", path: base },
      { label: "New segment" },
    ]}
  >
    <PageHead
      title="New segment"
      text="Who is in it is found anew whenever a notification goes out to it."
    />
    <form method="post" action={`${base}/new`} class="stack stack--l">
      <SegmentFields
        form={form}
        name=""
        targeting={null}
        offered={offered}
        size={size}
        sizePath={`${base}/new/size`}
      />
      <div class="row">
        <button class="btn btn--primary">Save</button>
        <a class="btn" href={base}>
          Cancel
        </a>
      </div>
    </form>
  </Shell>
);

export const SegmentFields = ({
  form,
  name,
  targeting,
  offered,
  size,
  sizePath,
}: {
  form: FormState;
  name: string;
  targeting: Resolved | null;
  offered: Offered;
  size: CountedSize | null;
  sizePath: string;
}) => (
  <>
    <Unplaced
      form={form}
      of={OF}
      fields={["name", "targeting"]}
      says={{ segments: "This app has as many segments as it can have. Delete some first." }}
    />
    <div>
      {/* What Enter in a field presses: else it would be the builder's first button. */}
      <button class="vh" tabindex={-1} aria-hidden="true">
        Save
      </button>
      <TextField
        form={form}
        of={OF}
        name="name"
        label="Name"
        value={name}
        maxlength={MAX_NAME}
        autocomplete="off"
        required
        hint="As those who write to these people call them, such as Box people."
      />
    </div>
    <AudienceBuilder
      audience={targeting}
      segments={[]}
      offered={offered}
      state={form}
      size={size}
      sizePath={sizePath}
      title="Who is in it"
      own="By conditions"
    />
  </>
);
