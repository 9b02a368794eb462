// What is done with a credential as such: a bearer token made of it, or its provider asked about it.
import type { Ctx } from "../domain/context.ts";
import { credentialById, openCredential } from "../domain/subscribers/credentials.ts";
import { mintAccessToken, mintProviderToken, verifyApns, verifyFcm } from "./providers/index.ts";
import type { ProviderDeps } from "./providers/index.ts";

export type Minted = { ok: true; token: string } | { ok: false; retry: boolean; reason: string };

/** How to mint the bearer token of a credential; `version` null: it is gone. */
export interface Minter {
  version: number | null;
  mint: () => Promise<Minted>;
}

/** The minter of the credential with this id. */
export async function minterOf(ctx: Ctx, deps: ProviderDeps, id: number): Promise<Minter> {
  const row = await credentialById(ctx, id);
  if (!row) return { version: null, mint: async () => refused("the credential was removed") };
  const opened = await openCredential(ctx, row);
  const mint = async (): Promise<Minted> => {
    switch (opened.provider) {
      case "fcm": {
        const minted = await mintAccessToken(deps, opened.secret);
        if (minted.ok) return { ok: true, token: minted.token };
        return { ok: false, retry: minted.verdict.kind === "retry", reason: minted.verdict.reason };
      }
      case "apns":
        return { ok: true, token: await mintProviderToken(opened.secret, ctx.now()) };
      case "webpush":
        return refused("Web Push needs no token");
    }
  };
  return { version: row.version, mint };
}

/** What the provider says of the credential; null: it works. Nobody gets a message. */
export async function verify(
  ctx: Ctx,
  deps: ProviderDeps,
  id: number,
): Promise<{ error: string; detail: string } | null> {
  const row = await credentialById(ctx, id);
  if (!row) return { error: "removed", detail: "The credential was removed." };
  const opened = await openCredential(ctx, row);
  // push services take any VAPID key: there is nobody to ask, and the pair was checked when it was set
  if (opened.provider === "webpush") return null;
  const answer =
    opened.provider === "fcm"
      ? await verifyFcm(deps, opened.secret)
      : await verifyApns(deps, opened.secret);
  return answer.ok ? null : { error: answer.error, detail: answer.detail };
}

function refused(reason: string): Minted {
  return { ok: false, retry: false, reason };
}
