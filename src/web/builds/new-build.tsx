// The form of a new build: what for, and signed with what.
import { z } from "@hono/zod-openapi";
import type { App } from "../../domain/apps/find-app.ts";
import { BUILD_COST } from "../../domain/builds/trigger-build.ts";
import type { KeystoreView } from "../../domain/keystores/find-keystore.ts";
import type { Fields } from "../dashboard/fields.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { FieldFrame, described, fieldId, issueOf, typed } from "../parts/field.tsx";

/** The path of the form below the list's page. */
export const NEW_BUILD = "";
export const NEW_BUILD_DIALOG = "new-build";

/** What builds are made for. */
export const PRESETS = {
  debug: { label: "Try it", hint: "APK, debug key, installs by QR", type: "debug", format: "apk" },
  apk: { label: "Give it out", hint: "APK, release key", type: "release", format: "apk" },
  aab: { label: "Google Play", hint: "AAB, release key", type: "release", format: "aab" },
} as const;

/** What a person can insist on after a refusal. */
export const OVERRIDES = [
  "allow_signing_key_change",
  "allow_package_change",
  "allow_version_reuse",
] as const;

const ChosenPreset = z.enum(["debug", "apk", "aab"]).catch("debug");

/** The input of the verb that the posted form asks for. */
export function buildInput(fields: Fields): Record<string, unknown> {
  const { type, format } = PRESETS[ChosenPreset.parse(fields.text("preset"))];
  if (type === "debug") return { build_type: type, build_format: format };
  const keystoreId = fields.given("keystore_id");
  return {
    build_type: type,
    build_format: format,
    ...(keystoreId === undefined ? {} : { keystore_id: Number(keystoreId) }),
    auto_increment: fields.checked("auto_increment"),
    ...Object.fromEntries(OVERRIDES.map((name) => [name, fields.checked(name)])),
  };
}

/** What a build costs, and what is left. */
export function costOf({ principal: { account, plan } }: MemberCtx): string {
  if (plan.monthlyCredits === null) return "It costs no credits on your plan.";
  const has = account.buildCredits;
  return `It costs ${BUILD_COST} build credit, given back if it fails. You have ${has}.`;
}

export interface NewBuildProps {
  ctx: MemberCtx;
  app: App;
  form: FormState;
  keystores: readonly KeystoreView[];
  /** The path of the list of builds. */
  path: string;
  isOpen: boolean;
}

export const NewBuildDialog = ({ ctx, app, form, keystores, path, isOpen }: NewBuildProps) => {
  const preset = ChosenPreset.parse(typed(form, NEW_BUILD, "preset", "debug"));
  const design = path.replace(/builds$/, "design");
  return (
    <Dialog id={NEW_BUILD_DIALOG} title="New build" size="m" isOpen={isOpen}>
      <form method="post" action={path}>
        <p>Takes about a second. {costOf(ctx)}</p>
        <fieldset class="field">
          <legend>What for</legend>
          <div class="choices">
            {Object.entries(PRESETS).map(([name, { label, hint }]) => (
              <label class="choice">
                <input type="radio" name="preset" value={name} checked={name === preset} />
                <span>
                  {label} <small>{hint}</small>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <div class="fields fields--2">
          <SignWith form={form} keystores={keystores} account={ctx.principal.accountId} />
          <div class="field">
            <span class="label">Version</span>
            <p>
              <bdi>{app.versionName}</bdi> <span class="muted">({app.versionCode})</span>
            </p>
            <p class="hint">
              Change it under <a href={design}>Design</a>.
            </p>
          </div>
        </div>
        <AutoIncrement form={form} />
        <div class="actions">
          <Closes dialog={NEW_BUILD_DIALOG} />
          <button class="btn btn--primary">Build</button>
        </div>
      </form>
    </Dialog>
  );
};

/** The keystore of a release. */
const SignWith = ({
  form,
  keystores,
  account,
}: Pick<NewBuildProps, "form" | "keystores"> & { account: number }) => {
  const id = fieldId("new-build", "keystore_id");
  const issue = issueOf(form, NEW_BUILD, "keystore_id");
  const chosen = typed(form, NEW_BUILD, "keystore_id", String(keystores[0]?.keystore.id ?? ""));
  const manage = <a href={`/dashboard/${account}/keystores`}>Keystores</a>;
  const hint =
    keystores.length === 0 ? (
      <>There is none yet. {manage} makes one: releases need it.</>
    ) : (
      "Debug builds take the account's debug key instead."
    );
  return (
    <FieldFrame id={id} label="Sign releases with" hint={hint} issue={issue}>
      <select class="input" id={id} name="keystore_id" {...described(id, true, issue)}>
        {keystores.length === 0 && <option value="">No keystore</option>}
        {keystores.map(({ keystore }) => (
          <option value={keystore.id} selected={String(keystore.id) === chosen}>
            {keystore.name} ({keystore.algorithm.toUpperCase()})
          </option>
        ))}
      </select>
    </FieldFrame>
  );
};

const AutoIncrement = ({ form }: { form: FormState }) => {
  const issue = issueOf(form, NEW_BUILD, "auto_increment");
  const id = fieldId("new-build", "auto_increment");
  const isChecked = form.posted === NEW_BUILD && form.fields.checked("auto_increment");
  return (
    <div class="field">
      <label class="check">
        <input
          type="checkbox"
          id={id}
          name="auto_increment"
          checked={isChecked}
          {...described(id, false, issue)}
        />
        <span>
          Raise the version code
          <small>A release takes the one above the highest that was released.</small>
        </span>
      </label>
      {issue !== undefined && (
        <p class="error" id={`${id}-error`}>
          {issue}
        </p>
      )}
    </div>
  );
};
