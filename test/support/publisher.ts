// An account that releases an app: with a keystore, a builder of both formats, and the calls for its releases.
import { expect } from "vitest";
import { getBuild, trigger } from "./builds.ts";
import { FakeBuilder } from "./fake-builder.ts";
import { newOwner, type Owner } from "./scenario.ts";
import { api, type Reply } from "./worker.ts";

export interface Publisher extends Owner {
  builder: FakeBuilder;
  keystore: { id: number; certificate_sha256: string };
  /** Changes the app. */
  put: (json: unknown) => Promise<Reply>;
  /** The app as it is. */
  present: () => Promise<any>;
  /** Asks for a release with the keystore. */
  ask: (json?: Record<string, unknown>) => Promise<Reply>;
  /** Releases; the completed build. */
  release: (json?: Record<string, unknown>) => Promise<any>;
}

/** Makes a keystore; its object. */
export async function newKeystore(key: string, wanted: Record<string, unknown> = {}): Promise<any> {
  const how = "file" in wanted ? {} : { algorithm: "ec" };
  const json = { name: "Release", ...how, ...wanted };
  const made = await api("POST", "/api/v1/keystores", { token: key, json });
  expect(made.status).toBe(201);
  return made.body.data;
}

/**
 * An account, by default of a plan without credits, with an app named com.example.a, a keystore, and a builder of both
 * formats.
 */
export async function newPublisher(
  app: Record<string, unknown> = {},
  wanted: { plan?: string; build_credits?: number } = { plan: "Unlimited" },
): Promise<Publisher> {
  const builder = await FakeBuilder.start(["apk", "aab"]);
  const owner = await newOwner(wanted, { package_name: "com.example.a", ...app });
  const token = owner.account.key;
  const path = `/api/v1/apps/${owner.app.id}`;
  const keystore = await newKeystore(token);
  const ask: Publisher["ask"] = (json = {}) =>
    trigger(owner, { build_type: "release", keystore_id: keystore.id, ...json });
  const release: Publisher["release"] = async (json) => {
    const made = await ask(json);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const { lease } = await builder.take();
    await builder.finish(lease);
    const build = await getBuild(owner, made.body.data.id);
    expect(build.status).toBe("completed");
    return build;
  };
  const put: Publisher["put"] = async (json) => {
    const changed = await api("PUT", path, { token, json });
    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
    return changed;
  };
  const present = async () => (await api("GET", path, { token })).body.data;
  return { ...owner, builder, keystore, put, present, ask, release };
}
