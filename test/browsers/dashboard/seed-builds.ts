// Builds for the screens that ended in each way, and what a release leaves behind.
import { expect, vi } from "vitest";
import type { StackNote } from "../../../dev/state.ts";
import { png } from "../../support/images.ts";
import { SOON } from "../support/tab.ts";

type Ask = (method: string, path: string, json?: unknown) => Promise<any>;

export interface SeedBuilds {
  /** The path of the app's pages: it has released, a build failed, and one was cancelled. */
  base: string;
  bundle: number;
  failed: number;
  cancelled: number;
}

/** Makes an app with these builds. `account` is the path of its account's pages. */
export async function makeBuilds(note: StackNote, ask: Ask, account: string): Promise<SeedBuilds> {
  const { data: app } = await ask("POST", "/api/v1/apps", {
    name: "Tarnside Tides",
    url: "https://tides.example.com",
    package_name: "com.example.tides",
    play_signing_sha256: "ab".repeat(32),
  });
  const { data: keystore } = await ask("POST", "/api/v1/keystores", {
    name: "tides-release",
    algorithm: "rsa",
  });
  const triggered = async (json: unknown): Promise<number> =>
    (await ask("POST", `/api/v1/apps/${app.id}/builds`, json)).data.id;
  const ended = async (id: number, status: string) => {
    await vi.waitFor(async () => {
      expect((await ask("GET", `/api/v1/builds/${id}`)).data.status).toBe(status);
    }, SOON);
    return id;
  };
  const release = { build_type: "release", build_format: "aab", keystore_id: keystore.id };
  const bundle = await ended(await triggered(release), "completed");
  // The builder stands still for a moment, else it would be done first.
  const builder = Number(note.pids.builder);
  process.kill(builder, "SIGSTOP");
  const cancelled = await triggered({});
  await ask("POST", `/api/v1/builds/${cancelled}/cancel`);
  process.kill(builder, "SIGCONT");
  // It begins like a picture, and is none.
  const broken = await fetch(`${note.url}/api/v1/apps/${app.id}/icon`, {
    method: "PUT",
    headers: { authorization: `Bearer ${note.api_token}`, "content-type": "image/png" },
    body: png(512, 512),
  });
  expect(broken.status).toBe(200);
  const failed = await ended(await triggered({}), "failed");
  return { base: `${account}/apps/${app.id}`, bundle, failed, cancelled };
}
