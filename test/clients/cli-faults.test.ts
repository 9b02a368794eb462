// The command line where the service or the way to it has faults: copies that lag, answers that break off, silence.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Api } from "../../clients/cli/api.ts";
import { followBuild } from "../../clients/cli/follow.ts";
import { untilPasses } from "../support/until-passes.ts";
import { oneLine, Person } from "./cli-process.ts";
import { say, service } from "./cli-service.ts";

const KEY = "sw_live_faults";

test("reads and streams carry the newest bookmark of the answers before them", async () => {
  const first = "0000000a-00000000-00000000-0000000000000000000000000000000a";
  const second = "0000000b-00000000-00000000-0000000000000000000000000000000b";
  const { url, asked } = await service((request, response) => {
    if (request.method === "POST")
      response.setHeader("x-slipway-bookmark", request.url === "/1" ? first : second);
    if (request.url === "/logs")
      return response.setHeader("content-type", "text/event-stream").end();
    return say(response, {});
  });
  const api = new Api({ url, key: KEY });
  await api.call("GET", "/");
  await api.call("POST", "/1");
  await api.call("GET", "/");
  await api.call("POST", "/2");
  await api.events("/logs", null, new AbortController().signal);
  const sent = asked.map(({ headers }) => headers["x-slipway-bookmark"]);
  expect(sent).toEqual([undefined, undefined, first, undefined, second]);
});

test("an answer that breaks off is asked for again, by the same key", async () => {
  const { url, asked } = await service((_, response) => {
    if (asked.length > 1) return say(response, { id: 7 }, 201);
    response.writeHead(201, { "content-length": 100 });
    return response.write('{"id":', () => response.destroy());
  });
  const api = new Api({ url, key: KEY });
  expect(await api.call("POST", "/", { idempotencyKey: "once" })).toEqual({ id: 7 });
  expect(asked.map(({ headers }) => headers["idempotency-key"])).toEqual(["once", "once"]);
});

describe("following a build", () => {
  afterEach(() => void vi.useRealTimers());

  /** Follows by streams of these pieces; before each piece so many seconds pass. The last stream comes again and again. */
  async function follow(streams: (readonly [seconds: number, text: string])[][], breaks: boolean) {
    vi.useFakeTimers({ toFake: ["Date"] });
    let opened = 0;
    const events = async () => {
      const pieces = (streams[opened++] ?? streams.at(-1) ?? []).values();
      const body = new ReadableStream({
        pull: (controller) => {
          for (const [seconds, text] of pieces) {
            vi.setSystemTime(Date.now() + seconds * 1000);
            if (text !== "") return controller.enqueue(new TextEncoder().encode(text));
          }
          return breaks ? controller.error(new Error("cut")) : controller.close();
        },
      });
      return new Response(body);
    };
    const api = Object.assign(new Api({ url: "http://127.0.0.1:9", key: KEY }), { events });
    const watcher = { status: () => {}, line: () => {}, broken: () => {} };
    const ended = followBuild(api, 1, watcher, new AbortController().signal);
    const how = await ended.catch((error: unknown) => error);
    return { opened, how };
  }

  const END = 'event: end\nid: 9\ndata: {"status":"completed"}\n\n';
  const GAVE_UP = { kind: "unavailable" };

  test("goes on after a break behind quiet minutes, whose keep-alives were heard", async () => {
    const quiet = Array.from({ length: 20 }, () => [15, ": waiting\n\n"] as const);
    const { opened, how } = await follow([quiet, [[0, END]]], true);
    expect({ opened, how }).toMatchObject({ opened: 2, how: { status: "completed" } });
  });

  test("gives up on streams that say nothing, or nothing that can be read", async () => {
    const empty = await follow([[[50, ""]]], false);
    expect(empty).toMatchObject({ opened: 3, how: GAVE_UP });
    const pause = [50, ""] as const;
    const greeted = await follow([[pause, [0, ": hello\n\n"]]], false);
    expect(greeted).toMatchObject({ opened: 3, how: GAVE_UP });
    const odd = await follow([[pause, [0, "event: log\nid: 5\ndata: {\n\n"]]], false);
    expect(odd.how).toMatchObject(GAVE_UP);
  });
});

