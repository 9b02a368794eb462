// The stand-in providers as a process: it says when it is ready, and ends on SIGTERM and when its parent is
// gone, even with requests hanging.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { providersClient } from "../../../dev/providers/client.ts";
import type { ReadyMessage } from "../../../dev/providers/main.ts";
import { choosePort } from "../../../dev/port.ts";
import { untilPasses } from "../../support/until-passes.ts";

const MAIN = join(import.meta.dirname, "../../../dev/providers/main.ts");

async function start(env: Record<string, string> = {}): Promise<[ChildProcess, ReadyMessage]> {
  const child = fork(MAIN, { env: { ...process.env, ...env }, execArgv: [] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [message] = (await once(child, "message")) as [ReadyMessage];
  return [child, message];
}

test("listens on the given port and says so by IPC", async () => {
  const port = await choosePort(0);
  const [, ready] = await start({ PROVIDERS_PORT: String(port), PROVIDERS_MODE: "count" });
  expect(ready).toEqual({
    type: "ready",
    url: `http://127.0.0.1:${port}`,
    apnsH2Url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
  const control = providersClient(ready.url);
  const [subscription] = await control.makeSubscriptions();
  const response = await fetch(subscription?.endpoint ?? "", { method: "POST" });
  expect(response.status).toBe(201);
});

test("prints that it is ready when there is no IPC", async () => {
  const child = spawn(process.execPath, [MAIN]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  expect(JSON.parse(line)).toMatchObject({ type: "ready" });
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test.each<[string, (child: ChildProcess) => void]>([
  ["on SIGTERM", (child) => child.kill("SIGTERM")],
  ["when its parent is gone", (child) => child.disconnect()],
])("ends %s, even with a request hanging", async (_, how) => {
  const [child, { url }] = await start();
  const control = providersClient(url);
  await control.setFaults("fcm_token", { hang: { next: 1 } });
  const hanging = fetch(`${url}/fcm/token`, { method: "POST" }).catch((error: unknown) => error);
  await untilPasses(async () => {
    expect((await control.stats()).doors.fcm_token.in_flight).toBe(1);
  });
  const exit = once(child, "exit");
  how(child);
  expect(await exit).toEqual([0, null]);
  expect(await hanging).toBeInstanceOf(TypeError);
});
