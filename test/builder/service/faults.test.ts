// Faults of the network and of the API: every call meets every transient fault, and the build still completes.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import type { Packager } from "../../../builder/packager.ts";
import type { Reaction, Verb } from "./fake-api.ts";
import { useStage } from "./setup.ts";

const stage = useStage();
const iconBytes = Buffer.from("an icon");

const TRANSIENT: Record<string, Reaction> = {
  "a 500": { kind: "answer", status: 500, body: { error: "internal", message: "no" } },
  "a 503 that is not JSON": { kind: "answer", status: 503 },
  "a 429": { kind: "answer", status: 429, headers: { "retry-after": "0" } },
  "a reset": { kind: "reset" },
};
const VERBS: Verb[] = ["lease", "accept", "icon", "log", "artifact", "complete"];

for (const [name, reaction] of Object.entries(TRANSIENT)) {
  test.each(VERBS)(`a build completes despite ${name}, twice, in answer to %s`, async (verb) => {
    const { api } = stage;
    api.plan(verb, reaction, reaction);
    const build = api.enqueue({ iconBytes });
    await stage.builder().event("job_completed");
    expect(build.state).toBe("completed");
    expect(String(build.artifact)).toBe("apk of com.example.cafe, icon 7");
    expect(build.log.toString().match(/^Slipway builder/gm)).toHaveLength(1);
    expect(api.of(verb).length).toBeGreaterThanOrEqual(3);
  });
}

test.each<Verb>(["accept", "icon", "log", "artifact", "complete"])(
  "a build completes when the answer to %s is lost and asked for again",
  async (verb) => {
    const { api } = stage;
    api.plan(verb, { kind: "lose" });
    const build = api.enqueue({ iconBytes });
    await stage.builder().event("job_completed");
    expect(build.state).toBe("completed");
    expect(build.log.toString().match(/^SHA-256/gm)).toHaveLength(1);
    // A slow machine sends the log in more than one part.
    const parts = new Set(api.of(verb).map(({ url }) => url.href));
    expect(api.of(verb)).toHaveLength(parts.size + 1);
  },
);

test("a failure counts as reported although the answer to its report was lost", async () => {
  const { api } = stage;
  api.plan("fail", { kind: "lose" });
  api.enqueue();
  const packager: Packager = async () => new Uint8Array(0);
  const builder = stage.builder({ packager });
  expect(await builder.event("job_failed")).toMatchObject({ code: "artifact_size" });
});

test.each<Verb>(["lease", "accept"])(
  "the builder waits for the Retry-After of an answer to %s",
  async (verb) => {
    const { api } = stage;
    api.plan(verb, { kind: "answer", status: 429, headers: { "retry-after": "1" } });
    api.enqueue();
    await stage.builder().event("job_completed");
    const [first, second] = api.of(verb);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  },
);

test("the builder does not wait for a Retry-After beyond the lease", async () => {
  const { api } = stage;
  api.plan("artifact", { kind: "answer", status: 429, headers: { "retry-after": "120" } });
  const build = api.enqueue();
  await stage.builder().event("job_failed");
  expect(build.failure).toMatchObject({ code: "api_fault", retryable: true });
});

test("an answer that does not come is given up and asked for again", async () => {
  const { api } = stage;
  const never = Promise.withResolvers<void>();
  api.plan("artifact", { kind: "wait", until: never.promise });
  const build = api.enqueue();
  const builder = stage.builder({ timing: { transferTimeout: 30 } });
  await builder.event("job_completed");
  expect(build.state).toBe("completed");
  expect(await builder.event("request_retried")).toMatchObject({ code: "timeout" });
});

test("an upload that arrives altered is sent again", async () => {
  const { api } = stage;
  const altered = { error: "artifact_mismatch", message: "no" };
  api.plan("artifact", { kind: "answer", status: 422, body: altered });
  const build = api.enqueue();
  await stage.builder().event("job_completed");
  expect(build.state).toBe("completed");
});

