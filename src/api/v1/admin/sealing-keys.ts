// Lets operators move everything that is sealed to the newest sealing key, part by part (`npm run reseal`).
import { z } from "@hono/zod-openapi";
import { Reseal, reseal } from "../../../domain/sealing/reseal.ts";
import { operatorOperation } from "../../../http/operation.ts";
import { wrapped } from "../forms.ts";

const KeyId = z.string().openapi({ description: "The key's id.", example: "k2" });
const Table = z.string().openapi({ description: "The table.", example: "webhooks" });

const ResealedForm = z
  .object({
    key_ids: z.array(KeyId).openapi({
      description: "The keys in `SEALING_KEYS`, the newest first: it seals, the others only open.",
    }),
    resealed: z.int().openapi({ description: "Values that were sealed again.", example: 12 }),
    changed_meanwhile: z.int().openapi({
      description:
        "Values that were not sealed again, since somebody changed them meanwhile. Another walk finds those that need it.",
      example: 0,
    }),
    sealed_by: z
      .array(
        z.object({
          table: Table,
          key_id: KeyId,
          values: z.int().openapi({ description: "How many values.", example: 12 }),
        }),
      )
      .openapi({ description: "By which keys the values of this part are sealed now." }),
    unreadable: z
      .array(
        z.object({
          table: Table,
          column: z.string().openapi({ description: "The column.", example: "secret_sealed" }),
          row: z.string().openapi({
            description: "The row's id, or the hash of a channel's code.",
            example: "7",
          }),
          key_id: KeyId.nullable().openapi({
            description: "The key that sealed it by its text; null for a text that nothing sealed.",
          }),
        }),
      )
      .openapi({
        description:
          "Values that can't be opened, since their key is not in `SEALING_KEYS` or they were altered. They stay as they are.",
      }),
    next_cursor: z
      .string()
      .nullable()
      .openapi({ description: "The `cursor` of the next part; null after the last one." }),
  })
  .openapi("ResealedPart", { description: "What was done in a part of the database." });

export const resealPart = operatorOperation({
  method: "post",
  path: "/admin/sealing-keys/reseal",
  operationId: "resealPart",
  summary: "Seal with the newest key",
  description:
    "Seals what older keys sealed in the next part of the database with the newest key: keystores, push credentials, " +
    "identity secrets, secrets of webhooks and codes of channels. `npm run reseal` calls it until `next_cursor` is null. " +
    "It can be called again at any time: what the newest key has sealed is only counted, and nothing that is changed " +
    "meanwhile is overwritten. Once no value is left that an older key seals, take that key out of `SEALING_KEYS`.",
  tag: "Administration",
  body: Reseal,
  success: {
    status: 200,
    description: "What was done in this part.",
    schema: wrapped(ResealedForm),
  },
  run: async (ctx, { body }) => {
    const { keyIds, resealed, changedMeanwhile, sealings, unreadable, next } = await reseal(
      ctx,
      body,
    );
    return {
      data: {
        key_ids: keyIds,
        resealed,
        changed_meanwhile: changedMeanwhile,
        sealed_by: sealings.map(({ table, keyId, values }) => ({ table, key_id: keyId, values })),
        unreadable: unreadable.map(({ keyId, ...where }) => ({ ...where, key_id: keyId })),
        next_cursor: next,
      },
    };
  },
});
