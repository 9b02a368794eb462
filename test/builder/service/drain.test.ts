// When asked to stop, the builder takes nothing new, finishes or hands back what it has, and stops in any case.
import { expect, test } from "vitest";
import { QUICK, plainPackager } from "./harness.ts";
import type { Packager } from "../../../builder/packager.ts";
import type { Verb } from "./fake-api.ts";
import { useStage } from "./setup.ts";

const stage = useStage();

/** Works until told to stop, and then throws an error of its own, as a library would. */
const endless: Packager = (_job, _icon, _log, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("stopped")));
  });

test("an idle builder stops at once and drops its open poll", async () => {
  const { api } = stage;
  const builder = stage.builder();
  await api.until(() => api.of("lease").length === 2);
  builder.stop("a test");
  expect(await builder.ended).toBe(0);
  expect(api.calls).toHaveLength(2);
});

test("after the first request to stop, the running job is finished and no other taken", async () => {
  const { api } = stage;
  const hold = Promise.withResolvers<void>();
  const packager: Packager = async (...input) => {
    await hold.promise;
    return plainPackager(...input);
  };
  const running = api.enqueue();
  const builder = stage.builder({ packager });
  await builder.event("job_accepted");
  builder.stop("a test");
  const waiting = api.enqueue();
  hold.resolve();
  expect(await builder.ended).toBe(0);
  expect(running.state).toBe("completed");
  // The API may have offered it to the poll that was just dropped; nobody took it.
  expect(waiting.state).not.toBe("leased");
  expect(api.of("accept").map(({ buildId }) => buildId)).toEqual([1]);
});

test("after the first request to stop, a job that is being accepted is finished too", async () => {
  const { api } = stage;
  const hold = Promise.withResolvers<void>();
  api.plan("accept", { kind: "wait", until: hold.promise });
  const build = api.enqueue();
  const builder = stage.builder();
  await api.until(() => api.of("accept").length === 1);
  builder.stop("a test");
  hold.resolve();
  expect(await builder.ended).toBe(0);
  expect(build.state).toBe("completed");
});

test("after the second request to stop, every running job is handed back once", async () => {
  const { api } = stage;
  const builds = [api.enqueue(), api.enqueue()];
  const builder = stage.builder({ packager: endless });
  await api.until(() => builds.every(({ state }) => state === "leased"));
  builder.stop("a test");
  builder.stop("a test");
  expect(await builder.ended).toBe(0);
  expect(builds.map(({ released }) => released)).toEqual([1, 1]);
  expect(api.of("fail")).toEqual([]);
});

test("a running job is handed back when the drain time is over", async () => {
  const { api } = stage;
  const build = api.enqueue();
  const builder = stage.builder({ packager: endless, drainMs: 20 });
  await builder.event("job_accepted");
  builder.stop("a test");
  expect(await builder.ended).toBe(0);
  expect(build.released).toBe(1);
});

test("after the second request to stop, a job that is being accepted is handed back", async () => {
  const { api } = stage;
  const never = Promise.withResolvers<void>();
  const build = api.enqueue();
  const builder = stage.builder();
  // The API counts the job as accepted, and its answer does not come.
  api.plan("accept", { kind: "lose" }, { kind: "wait", until: never.promise });
  await api.until(() => api.of("accept").length === 2);
  expect(build.state).toBe("leased");
  builder.stop("a test");
  builder.stop("a test");
  expect(await builder.ended).toBe(0);
  expect(build.released).toBe(1);
});

test("a job whose file is uploaded already is completed, not handed back", async () => {
  const { api } = stage;
  const hold = Promise.withResolvers<void>();
  api.plan("complete", { kind: "wait", until: hold.promise });
  const build = api.enqueue();
  const builder = stage.builder();
  await api.until(() => api.of("complete").length === 1);
  builder.stop("a test");
  builder.stop("a test");
  hold.resolve();
  expect(await builder.ended).toBe(0);
  expect(build.state).toBe("completed");
  expect(api.of("release")).toEqual([]);
});

test.each<Verb>(["release", "complete"])(
  "an API that does not answer a %s does not keep the builder from stopping",
  async (verb) => {
    const { api } = stage;
    const never = Promise.withResolvers<void>();
    api.plan(verb, { kind: "wait", until: never.promise });
    api.enqueue();
    const packager = verb === "release" ? endless : plainPackager;
    const builder = stage.builder({ packager, concurrency: 1, timing: { release: 30 } });
    await builder.event("job_accepted");
    if (verb === "complete") await api.until(() => api.of("complete").length === 1);
    const askedAt = performance.now();
    builder.stop("a test");
    builder.stop("a test");
    expect(await builder.ended).toBe(0);
    expect(performance.now() - askedAt).toBeLessThan(QUICK.requestTimeout / 2);
  },
);