describe("webhooks listen", () => {
  test("has the secret of the environment, and notes a webhook of which nobody knows whether it is there", async () => {
    const bodies: string[] = [];
    const { url } = await service((request, response) => {
      request.setEncoding("utf8").on("data", (text: string) => bodies.push(text));
      request.on("end", () => response.destroy());
    });
    const secret = `whsec_${"A".repeat(43)}=`;
    const person = new Person({ SLIPWAY_URL: url, SLIPWAY_KEY: KEY });
    const args = ["webhooks", "listen", "--json"];
    const ended = await person.json(args, { env: { SLIPWAY_WEBHOOK_SECRET: secret } });
    expect(ended).toMatchObject({ code: 4 });
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ secret });
    expect(readdirSync(join(person.config, "slipway/listening"))).toHaveLength(1);
    const wrong = await person.json(args, { env: { SLIPWAY_WEBHOOK_SECRET: "whsec_short" } });
    expect(wrong).toMatchObject({ code: 2, value: { error: { kind: "usage" } } });
  });

  test("is heard below the path of a tunnel", async () => {
    const { url } = await service((_, response) => say(response, { data: { id: "1" } }, 201));
    const person = new Person({ SLIPWAY_URL: url, SLIPWAY_KEY: KEY });
    const tunnel = ["--public-url", "https://tunnel.example/a/"];
    const running = person.start(["webhooks", "listen", ...tunnel, "--forward", "localhost:9"]);
    await running.printed.find(/at https:\/\/tunnel\.example\/a\./);
    const [file = ""] = readdirSync(join(person.config, "slipway/listening"));
    const { mark, port } = JSON.parse(
      readFileSync(join(person.config, "slipway/listening", file), "utf8"),
    );
    expect((await fetch(`http://127.0.0.1:${port}/a/${mark}`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/a/x${mark}`)).status).toBe(404);
    running.child.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
  });
});

test.skipIf(process.platform !== "linux")(
  "reading the key from stdin ends with SIGTERM",
  async () => {
    const person = new Person();
    const args = ["login", "--url", "http://127.0.0.1:9", "--key", "-"];
    const { child, ended } = person.start(args, { input: null });
    // SIGHUP, the first of the mask, is the last that the program takes; Node itself takes SIGTERM earlier
    const takesSignal = () => {
      const caught = /SigCgt:\s*(\w+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      expect(BigInt(`0x${caught}`) & 1n).not.toBe(0n);
    };
    await untilPasses(takesSignal);
    child.kill("SIGTERM");
    expect((await ended).code).toBe(130);
  },
);

test("what the service says moves no cursor, in text and in JSON", async () => {
  const evil = "a\u001B[2Jb\u009B2Jc";
  const { url } = await service((_, response) =>
    say(response, { data: { id: 1, name: evil, plan: { name: evil }, build_credits: evil } }),
  );
  const person = new Person({ SLIPWAY_URL: url, SLIPWAY_KEY: KEY });
  const text = await person.run(["whoami"]);
  const { stdout, value } = await person.json(["whoami"]);
  expect(value.account.name).toBe(evil);
  expect(text.stdout).toContain("a [2Jb 2Jc build credits");
  expect(text.stdout + stdout).not.toMatch(/(?!\n)\p{Cc}/u);
});

test("a device is not replaced by a build", async () => {
  const person = new Person({ SLIPWAY_URL: "http://127.0.0.1:9", SLIPWAY_KEY: KEY });
  const ended = await person.run(["build", "example.com", "--out", "/dev/null"]);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("/dev/null is no file");
});

test("a second Ctrl-C ends what waits for an answer, and says what is unknown", async () => {
  const { url, asked } = await service((request, response) => {
    if (request.method === "GET") say(response, { data: [] });
  });
  const person = new Person({ SLIPWAY_URL: url, SLIPWAY_KEY: KEY });
  const running = person.start(["build", "example.com", "--json"]);
  await untilPasses(() => expect(asked.at(-1)?.method).toBe("POST"));
  const pressing = setInterval(() => running.child.kill("SIGINT"), 100);
  const { code, stdout } = await running.ended.finally(() => clearInterval(pressing));
  expect(code).toBe(130);
  expect(oneLine(stdout).error.message).toContain("Whether the app was made is unknown.");
});
