// The card by which somebody is let into a channel: their id, and the code that is shown for it.
import { MAX_IUID } from "../../domain/channels/channel-input.ts";
import { qrCode } from "../../http/qr-svg.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { CopyButton } from "../parts/copy.tsx";
import { described, fieldId, FieldFrame, issueOf } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { Qr } from "../qr.tsx";
import type { ChannelProps, MadeHere } from "./channel-view.tsx";

const OF = "/code";

export const JoinCard = ({ base, form }: ChannelProps) => {
  const made = form.made as MadeHere | null;
  const shown = made?.kind === "code" ? made : null;
  return (
    <section class="card" aria-labelledby="jn-h">
      <header>
        <h2 id="jn-h">Let somebody join</h2>
      </header>
      <div class="card-body install">
        {shown && <Qr qr={qrCode(shown.link)} label={`lets one phone join as ${shown.iuid}`} />}
        <form method="post" action={base + OF} class="stack">
          <Unplaced
            form={form}
            of={OF}
            fields={["iuid"]}
            says={{ codes: "This account has as many codes as it can have in a day." }}
          />
          <IuidField form={form} shown={shown?.iuid} />
          {shown && (
            <>
              <p class="copy-line small">
                <code>{shown.code}</code>
                <CopyButton text={shown.code} label="the code" />
              </p>
              <p class="copy-line small">
                <a href={shown.link}>The page behind the QR code</a>
                <CopyButton text={shown.link} label="the page's address" />
              </p>
            </>
          )}
          <p class="muted small">
            {shown
              ? "Works once, within a day of when it was made. Until then the same code is given again."
              : "A code lets one phone join under that id. It works once, within a day."}
          </p>
        </form>
      </div>
    </section>
  );
};

const IuidField = ({ form, shown }: { form: FormState; shown: string | undefined }) => {
  const id = fieldId(OF, "iuid");
  const issue = issueOf(form, OF, "iuid");
  const value = shown ?? (form.posted === OF ? form.fields.text("iuid") : "");
  return (
    <FieldFrame id={id} label="Your id for the person" issue={issue}>
      <div class="group">
        <input
          class="input mono"
          id={id}
          name="iuid"
          value={value}
          maxlength={MAX_IUID}
          autocomplete="off"
          required
          {...described(id, false, issue)}
        />
        <button class="btn">
          <Icon name="channels" />
          Show code
        </button>
      </div>
    </FieldFrame>
  );
};
