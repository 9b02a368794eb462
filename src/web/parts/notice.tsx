// A notice: what happened, why, and what to do.
import type { Child } from "hono/jsx";
import type { FormState } from "../dashboard/form-state.ts";
import { Icon, type IconName } from "./icon.tsx";

export type Tone = "ok" | "bad" | "warn" | "wait" | "live" | "idle" | "off";

const ICONS: Partial<Record<Tone, IconName>> = { ok: "ok", bad: "bad", warn: "warning" };

export const Notice = ({ tone, children }: { tone: Tone; children?: Child }) => (
  <div class="notice" data-tone={tone} role={tone === "bad" ? "alert" : undefined}>
    <Icon name={ICONS[tone] ?? "info"} />
    <div>{children}</div>
  </div>
);

/** What is wrong with this form and with no field by itself; from three issues on, a list of links to the fields. */
export const Problem = ({ form, of }: { form: FormState; of: string }) => {
  if (form.posted !== of || form.problem === null) return null;
  return (
    <Notice tone="bad">
      <p>
        <strong>{form.problem}</strong>
      </p>
    </Notice>
  );
};
