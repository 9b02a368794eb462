// The builder token, the fencing token and the private key appear in no log line, no build log and no failure
// message, neither when all is well nor when errors contain them.
import { expect, test } from "vitest";
import { BuildFailure } from "../../../builder/faults.ts";
import type { Packager } from "../../../builder/packager.ts";
import type { FakeBuild } from "./fake-builds.ts";
import type { Reaction } from "./fake-api.ts";
import { plainPackager } from "./harness.ts";
import type { TestBuilder } from "./harness.ts";
import { useStage } from "./setup.ts";

const stage = useStage();

/** Everything this run's secrets could have been written into. */
function written(builder: TestBuilder): string {
  const bodies = stage.api.calls.map(({ url, body }) => `${url.href} ${body.toString()}`);
  return [...builder.lines, ...bodies].join("\n");
}

function expectNoSecret(builder: TestBuilder, build: FakeBuild): void {
  const text = written(builder);
  expect(text).toContain("job_accepted");
  for (const secret of [stage.api.token, build.fencingToken, build.job.signing.private_key]) {
    expect(secret.length).toBeGreaterThan(20);
    expect(text).not.toContain(secret);
  }
}

/** A text with every secret in it, as a careless error would have it. */
function spill(build: FakeBuild): string {
  return `${stage.api.token} ${build.fencingToken} ${build.job.signing.private_key}`;
}

test("no secret is written when all goes well", async () => {
  const build = stage.api.enqueue({ iconBytes: Buffer.from("icon") });
  const builder = stage.builder();
  await builder.event("job_completed");
  expectNoSecret(builder, build);
});

test("no secret is written when every call meets faults", async () => {
  const { api } = stage;
  const build = api.enqueue();
  const message = "the API quotes what it was sent";
  const fault: Reaction = { kind: "answer", status: 500, body: { error: "internal", message } };
  for (const verb of ["accept", "log", "artifact", "complete"] as const) {
    api.plan(verb, fault, { kind: "reset" });
  }
  const builder = stage.builder();
  await builder.event("job_completed");
  expect(written(builder)).toContain(message);
  expectNoSecret(builder, build);
});

test("no secret is written when the packager logs and throws them", async () => {
  const build = stage.api.enqueue();
  const packager: Packager = async (_job, _icon, log) => {
    log(spill(build));
    throw new Error(spill(build));
  };
  const builder = stage.builder({ packager });
  await builder.event("job_failed");
  expect(build.log.toString()).toContain("[secret] [secret] [secret]");
  expect((await builder.event("job_failing"))["error"]).toBe("[secret] [secret] [secret]");
  expectNoSecret(builder, build);
});

test("no secret is written when the failure message for the owner holds them", async () => {
  const build = stage.api.enqueue();
  const packager: Packager = async () => {
    throw new BuildFailure("invalid_key", spill(build), false);
  };
  const builder = stage.builder({ packager });
  await builder.event("job_failed");
  expect(build.failure?.message).toBe("[secret] [secret] [secret]");
  expectNoSecret(builder, build);
});

test("no secret is written when the API quotes them in an error", async () => {
  const build = stage.api.enqueue();
  stage.api.plan("complete", {
    kind: "garble",
    change: () => JSON.stringify({ error: "internal", message: "x" }),
  });
  const packager: Packager = async (...input) => {
    const body = { error: "internal", message: spill(build) };
    stage.api.plan("artifact", { kind: "answer", status: 500, body });
    return plainPackager(...input);
  };
  const builder = stage.builder({ packager });
  await builder.event("request_retried");
  await builder.event("job_completed");
  expectNoSecret(builder, build);
});

test.each([
  ["is cut short", (body: string) => body.slice(0, -20)],
  ["has a field too few", (body: string) => body.replace('"attempt":1,', "")],
])("no part of the private key is written when the job that holds it %s", async (_name, change) => {
  const build = stage.api.enqueue();
  stage.api.plan("accept", { kind: "garble", change });
  const builder = stage.builder();
  await builder.event("job_abandoned");
  const key = build.job.signing.private_key;
  // Any part of it, since a parser quotes a few characters of what it does not like.
  for (let at = 0; at + 12 <= key.length; at += 4) {
    expect(written(builder)).not.toContain(key.slice(at, at + 12));
  }
});
