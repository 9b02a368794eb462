// The stack for benchmarks of sending, whose stand-in providers only count.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { connect, type Api } from "../dev/api.ts";
import { providersClient, type ProvidersClient } from "../dev/providers/client.ts";
import type { Options } from "../dev/options.ts";
import { CleanUp, startStack } from "../dev/stack.ts";

/** The fields of an app that the push API returns. */
export const PushApp = z.object({
  data: z.object({
    id: z.string(),
    v1_id: z.int(),
    public_key: z.string(),
    vapid_public_key: z.string(),
  }),
});

export interface PushStack {
  /** The key of the stack's own account. */
  token: string;
  url: string;
  /** The API, with the key of the stack's own account. */
  api: Api;
  providers: ProvidersClient;
  providersUrl: string;
  stateDir: string;
}

/** Runs `work` on a new stack, and removes the stack afterwards. `different` is what is not as usual. */
export async function withPushStack(
  work: (stack: PushStack) => Promise<void>,
  different: Pick<Options, "entry"> = {},
): Promise<void> {
  const stateDir = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const cleanUp = new CleanUp();
  try {
    const options = {
      once: true,
      tour: false,
      fresh: false,
      inspect: false,
      stateDir,
      port: 0,
      host: null,
      ...different,
    };
    const { url, tokens, providersUrl } = await startStack(options, cleanUp);
    const providers = providersClient(providersUrl);
    await providers.setMode("count");
    await work({
      url,
      token: tokens.api_token,
      api: connect(url, tokens.api_token),
      providers,
      providersUrl,
      stateDir,
    });
  } finally {
    await cleanUp.run();
    rmSync(stateDir, { recursive: true, force: true });
  }
}
