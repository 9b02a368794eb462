// Clients that others' tools make of the OpenAPI document compile, and work against the local stack: each makes an
// app, starts a build, makes an API key, and sends to some of an app's subscribers. Where Python, a JDK or Maven is
// missing, a test says so and is skipped; under REQUIRE_ALL=1 it fails.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { providersClient } from "../../dev/providers/client.ts";
import { hasPython, NEEDS_PYTHON, pythonPrograms, runTool } from "../../dev/python.ts";
import type { StackNote } from "../../dev/state.ts";
import { startStack } from "../e2e/stack.ts";
import { clientTools, makeTypes } from "../../clients/ts/build.ts";
import { compile, generate, hasGenerator } from "./tools.ts";

const HERE = import.meta.dirname;

/** Whether a test must be skipped for want of a tool; says so. */
function missing(client: string, has: boolean, needs: string): boolean {
  if (has || process.env["REQUIRE_ALL"] === "1") return false;
  console.warn(`SKIPPED: the client of ${client} ${needs}`);
  return true;
}

const NEEDS_GENERATOR = "needs a JDK and Maven";
const folder = mkdtempSync(join(tmpdir(), "slipway-clients-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let note: StackNote;
const document = join(folder, "openapi.json");

beforeAll(async () => {
  note = await startStack().ready();
  const served = await fetch(`${note.url}/openapi.json`);
  writeFileSync(document, await served.text());
});

test("the types of openapi-typescript compile strictly, and calls by them work", async () => {
  const program = programOf("openapi-typescript");
  symlinkSync(clientTools(), join(program, "node_modules"));
  makeTypes(document, join(program, "schema.d.ts"), program);
  compile(join(program, "out"), [join(program, "openapi-typescript.ts")]);
  await expectWorking(process.execPath, join(program, "out/openapi-typescript.js"), "Typed");
});

test.skipIf(missing("openapi-generator, TypeScript", hasGenerator(), NEEDS_GENERATOR))(
  "openapi-generator's TypeScript client compiles strictly and works",
  async () => {
    const program = programOf("typescript-fetch");
    const client = join(program, "client");
    generate("typescript-fetch", document, client, "importFileExtension=.js");
    compile(join(program, "out"), [join(program, "typescript-fetch.ts")]);
    await expectWorking(process.execPath, join(program, "out/typescript-fetch.js"), "Generated");
  },
);

test.skipIf(
  missing("openapi-generator, Python", hasGenerator(), NEEDS_GENERATOR) ||
    missing("openapi-generator, Python", hasPython(), NEEDS_PYTHON),
)("openapi-generator's Python client works", async () => {
  const program = programOf("python_client");
  generate("python", document, program, "packageName=slipway_client");
  const python = join(pythonPrograms(join(HERE, "requirements.txt")), "python");
  await expectWorking(python, join(program, "python_client.py"), "Pythonic");
});

/** A folder of its own with the program. */
function programOf(name: string): string {
  const program = join(folder, name);
  mkdirSync(program);
  const file = name + (name.startsWith("python") ? ".py" : ".ts");
  cpSync(join(HERE, "programs", file), join(program, file));
  writeFileSync(join(program, "package.json"), '{ "type": "module" }\n');
  return program;
}

/** Runs the program, and compares what it says it did with what the API says. */
async function expectWorking(interpreter: string, program: string, name: string): Promise<void> {
  const browsers = await providersClient(note.providers_url).makeSubscriptions({ count: 2 });
  const subscribers = browsers.map(({ endpoint, p256dh, auth }, at) => ({
    platform: "web",
    endpoint,
    keys: { p256dh, auth },
    user_id: `user-${at + 1}`,
    tags: at === 0 ? ["beta", "de"] : ["de"],
  }));
  const args = [program, note.url, note.api_token, JSON.stringify(subscribers)];
  const did = JSON.parse(runTool(interpreter, args));

  expect(did.app).toEqual({ id: expect.any(Number), name });
  expect(did.key).toMatch(/^sw_live_/);
  expect(did.vapid_private_key).toMatch(/^[\w-]{43}$/);
  const byTags = { type: "tags", tags: ["beta"], match: "all" };
  const byIds = { type: "user_ids", ids: ["user-2"] };
  expect(did.by_tags).toEqual({ id: expect.any(String), targeting: byTags, total: 1 });
  expect(did.by_ids).toEqual({ id: expect.any(String), targeting: byIds, total: 1 });
  expect(did.to_all).toEqual({ id: expect.any(String), total: 2 });

  const notification = async (id: string) => {
    const path = `/api/v1/push/apps/${did.push_app}/notifications/${id}`;
    // the key that the client made may read pushes
    return (await get(path, did.key)).data;
  };
  expect((await notification(did.by_tags.id)).targeting).toEqual(byTags);
  expect((await notification(did.by_ids.id)).targeting).toEqual(byIds);
  const build = await get(`/api/v1/builds/${did.build}`, note.api_token);
  expect(build.data).toMatchObject({ id: did.build, app_id: did.app.id });
}

async function get(path: string, token: string): Promise<any> {
  const answer = await fetch(note.url + path, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  return answer.json();
}
