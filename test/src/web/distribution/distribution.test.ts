// The page of an app's distribution: its keys, its app links, the checklists, and the proof build.
import { expect, test, vi } from "vitest";
import { newBuilt, newKeystore, taken, type Built } from "../../../support/built.ts";
import { useTestClock } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { signedIn } from "../../../support/person.ts";
import { api, rows } from "../../../support/worker.ts";

useTestClock();

const pageOf = ({ path }: Built) => `${path}/distribution`;
const colons = (hex: string) => hex.toUpperCase().replaceAll(/..(?!$)/g, "$&:");
const PLAY = "ab".repeat(32);

/** Which of the checklist is done, by its titles. */
function checks(html: string): Record<string, string> {
  const list = /<ul class="checks">(.*?)<\/ul>/s.exec(html)?.[1] ?? "";
  const items = [...list.matchAll(/<li(?: data-tone="(\w+)")?>.*?<span>(.*?)<small>/gs)];
  const bare = (text: string) =>
    text
      .replaceAll(/<span.*?<\/span>/g, "")
      .replaceAll(/<[^>]+>/g, "")
      .replaceAll("&#39;", "'");
  return Object.fromEntries(items.map(([, tone, title]) => [bare(title ?? ""), tone ?? "todo"]));
}

test("before anything is built the page says what to do first", async () => {
  const built = await newBuilt();
  const { html } = await built.person.get(pageOf(built));
  expect(html).toContain("There is none yet. Releases are signed with one.");
  expect(html).toContain("No certificate is known yet.");
  expect(html).toContain('data-tone="wait">To do');
  expect(checks(html)).toMatchObject({
    "AAB signed with your key": "todo",
    "A key that is good for long enough": "todo",
    "A package name of your own": "ok",
    "Targets API level 36": "ok",
    "Icon of 512 by 512": "todo",
    "Play's certificate in the app links": "todo",
    "Privacy policy address": "todo",
  });
});

test("a released bundle, Play's certificate and an own icon are checked off", async () => {
  const built = await newBuilt();
  const { person, app } = built;
  const path = pageOf(built);
  const keystore = await newKeystore(built, "market-release");
  await newKeystore(built, "another");
  const builder = await FakeBuilder.start(["aab"]);
  const wanted = { preset: "aab", keystore_id: String(keystore.id) };
  const { lease } = await taken(built, builder, wanted);
  await builder.finish(lease);
  await rows("UPDATE apps SET icon_key = 'x' WHERE id = ?", app.id);
  const saved = await person.post(`${path}/play-signing`, { play_signing_sha256: colons(PLAY) });
  expect([saved.status, saved.to]).toEqual([303, path]);
  const { html } = await person.get(path);
  expect(checks(html)).toMatchObject({
    "AAB signed with your key": "ok",
    "A key that is good for long enough": "ok",
    "The next version code": "todo",
    Icon: "ok",
    "Play's certificate in the app links": "ok",
    "Publish from the site owner's own account": "warn",
  });
  expect(html).toContain(`Build ${lease.build_id}`);
  expect(html).toContain("Fingerprints of market-release");
  expect(html.indexOf("signs this app")).toBeLessThan(html.indexOf("unused"));
  const json = /<pre[^>]*>(.*?)<\/pre>/s.exec(html)?.[1]?.replaceAll("&quot;", '"') ?? "";
  const served = await api("GET", `/api/v1/apps/${app.id}/assetlinks`, {
    token: built.account.key,
  });
  expect(JSON.parse(json)).toEqual(served.body);
  expect(json).toContain(colons(keystore.certificate_sha256));
  expect(json).toContain(colons(PLAY));
});

test("a package name that was made up, and a key that ends early, are warned of", async () => {
  const built = await newBuilt();
  await newKeystore(built, "old");
  await rows(
    "UPDATE keystores SET expires_at = ? WHERE account_id = ? AND kind = 'own'",
    Date.UTC(2031, 5, 30),
    built.account.id,
  );
  await rows(
    "INSERT INTO keystore_apps (keystore_id, app_id) SELECT id, ? FROM keystores WHERE account_id = ? AND kind = 'own'",
    built.app.id,
    built.account.id,
  );
  await rows("UPDATE apps SET package_name = 'app.slipway.a1.market' WHERE id = ?", built.app.id);
  const { html } = await built.person.get(pageOf(built));
  expect(checks(html)).toMatchObject({
    "A package name of your own": "warn",
    "The key of old ends too early": "warn",
  });
});

test("Play's certificate is refused at its field, kept as typed, and taken away when it is emptied", async () => {
  const built = await newBuilt();
  const path = pageOf(built);
  const wrong = await built.person.post(`${path}/play-signing`, { play_signing_sha256: "AB:CD" });
  expect(wrong.status).toBe(422);
  expect(wrong.html).toMatch(
    /id="f-play-signing-play_signing_sha256-error">Must be a SHA-256, not a SHA-1/,
  );
  expect(wrong.html).toContain('value="AB:CD"');
  await built.person.post(`${path}/play-signing`, { play_signing_sha256: PLAY });
  await built.person.post(`${path}/play-signing`, { play_signing_sha256: "" });
  const [app] = await rows(
    "SELECT play_signing_sha256 AS play FROM apps WHERE id = ?",
    built.app.id,
  );
  expect(app.play).toBeNull();
});