test("an upload that arrives altered three times fails the attempt", async () => {
  const { api } = stage;
  const altered = { error: "artifact_mismatch", message: "no" };
  const answer: Reaction = { kind: "answer", status: 422, body: altered };
  api.plan("artifact", answer, answer, answer);
  const build = api.enqueue();
  await stage.builder().event("job_failed");
  expect(build.failure).toMatchObject({ code: "api_fault", retryable: true });
  expect(api.of("artifact")).toHaveLength(3);
});

test("a job that this builder does not understand is left to others", async () => {
  const { api } = stage;
  const newer = (body: string) => body.replace('"config":{}', '"config":{"hologram":true}');
  api.plan("accept", { kind: "garble", change: newer });
  const build = api.enqueue();
  const builder = stage.builder();
  const event = await builder.event("job_abandoned");
  expect(event["error"]).toContain("app.config");
  expect(build.failure).toMatchObject({ code: "job_not_understood", retryable: true });
});

test("an API that cannot be reached at first is waited for", async () => {
  const { api } = stage;
  const reset: Reaction = { kind: "reset" };
  api.plan("lease", reset, reset, reset, reset, reset);
  api.enqueue();
  const builder = stage.builder();
  expect(await builder.event("api_ready")).toMatchObject({ faults: 5 });
  await builder.event("job_completed");
});

test("an API that answers polls at once is asked less and less often", async () => {
  const { api } = stage;
  const empty: Reaction = { kind: "answer", status: 204 };
  api.plan("lease", empty, empty, empty, empty, empty);
  const builder = stage.builder({
    timing: { emptyTooSoon: 20_000, backoffBase: 16, backoffMax: 1000 },
  });
  await api.until(() => api.of("lease").length === 6);
  const calls = api.of("lease").map(({ at }) => at);
  // One early answer is an accident; from the second on at least half of 16, 32, 64 and 128 ms lies between.
  expect((calls.at(-1) ?? 0) - (calls[0] ?? 0)).toBeGreaterThanOrEqual(115);
  builder.stop("done");
});

test("a wrong token ends the builder with exit code 1 and an error naming BUILDER_TOKEN", async () => {
  const token = `sw_bld_${"A".repeat(43)}`;
  const builder = stage.builder({ token });
  expect(await builder.ended).toBe(1);
  const event = await builder.event("refused");
  expect(event).toMatchObject({ level: "error" });
  expect(event["error"]).toContain("BUILDER_TOKEN");
  expect(builder.lines.join("")).not.toContain(token);
});

test("a builder whose address guessed too often waits as it is told, and then learns that its token is wrong", async () => {
  const { api } = stage;
  const tooMany = { error: "invalid_request", message: "Too many requests." };
  const headers = { "retry-after": "1" };
  api.plan("lease", { kind: "answer", status: 429, body: tooMany, headers });
  const builder = stage.builder({ token: `sw_bld_${"A".repeat(43)}` });
  expect(await builder.event("lease_failed")).toMatchObject({ level: "warn", status: 429 });
  expect(await builder.ended).toBe(1);
  const calls = api.of("lease");
  expect(calls).toHaveLength(2);
  expect((calls[1]?.at ?? 0) - (calls[0]?.at ?? 0)).toBeGreaterThanOrEqual(990);
});

test("a token that worked before is tried again after a 401", async () => {
  const { api } = stage;
  const builder = stage.builder();
  await builder.event("api_ready");
  const unauthenticated = { error: "unauthenticated", message: "no" };
  api.plan("lease", { kind: "answer", status: 401, body: unauthenticated });
  const first = api.enqueue();
  await api.until(() => first.state === "completed");
  const second = api.enqueue();
  await api.until(() => second.state === "completed");
  expect(await builder.event("lease_failed")).toMatchObject({ level: "error", status: 401 });
});

test("a redirect is refused and not followed", async () => {
  let visits = 0;
  const elsewhere = createServer((_request, response) => {
    visits++;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  const { port } = elsewhere.address() as AddressInfo;
  const location = `http://127.0.0.1:${port}/builder/v1/lease`;
  stage.api.plan("lease", { kind: "answer", status: 307, headers: { location } });
  const builder = stage.builder();
  expect(await builder.ended).toBe(1);
  expect((await builder.event("refused"))["error"]).toContain("redirect");
  expect(visits).toBe(0);
  elsewhere.close();
});
