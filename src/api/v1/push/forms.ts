// What API v1 shows of push credentials.
import { z } from "@hono/zod-openapi";
import type { Credential } from "../../../domain/subscribers/credentials.ts";
import { Provider } from "../../../kit/push/credentials.ts";
import { microseconds } from "../../../kit/time.ts";
import { Id, Time } from "../forms.ts";

export const CredentialParams = z.object({ id: Id, provider: Provider });

export const CredentialForm = z
  .object({
    provider: Provider,
    project_id: z.string().optional(),
    client_email: z.string().optional(),
    key_id: z.string().optional(),
    team_id: z.string().optional(),
    topic: z.string().optional(),
    environment: z.enum(["production", "sandbox"]).optional(),
    subject: z.string().optional(),
    public_key: z.string().optional(),
    version: z.int().openapi({ description: "Grows with each change." }),
    flag: z
      .string()
      .nullable()
      .openapi({ description: "What the provider last complained of; null: nothing." }),
    created_at: Time,
    updated_at: Time,
  })
  .openapi("AppPushCredential");

export function credentialForm(credential: Credential): z.input<typeof CredentialForm> {
  return {
    provider: credential.provider,
    ...credential.shown,
    version: credential.version,
    flag: credential.flag,
    created_at: microseconds(credential.createdAt),
    updated_at: microseconds(credential.updatedAt),
  };
}