test("the proof of who owns the package name is built with its token, and says what is wrong with that", async () => {
  const built = await newBuilt();
  const { person } = built;
  const path = pageOf(built);
  const { id } = await newKeystore(built, "market-release");
  const builder = await FakeBuilder.start();
  const wrong = await person.post(`${path}/proof`, { keystore_id: String(id), adi_token: "a\tb" });
  expect(wrong.status).toBe(422);
  expect(wrong.html).toMatch(/id="f-proof-adi_token-error">Must be 1 to 200 printable ASCII/);
  const wanted = { keystore_id: String(id), adi_token: "TOKEN" };
  const started = await person.post(`${path}/proof`, wanted);
  expect([started.status, started.to]).toEqual([303, expect.stringMatching(/\/builds\/\d+$/)]);
  const busy = await person.post(`${path}/proof`, wanted);
  expect(busy.status).toBe(409);
  expect(busy.html).toContain("A build of this app goes on already.");
  const { lease, job } = await builder.take();
  expect(job.adi_token).toBe("TOKEN");
  await builder.finish(lease);
  expect((await person.get(path)).html).toContain("Proof built");
});

test("who may not change the app sees its distribution without forms, and others see nothing", async () => {
  const built = await newBuilt();
  await newKeystore(built, "market-release");
  const viewer = await signedIn("viewer", built.account);
  const other = await newBuilt();
  const path = pageOf(built);
  const shown = await viewer.get(path);
  expect(shown.status).toBe(200);
  expect(shown.html).not.toContain("play_signing_sha256");
  expect(shown.html).not.toContain("adi_token");
  for (const action of ["play-signing", "proof"]) {
    expect((await viewer.post(`${path}/${action}`)).status).toBe(403);
    expect((await other.person.post(`${path}/${action}`)).status).toBe(404);
    const elsewhere = `${other.person.base}/apps/${built.app.id}/distribution`;
    expect((await other.person.post(`${elsewhere}/${action}`)).status).toBe(404);
    expect((await other.person.get(elsewhere)).status).toBe(404);
  }
});

/** Has the app's site, and the resolver of its host, answer. */
function site(answer: () => Response | Promise<Response>) {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { hostname } = new URL(input instanceof Request ? input.url : input);
    if (hostname !== "cloudflare-dns.com") return answer();
    return Response.json({ Answer: [{ type: 1, data: "93.184.215.14" }] });
  });
}

test("the site is asked for its file, and what Android would miss in it is said", async () => {
  const built = await newBuilt();
  const { person } = built;
  const path = pageOf(built);
  await person.post(`${path}/play-signing`, { play_signing_sha256: colons(PLAY) });
  const own = await newKeystore(built, "market-release");
  const builder = await FakeBuilder.start();
  const wanted = { preset: "apk", keystore_id: String(own.id) };
  const { lease } = await taken(built, builder, wanted);
  await builder.finish(lease);
  const { html } = await person.get(path);
  const file = (/<pre[^>]*>(.*?)<\/pre>/s.exec(html)?.[1] ?? "").replaceAll("&quot;", '"');
  const json = (text: string, type = "application/json") =>
    new Response(text, { headers: { "content-type": type } });
  const others = JSON.stringify([
    { relation: ["x"], target: { namespace: "web", site: "https://a.example" } },
    {
      relation: [],
      target: { namespace: "android_app", package_name: "b", sha256_cert_fingerprints: [] },
    },
  ]);
  const cases: [() => Response | Promise<Response>, string][] = [
    [() => json(file), "Live and right."],
    [() => json(file.toLowerCase(), "application/json; charset=utf-8"), "Live and right."],
    [() => json(`[${others.slice(1, -1)},${file.slice(1, -1)}]`), "Live and right."],
    [() => json(file.replace(colons(PLAY), colons("cd".repeat(32)))), "lacks a certificate"],
    [() => json(file.replace("handle_all_urls", "get_login_creds")), "is of other apps"],
    [() => json(others), "is of other apps"],
    [() => json("[]"), "is of other apps"],
    [() => json("<html>"), "is no list of statements"],
    [() => json(`${file}${" ".repeat(200_000)}`), "is no list of statements"],
    [() => json(file, "text/html; charset=utf-8"), "and is text/html; charset=utf-8."],
    [
      () => new Response(null, { status: 301, headers: { location: "/" } }),
      "The site leads elsewhere",
    ],
    [() => new Response("", { status: 404 }), "status 404"],
    [async () => Promise.reject(new Error("down")), "The site did not answer"],
  ];
  for (const [answer, says] of cases) {
    site(answer);
    const checked = await person.post(`${path}/site-check`);
    expect([checked.status, says], checked.html).toEqual([200, says]);
    expect(checked.html).toContain(says);
  }
});

test("a site that is not public, or not https, is not asked for its file", async () => {
  const built = await newBuilt();
  await rows("UPDATE apps SET play_signing_sha256 = ? WHERE id = ?", PLAY, built.app.id);
  const asked = vi.spyOn(globalThis, "fetch");
  for (const url of ["https://192.168.0.1/", "http://example.com/", "https://printer.local/", ""]) {
    await rows("UPDATE apps SET url = ? WHERE id = ?", url, built.app.id);
    const { html } = await built.person.post(`${pageOf(built)}/site-check`);
    expect(html, url).toContain("t be asked from here");
  }
  expect(asked).not.toHaveBeenCalled();
  const viewer = await signedIn("viewer", built.account);
  expect((await viewer.post(`${pageOf(built)}/site-check`)).status).toBe(403);
  expect((await viewer.get(pageOf(built))).html).not.toContain("site-check");
});
