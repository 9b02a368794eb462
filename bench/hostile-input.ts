// Measures what input costs that is as hostile as the limits of a request allow. Each is sent a few times to the local
// stack; what stands out costs more than its size does, which is 10 to 30 ms for a body of 1 MiB.
//
//   node bench/hostile-input.ts [WORD]   only those whose name contains WORD
//
// It takes minutes, since it waits whenever a rate limit says so.
import { z } from "zod";
import { hostileKeystores } from "./hostile-keystores.ts";
import { ofAnyBody, ofLists, ofOthers, type HostileRequest } from "./hostile-requests.ts";
import { PushApp, withPushStack } from "./push-stack.ts";
import { header, row } from "./report.ts";

/** How often each is sent. */
const RUNS = 5;
const LONGEST_NAME = 43;

const Channel = z.object({ data: z.object({ id: z.string(), api_key: z.string() }) });

const word = process.argv[2] ?? "";

/** Sends the request until it is not refused by a rate limit. Returns how long the last try took, ms. */
async function timed(url: string, token: string, request: HostileRequest): Promise<number> {
  const { method, path, body, headers } = request;
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  for (;;) {
    const begin = performance.now();
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      redirect: "manual",
      ...(body === undefined ? {} : { body: isRaw ? Buffer.from(body) : JSON.stringify(body) }),
      // The connection also ends when a body is refused unread.
    }).catch(() => new Response(null, { status: 429, headers: { "retry-after": "5" } }));
    await response.text();
    const took = performance.now() - begin;
    if (response.status !== 429) return took;
    const seconds = Number(response.headers.get("retry-after"));
    await new Promise((done) => setTimeout(done, seconds * 1000));
  }
}

/** Keystores are base64 in JSON. */
async function ofKeystores(): Promise<HostileRequest[]> {
  return (await hostileKeystores()).map(({ name, file, password, keyPassword }) => {
    const body = {
      name: "K",
      file: Buffer.from(file).toString("base64"),
      store_password: password,
      ...(keyPassword === undefined ? {} : { key_password: keyPassword }),
    };
    return { name: `keystore: ${name}`, method: "POST", path: "/api/v1/keystores", body };
  });
}

await withPushStack(async ({ url, api, token }) => {
  const { data: app } = await api.post("/api/v1/push/apps", { name: "Hostile" }, PushApp);
  const wanted = { name: "Hostile", app_id: app.v1_id };
  const { data: channel } = await api.post("/api/v1/channels", wanted, Channel);
  const target = { app: app.id, id: app.v1_id, channel };
  const usual: HostileRequest[] = ["/healthz", "/openapi.json", "/api/v1/account"].map((path) => {
    return { name: path, method: "GET", path };
  });
  header("hostile input");
  for (const request of [
    ...usual,
    ...ofAnyBody(target),
    ...ofLists(target),
    ...ofOthers(target),
    ...(await ofKeystores()),
  ]) {
    if (!request.name.includes(word)) continue;
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += 1) times.push(await timed(url, token, request));
    row(request.name.slice(0, LONGEST_NAME), times);
  }
});
