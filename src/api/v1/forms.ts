// What API v1's objects look like: schemas of answers, and the functions that write domain rows as such.
import { z } from "@hono/zod-openapi";
import type { ApiKey } from "../../domain/accounts/api-keys.ts";
import type { App } from "../../domain/apps/visible.ts";
import type { Build } from "../../domain/builds/visible.ts";
import type { Keystore } from "../../domain/keystores/find-keystore.ts";
import type { Plan } from "../../domain/context.ts";
import type { Page } from "../../kit/pagination.ts";
import { DEFAULT_PER_PAGE, MAX_PAGE, MAX_PER_PAGE } from "../../kit/pagination.ts";
import { microseconds, SECOND_MS } from "../../kit/time.ts";
import { BuildFormat, BuildType, Platform } from "../../protocol/builder.ts";
import { AppConfig } from "../../protocol/config.ts";

/** A positive integer id in a path; anything else names nothing there is. */
export const Id = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)
  .openapi({ type: "integer", minimum: 1, example: 1 });

export const IdParams = z.object({ id: Id });

export const Time = z
  .string()
  .openapi({ format: "date-time", example: "2024-01-01T00:00:00.000000Z" });

export const Paging = z.object({
  per_page: z
    .int()
    .min(1)
    .max(MAX_PER_PAGE)
    .default(DEFAULT_PER_PAGE)
    .openapi({ description: "Rows a page." }),
  page: z
    .int()
    .min(1)
    .max(MAX_PAGE)
    .default(1)
    .openapi({ description: "Which page; one past the last is empty." }),
});

const Meta = z.object({ current_page: z.int(), total: z.int() });

export const MessageForm = z.object({ message: z.string() }).openapi("Message");

/** `{data}` around an object. */
export function wrapped<Item extends z.ZodType>(item: Item) {
  return z.object({ data: item });
}

/** `{data, meta}` of a list. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), meta: Meta });
}

/** A page of rows, each written by `form`. */
export function list<Row, Item>(page: Page<Row>, form: (row: Row) => Item) {
  return { data: page.rows.map(form), meta: { current_page: page.page, total: page.total } };
}

export const AppForm = z
  .object({
    id: z.int(),
    uuid: z.uuid(),
    name: z.string(),
    platform: Platform,
    version_name: z.string(),
    version_code: z.int(),
    url: z.string(),
    package_name: z.string(),
    config: z.object(AppConfig.shape).openapi("AppConfig"),
    icon: z.object({ media_type: z.string(), sha256: z.string() }).nullable(),
    created_at: Time,
    updated_at: Time,
  })
  .openapi("App");

export function appForm(app: App): z.input<typeof AppForm> {
  const { iconMediaType, iconSha256 } = app;
  return {
    id: app.id,
    uuid: app.uuid,
    name: app.name,
    platform: app.platform,
    version_name: app.versionName,
    version_code: app.versionCode,
    url: app.url,
    package_name: app.packageName,
    config: AppConfig.parse(app.config),
    icon:
      iconMediaType !== null && iconSha256 !== null
        ? { media_type: iconMediaType, sha256: iconSha256 }
        : null,
    created_at: microseconds(app.createdAt),
    updated_at: microseconds(app.updatedAt),
  };
}

export const BuildStatusForm = z.enum(["pending", "building", "completed", "failed", "cancelled"]);

export const BuildForm = z
  .object({
    id: z.int(),
    app_id: z.int(),
    status: BuildStatusForm,
    build_type: BuildType,
    build_format: BuildFormat,
    version_name: z.string(),
    version_code: z.int(),
    keystore_id: z.int().nullable(),
    artifact_size: z.int().nullable().openapi({ description: "Bytes; null until completed." }),
    artifact_sha256: z.string().nullable(),
    build_duration: z.int().nullable().openapi({ description: "Whole seconds; null until over." }),
    error_message: z.string().nullable(),
    created_at: Time,
    started_at: Time.nullable(),
    completed_at: Time.nullable(),
  })
  .openapi("Build");

export function buildForm(build: Build): z.input<typeof BuildForm> {
  const { startedAt, completedAt } = build;
  return {
    id: build.id,
    app_id: build.appId,
    status: build.status,
    build_type: build.buildType,
    build_format: build.buildFormat,
    version_name: build.versionName,
    version_code: build.versionCode,
    keystore_id: build.keystoreId,
    artifact_size: build.artifactSize,
    artifact_sha256: build.artifactSha256,
    build_duration:
      startedAt !== null && completedAt !== null
        ? Math.ceil((completedAt - startedAt) / SECOND_MS)
        : null,
    error_message: build.errorMessage,
    created_at: microseconds(build.createdAt),
    started_at: orNull(startedAt),
    completed_at: orNull(completedAt),
  };
}

export const PlanForm = z
  .object({
    id: z.int(),
    name: z.string(),
    price: z.number(),
    monthly_credits: z.int().nullable().openapi({ description: "null: builds cost nothing." }),
    rate_limit: z.int().openapi({ description: "Requests a minute for each API key." }),
    features: z.array(z.string()),
  })
  .openapi("Plan");

export function planForm(plan: Plan): z.input<typeof PlanForm> {
  return {
    id: plan.id,
    name: plan.name,
    price: plan.price,
    monthly_credits: plan.monthlyCredits,
    rate_limit: plan.rateLimit,
    features: plan.features,
  };
}

export const KeystoreForm = z
  .object({
    id: z.int(),
    name: z.string(),
    algorithm: z.enum(["rsa", "ec"]),
    alias: z.string(),
    certificate_sha256: z.string().openapi({ description: "Of the signing certificate, hex." }),
    expires_at: Time,
    created_at: Time,
  })
  .openapi("Keystore");

export function keystoreForm(keystore: Keystore): z.input<typeof KeystoreForm> {
  return {
    id: keystore.id,
    name: keystore.name,
    algorithm: keystore.algorithm,
    alias: keystore.alias,
    certificate_sha256: keystore.certificateSha256,
    expires_at: microseconds(keystore.expiresAt),
    created_at: microseconds(keystore.createdAt),
  };
}

export const ApiKeyForm = z
  .object({
    id: z.int(),
    name: z.string(),
    key_prefix: z.string(),
    scopes: z.array(z.string()),
    app_ids: z.array(z.int()).nullable(),
    expires_at: Time.nullable(),
    last_used_at: Time.nullable(),
    created_at: Time,
  })
  .openapi("ApiKey");

/** The one answer that shows a key; a replay leaves it out. */
export const NewApiKeyForm = ApiKeyForm.extend({ key: z.string() }).openapi("NewApiKey");

export function apiKeyForm(apiKey: ApiKey): z.input<typeof ApiKeyForm> {
  return {
    id: apiKey.id,
    name: apiKey.name,
    key_prefix: apiKey.keyPrefix,
    scopes: apiKey.scopes,
    app_ids: apiKey.appIds,
    expires_at: orNull(apiKey.expiresAt),
    last_used_at: orNull(apiKey.lastUsedAt),
    created_at: microseconds(apiKey.createdAt),
  };
}

function orNull(ms: number | null): string | null {
  return ms === null ? null : microseconds(ms);
}
