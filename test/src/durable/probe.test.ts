import { expect, test, vi } from "vitest";
import { runInDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { bindings, send, api } from "../support/worker.ts";
test("probe time", async () => {
  const stub = bindings.BUILD_LOCK.get(bindings.BUILD_LOCK.idFromName("x"));
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3600_000 });
  const t = await runInDurableObject(stub, () => Date.now());
  expect(t).toBe(Date.now());
  vi.useRealTimers();
});
test("probe abort", async () => {
  const admin = await api("POST", "/api/v1/admin/builders", { token: bindings.ADMIN_TOKEN, json: { name: "b" } });
  const token = admin.body.data.token;
  const c = new AbortController();
  const { exports } = await import("cloudflare:workers");
  const p = (exports as any).default.fetch(new Request("https://slipway.test/builder/v1/lease", { method: "POST", signal: c.signal, headers: { authorization: `Bearer ${token}` }, body: JSON.stringify({ capabilities: { platforms: ["android-webview"], formats: ["apk"] }, wait_ms: 8000, current_jobs: [] }) }));
  await new Promise((r) => setTimeout(r, 500));
  const pool = bindings.BUILDER_POOL.get(bindings.BUILDER_POOL.idFromName("all"));
  const spy = vi.fn();
  await runInDurableObject(pool, (o: any) => { const old = o.leave; o.leave = async (id: string) => { spy(id); return old.call(o, id); }; });
  c.abort();
  console.log("fetch:", await p.then((r: Response) => r.status, (e: unknown) => String(e)));
  await new Promise((r) => setTimeout(r, 1500));
  console.log("leave calls", spy.mock.calls.length);
});
