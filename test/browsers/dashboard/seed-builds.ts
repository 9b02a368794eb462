// Builds for the screens that ended in each way, and what a release leaves behind.
import { expect, vi } from "vitest";
import type { StackNote } from "../../../dev/state.ts";
import { jpeg } from "../../support/images.ts";
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
  // It has all parts of a picture, and so is taken, but its pixels are none.
  await setIcon(note, app.id, "image/jpeg", jpeg(512, 512));
  const failed = await ended(await triggered({}), "failed");
  await setIcon(note, app.id, "image/svg+xml", WAVES);
  // The builder stands still for a moment, else it would be done first. It takes no other build for some time then, so
  // this is the last.
  const builder = Number(note.pids.builder);
  process.kill(builder, "SIGSTOP");
  const cancelled = await triggered({});
  await ask("POST", `/api/v1/builds/${cancelled}/cancel`);
  process.kill(builder, "SIGCONT");
  return { base: `${account}/apps/${app.id}`, bundle, failed, cancelled };
}

const WAVES = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 64 64"><rect width="64" height="64" fill="#22303a"/><path d="M12 28c7-6 13-6 20 0s13 6 20 0M12 40c7-6 13-6 20 0s13 6 20 0" fill="none" stroke="#fff" stroke-width="4"/></svg>`;

async function setIcon(note: StackNote, app: number, type: string, body: BodyInit): Promise<void> {
  const headers = { authorization: `Bearer ${note.api_token}`, "content-type": type };
  const path = `${note.url}/api/v1/apps/${app}/icon`;
  expect((await fetch(path, { method: "PUT", headers, body })).status).toBe(200);
}
