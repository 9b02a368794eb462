// The keystores of an account: what each signs, and by what it is known; generate, upload, export and delete them.
import { z } from "@hono/zod-openapi";
import { lastExports } from "../../domain/audit/last-exports.ts";
import { keystoreUses } from "../../domain/builds/keystore-uses.ts";
import { MAX_KEYSTORES } from "../../domain/keystores/create-keystore.ts";
import { listKeystores } from "../../domain/keystores/find-keystore.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { KEYSTORE_RATE } from "../../http/keystore-rate.ts";
import { MAX_PER_PAGE } from "../../kit/pagination.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Id, memberPage } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { tileFacts } from "../parts/app-tile.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icon.tsx";
import { Notice } from "../parts/notice.tsx";
import { DeleteDialog, ExportDialog, GenerateDialog, UploadDialog } from "./dialogs.tsx";
import { deleteForm, exportForm, generateForm, uploadForm } from "./forms.ts";
import { KeystoreCard } from "./keystore-card.tsx";

export const keystoresPage = memberPage({
  path: "/{account}/keystores",
  operationId: "showKeystores",
  summary: "The account's keystores",
  params: { schema: z.object({ account: Id }), thing: "account" },
  may: "builds:read",
  show: async (ctx, { params: { account }, form }) => {
    // An account has MAX_KEYSTORES at most, which is one page.
    const { rows: views } = await listKeystores(ctx, { per_page: String(MAX_PER_PAGE) });
    const [uses, exports] = await Promise.all([keystoreUses(ctx, views), lastExports(ctx)]);
    const signed = [
      ...new Map(uses.flatMap(({ apps }) => apps.map((app) => [app.id, app]))).values(),
    ];
    const icons = new Map(
      await Promise.all(signed.map(async (app) => [app.id, await tileFacts(app)] as const)),
    );
    const mayChange = hasRight(ctx.role, "keystores:write");
    const path = `/dashboard/${account}/keystores`;
    const listed = views.flatMap((view, index) => {
      const use = uses[index];
      return use ? [{ view, use }] : [];
    });
    return {
      title: "Keystores",
      body: (
        <Shell
          ctx={ctx}
          here="keystores"
          crumbs={[{ label: "Keystores" }]}
          after={
            mayChange && (
              <>
                <GenerateDialog form={form} path={path} />
                <UploadDialog form={form} path={path} />
                {listed.map(({ view: { keystore }, use }) => (
                  <>
                    <ExportDialog form={form} path={path} keystore={keystore} />
                    <DeleteDialog form={form} path={path} keystore={keystore} use={use} />
                  </>
                ))}
              </>
            )
          }
        >
          <PageHead title="Keystores" text={headline(views.length, signed.length)}>
            {mayChange && views.length > 0 && <Ways />}
          </PageHead>
          <Refused form={form} />
          {listed.length === 0 && (
            <Empty
              title="No keystore yet"
              text="Releases are signed with a key of yours. Generate one, or upload the one that an app is signed with already: phones take updates from that key and no other."
            >
              {mayChange && <Ways />}
            </Empty>
          )}
          {listed.map(({ view, use }) => (
            <KeystoreCard
              view={view}
              use={use}
              exported={exports.get(view.keystore.id) ?? null}
              icons={icons}
              now={ctx.now()}
              mayChange={mayChange}
            />
          ))}
          <p class="muted small">
            Debug builds are signed by a key of the account&#39;s own. It is made by itself, signs
            no release and can&#39;t be deleted. An account can have {MAX_KEYSTORES} keystores.
          </p>
        </Shell>
      ),
    };
  },
  forms: [generateForm, uploadForm, exportForm, deleteForm],
});

function headline(keystores: number, apps: number): string {
  const many = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  return (
    `${many(keystores, "keystore")} for ${many(apps, "app")}. An app on a phone takes updates from the key that signed it ` +
    "first, and from no other."
  );
}

const Ways = () => (
  <div class="row">
    <Opens dialog="upload-key">
      <Icon name="upload" />
      Upload
    </Opens>
    <Opens dialog="new-key" class="btn btn--primary">
      <Icon name="plus" />
      Generate
    </Opens>
  </div>
);

/** What was refused and is no field's fault. */
const Refused = ({ form: { refusal, problem, issues } }: { form: FormState }) => {
  if (refusal === null) return null;
  const full = issues.get("keystores");
  if (full !== undefined) {
    return (
      <Notice tone="bad">
        <p>
          <strong>The account has {MAX_KEYSTORES} keystores, and that is all it can have.</strong>{" "}
          Delete one that is unused.
        </p>
      </Notice>
    );
  }
  if (problem === null) return null;
  const [title, text] =
    refusal.code === "rate_limited"
      ? [
          "Too many keys in a minute.",
          `An account can make, upload and export ${KEYSTORE_RATE.limit} a minute. Do it again in a minute.`,
        ]
      : refusal.code === "keystore_in_use" && refusal.packages === undefined
        ? [
            "A build needs this keystore right now.",
            "Delete it once that build has ended, or cancel the build.",
          ]
        : ["Nothing was changed.", problem];
  return (
    <Notice tone="bad">
      <p>
        <strong>{title}</strong>
      </p>
      <p>{text}</p>
    </Notice>
  );
};
