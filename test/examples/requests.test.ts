// How the programs of examples/ ask: an API that the test plays asks them to come again, and is shown what they send.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { StackNote } from "../../dev/state.ts";
import { CURL, missing, PHP, Programs, PYTHON } from "./programs.ts";

type Played = (request: IncomingMessage, at: number) => [number, Record<string, string>, unknown];

/** The SHA-256 of what the played API answers for a file. */
const OF_FILE = createHash("sha256").update('{"data":{"id":3,"status":"completed"}}').digest("hex");

const asked: IncomingMessage[] = [];
let play: Played;
const server = createServer((request: IncomingMessage, answer: ServerResponse) => {
  const at = asked.push(request);
  const [status, headers, body] = play(request, at);
  request.resume().on("end", () => {
    answer.writeHead(status, headers).write(JSON.stringify(body));
    // What is shorter than it says breaks off.
    if ("content-length" in headers) answer.socket?.end();
    else answer.end();
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
afterAll(() => server.close());
beforeEach(() => {
  asked.length = 0;
});

const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const programs = new Programs({ url, api_token: "sw_live_played" } as StackNote);
const calls = () => asked.map(({ method, url: path }) => `${method} ${path}`);
const sent = (header: string) => asked.map(({ headers }) => headers[header]);

describe.each([CURL, PYTHON, PHP])("in $name", (language) => {
  const skipped = missing(language);

  test.skipIf(skipped)(
    "a program comes again after Retry-After with the same Idempotency-Key, and reads with the bookmark",
    async () => {
      play = ({ method, url: path = "" }, at) => {
        if (at === 1) return [429, { "retry-after": "1" }, { message: "Too Many Attempts." }];
        const bookmark = { "x-slipway-bookmark": `of-${at}` };
        if (method === "POST") return [201, bookmark, { data: { id: at } }];
        if (path.endsWith("/download")) return [200, {}, { download_url: `${url}/file` }];
        if (path === "/file") return [200, {}, { data: { id: 3, status: "completed" } }];
        const data = { id: 3, status: "completed", artifact_sha256: OF_FILE, url: "link" };
        return [200, { "x-slipway-bookmark": "of a read" }, { data }];
      };
      const stdout = await programs.run(language, "build", ["x", "https://example.com"]);
      expect(stdout).toContain("app 2\nbuild 3\n");
      expect(calls()).toEqual([
        "POST /api/v1/apps",
        "POST /api/v1/apps",
        "POST /api/v1/apps/2/builds",
        "GET /api/v1/builds/3",
        "GET /api/v1/builds/3/download",
        "GET /file",
        "GET /api/v1/builds/3/install",
      ]);
      const [first, again, other, read] = sent("idempotency-key");
      expect(first).toMatch(/^[0-9a-f]{32}$/);
      expect([again, other === first, read]).toEqual([first, false, undefined]);
      expect(sent("x-slipway-bookmark").slice(3)).toEqual(["of-3", "of-3", undefined, "of-3"]);
      // The link needs no key, and gets none.
      expect(sent("authorization")[5]).toBeUndefined();
      expect(sent("authorization")[6]).toBe("Bearer sw_live_played");
    },
  );

  test.skipIf(skipped)("a program gives up after four tries, with what the API said", async () => {
    play = () => [503, { "retry-after": "1" }, { message: "No builders available." }];
    const ended = await programs.start(language, "build", ["x", "https://example.com"]).ended;
    expect(ended).toMatchObject({ status: 1, stdout: "" });
    expect(ended.stderr).toContain('503 {"message":"No builders available."}');
    expect(calls()).toEqual(Array.from({ length: 4 }, () => "POST /api/v1/apps"));
  });

  test.skipIf(skipped)("no key goes along with a redirect to another origin", async () => {
    let strays = 0;
    const other = createServer((_, answer) => {
      strays += 1;
      answer.writeHead(200).end('{"data":{"id":1}}');
    }).listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    for (const redirect of [302, 307]) {
      play = () => [redirect, { location: `http://127.0.0.1:${port}/` }, { message: "Elsewhere." }];
      const ended = await programs.start(language, "build", ["x", "https://example.com"]).ended;
      expect(ended).toMatchObject({ status: 1, stdout: "" });
      expect(ended.stderr).toContain(`POST /api/v1/apps: ${redirect} {"message":"Elsewhere."}`);
    }
    // A channel's key is in a header of its own: the second answer is asked for with it.
    const made = { id: "1", api_key: "sw_chn_played" };
    play = ({ method }) =>
      method === "POST"
        ? [201, {}, { data: made }]
        : [302, { location: `http://127.0.0.1:${port}/` }, {}];
    const channel = await programs.start(language, "channel", ["1", "x"]).ended;
    expect(channel.status).toBe(1);
    expect(sent("x-channel-api-key").at(-1)).toBe("sw_chn_played");
    expect(strays).toBe(0);
    other.close();
  });

  test.skipIf(skipped)("a file that breaks off, or is another, is not saved", async () => {
    const short = { "content-length": "1000", connection: "close" };
    for (const [headers, body] of [
      [short, {}],
      [{}, { another: "file" }],
    ] as [Record<string, string>, unknown][]) {
      const own = new Programs({ url, api_token: "sw_live_played" } as StackNote);
      play = ({ method, url: path = "" }) => {
        if (path.endsWith("/download")) return [200, {}, { download_url: `${url}/file` }];
        if (path === "/file") return [200, headers, body];
        const data = { id: 3, status: "completed", artifact_sha256: OF_FILE };
        return [method === "POST" ? 201 : 200, {}, { data }];
      };
      const ended = await own.start(language, "build", ["x", "https://example.com"]).ended;
      expect(ended.status).toBe(1);
      expect(ended.stderr).toContain("app-3.apk was not saved");
      expect(readdirSync(own.folder)).toEqual([]);
    }
  });

  test.skipIf(skipped)("a keystore's copy that breaks off is not saved", async () => {
    const interpreters = language === CURL ? ["sh", "bash"] : [language.interpreter];
    for (const interpreter of interpreters) {
      const own = new Programs({ url, api_token: "sw_live_played" } as StackNote);
      play = ({ url: path = "" }) =>
        path.endsWith("/export")
          ? [200, { "content-length": "1000", connection: "close" }, { half: "a keystore" }]
          : [201, {}, { data: { id: 3, version_code: 1 } }];
      const ended = await own.start({ ...language, interpreter }, "release", ["1"]).ended;
      expect(ended.status).toBe(1);
      expect(ended.stdout).toBe("");
      expect(ended.stderr).toContain("POST /api/v1/keystores/3/export: ");
      expect(readdirSync(own.folder)).toEqual([]);
    }
  });

  test.skipIf(skipped)("another deployment's keystore of the same number stays", async () => {
    const own = new Programs({ url, api_token: "sw_live_played" } as StackNote);
    writeFileSync(join(own.folder, "keystore-3.p12"), "another");
    play = ({ url: path = "" }) => {
      if (path.endsWith("/export")) return [200, {}, { a: "keystore" }];
      return path.endsWith("/builds")
        ? [422, {}, { message: "No more builds." }]
        : [201, {}, { data: { id: 3, version_code: 1 } }];
    };
    const ended = await own.start(language, "release", ["1"]).ended;
    const [, copy = ""] = /saved as (\S+):/.exec(ended.stdout) ?? [];
    expect(copy).toMatch(/^keystore-3-\d+\.p12$/);
    expect(readdirSync(own.folder).toSorted()).toEqual([copy, "keystore-3.p12"].toSorted());
    expect(readFileSync(join(own.folder, "keystore-3.p12"), "utf8")).toBe("another");
  });

  test.skipIf(skipped)("a refusal ends the wait for a channel's person", async () => {
    const code = { qrcode: "data:image/gif;base64,R0lG", deepLink: "link" };
    play = ({ method, url: path = "" }) => {
      if (method === "POST") return [201, {}, { data: { id: "1", api_key: "sw_chn_played" } }];
      return path.endsWith("/code")
        ? [200, {}, code]
        : [403, {}, { message: "The plan has ended." }];
    };
    const ended = await programs.start(language, "channel", ["1", "x"]).ended;
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain("The plan has ended.");
    expect(calls().at(-1)).toMatch(/^GET \/channels\/1\/subscriptions\/[^/]+$/);
  });

  test.skipIf(skipped)("a program says why a build failed", async () => {
    const data = { id: 1, status: "failed", error_message: "The icon can't be drawn." };
    play = ({ method }) => [method === "POST" ? 201 : 200, {}, { data }];
    const ended = await programs.start(language, "build", ["x", "https://example.com"]).ended;
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain("The build ended as failed: ");
    expect(ended.stderr).toContain("The icon can't be drawn.");
  });
});
