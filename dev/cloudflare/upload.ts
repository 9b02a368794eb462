// Reads the upload of a Worker as Cloudflare's API does: metadata and modules in one multipart body, each binding checked
// against what the account has, and migrations of Durable Objects in order.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Account, Binding, Script, Version } from "./account.ts";
import { Refused } from "./answers.ts";

/** Cloudflare's code for an upload that does not pass its checks. */
const INVALID = 10_021;
/** The code of a binding that is to be taken over from a version that has none of its name. */
const NOTHING_TO_INHERIT = 10_057;

const Steps = z.array(z.strictObject({ new_sqlite_classes: z.array(z.string()) }));
const Metadata = z.looseObject({
  main_module: z.string(),
  bindings: z.array(z.looseObject({ name: z.string(), type: z.string() })),
  compatibility_date: z.iso.date(),
  compatibility_flags: z.array(z.string()),
  migrations: z
    .strictObject({ old_tag: z.string().optional(), new_tag: z.string(), steps: Steps })
    .optional(),
  keep_bindings: z.array(z.string()).optional(),
  assets: z.looseObject({ jwt: z.string() }).optional(),
});
type Metadata = z.infer<typeof Metadata>;

const invalid = (message: string) => new Refused(400, INVALID, message);

/** Applies the migrations of an upload: they go on where the last ones ended, and make classes that are new. */
function migrate(script: Script, { migrations }: Metadata): void {
  if (!migrations) return;
  if ((migrations.old_tag ?? null) !== script.migrationTag) {
    throw new Refused(
      412,
      10_079,
      `Migration tag precondition failed; expected tag '${migrations.old_tag ?? ""}' but current tag is '${script.migrationTag ?? ""}'.`,
    );
  }
  for (const name of migrations.steps.flatMap((step) => step.new_sqlite_classes)) {
    if (script.classes.has(name)) {
      throw new Refused(400, 10_074, `Cannot apply new-class migration to existing class ${name}.`);
    }
    script.classes.add(name);
  }
  script.migrationTag = migrations.new_tag;
}

/** What a binding must refer to, by its type; the types that the Worker does not use are refused. */
function check(account: Account, script: Script, binding: Binding): void {
  const { name, type } = binding;
  const has: Record<string, () => boolean> = {
    plain_text: () => typeof binding["text"] === "string",
    secret_text: () => typeof binding["text"] === "string" && binding["text"] !== "",
    d1: () => [...account.databases.values()].some(({ uuid }) => uuid === binding["id"]),
    r2_bucket: () => account.buckets.has(String(binding["bucket_name"])),
    queue: () => account.queues.has(String(binding["queue_name"])),
    durable_object_namespace: () => script.classes.has(String(binding["class_name"])),
    inherit: () => false,
  };
  const isValid = has[type];
  if (!isValid) throw invalid(`The stand-in knows no binding of type ${type} (${name}).`);
  if (isValid()) return;
  if (type === "d1") throw invalid(`binding ${name} of type d1 must have a valid \`id\` specified`);
  throw invalid(`binding ${name} of type ${type} refers to what the account does not have`);
}

/** Takes over a binding that the upload leaves as it is in the version before. */
function resolve(script: Script, binding: Binding): Binding {
  if (binding.type !== "inherit") return binding;
  const from = typeof binding["old_name"] === "string" ? binding["old_name"] : binding.name;
  const found = script.deployed?.bindings.find(({ name }) => name === from);
  if (found) return { ...found, name: binding.name };
  throw new Refused(
    400,
    NOTHING_TO_INHERIT,
    `inherit binding '${binding.name}' is invalid: the version before has none of this name`,
  );
}

/** The modules by name, the main one first. */
function modulesOf(form: FormData, { main_module: name }: Metadata): Map<string, File> {
  const files = [...form].flatMap(([, value]) => (typeof value === "string" ? [] : [value]));
  const main = files.find((file) => file.name === name);
  if (!main) throw invalid(`The main module ${name} is not in the upload.`);
  return new Map([main, ...files].map((file) => [file.name, file]));
}

/**
 * Takes the upload of a version, and applies its migrations.
 * @throws Refused as Cloudflare does, with the script as it was
 */
export function takeVersion(account: Account, script: Script, form: FormData): Version {
  const text = form.get("metadata");
  if (typeof text !== "string") throw invalid("The upload has no metadata.");
  const metadata = Metadata.safeParse(JSON.parse(text));
  if (!metadata.success) throw invalid(z.prettifyError(metadata.error));
  const before = { tag: script.migrationTag, classes: new Set(script.classes) };
  try {
    migrate(script, metadata.data);
    const sent = metadata.data.bindings.map((each) => resolve(script, each));
    for (const binding of sent) {
      if (binding.type !== "secret_text" || "text" in binding) check(account, script, binding);
    }
    const names = new Set(sent.map(({ name }) => name));
    if (names.size !== sent.length) throw invalid("Two bindings have one name.");
    const kept = metadata.data.keep_bindings?.includes("secret_text")
      ? (script.deployed?.bindings ?? [...script.secrets.keys()].map(secretBinding))
      : [];
    const version: Version = {
      id: randomUUID(),
      bindings: [
        ...sent.map((each) => (each.type === "secret_text" ? secretBinding(each.name) : each)),
        ...kept.filter(({ name, type }) => type === "secret_text" && !names.has(name)),
      ],
      compatibility_date: metadata.data.compatibility_date,
      modules: modulesOf(form, metadata.data),
    };
    for (const { name, type, text } of sent) {
      if (type === "secret_text" && typeof text === "string") script.secrets.set(name, text);
    }
    // A secret that the upload neither sends nor keeps is gone.
    for (const name of script.secrets.keys()) {
      const isKept = version.bindings.some(
        (each) => each.name === name && each.type === "secret_text",
      );
      if (!isKept) script.secrets.delete(name);
    }
    script.versions.push(version);
    return version;
  } catch (error) {
    script.migrationTag = before.tag;
    script.classes = before.classes;
    throw error;
  }
}

/** A secret as a version shows it: without its value. */
export const secretBinding = (name: string): Binding => ({ name, type: "secret_text" });
