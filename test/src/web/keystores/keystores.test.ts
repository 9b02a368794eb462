// The page of an account's keystores: what it shows, and its forms.
import { expect, test } from "vitest";
import { newBuilt, newKeystore, taken } from "../../../support/built.ts";
import { triggered, useTestClock } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { ORIGIN, rows, send } from "../../../support/worker.ts";

useTestClock();

const pageOf = ({ base }: TestPerson) => `${base}/keystores`;

test("keystores are generated, and listed with their fingerprints and what they sign", async () => {
  const built = await newBuilt();
  const { person, app } = built;
  const path = pageOf(person);
  const empty = await person.get(path);
  expect(empty.html).toContain("No keystore yet");
  const made = await person.post(`${path}/generate`, { name: "market-release", algorithm: "ec" });
  expect([made.status, made.to]).toEqual([303, path]);
  const unused = (await person.get(path)).html;
  expect(unused).toContain("1 keystore for 0 apps.");
  expect(unused).toContain('data-tone="idle">Unused');
  const [{ id, certificate_sha256: sha256 }] = await rows(
    "SELECT id, certificate_sha256 FROM keystores WHERE account_id = ? AND kind = 'own'",
    built.account.id,
  );
  const builder = await FakeBuilder.start();
  const wanted = { preset: "apk", keystore_id: String(id) };
  const { lease } = await taken(built, builder, wanted);
  await builder.finish(lease);
  const { html } = await person.get(path);
  expect(html).toContain(sha256.toUpperCase().replaceAll(/..(?!$)/g, "$&:"));
  expect(html).toContain('data-tone="ok">In use');
  expect(html).toContain(`href="${built.path}">`);
  expect(html).toContain(`build ${lease.build_id}`);
  expect(app.id).toBeGreaterThan(0);
});

test("what is wrong stands at its field, in the dialog that was sent, with what was typed and no password", async () => {
  const { person } = await newBuilt();
  const path = pageOf(person);
  const nameless = await person.post(`${path}/generate`, { name: " ", algorithm: "ec" });
  expect(nameless.status).toBe(422);
  expect(nameless.html).toMatch(/id="f-generate-name-error"/);
  expect(nameless.html).toMatch(/<dialog[^>]*id="new-key"[^>]* open/);
  expect(nameless.html).toMatch(/value="ec" checked/);
  const form = new FormData();
  form.set("name", "my upload");
  form.set("store_password", "correct horse");
  const fileless = await person.post(`${path}/upload`, form);
  expect(fileless.html).toMatch(/id="f-upload-file-error">Must be chosen\./);
  form.set("file", new File(["no keystore"], "a.p12"));
  const wrong = await person.post(`${path}/upload`, form);
  expect(wrong.html).toContain("Must be a PKCS #12 or JKS keystore.");
  expect(wrong.html).toContain('value="my upload"');
  expect(wrong.html).not.toContain("correct horse");
});

test("a keystore is exported as a file, which can be uploaded again", async () => {
  const built = await newBuilt();
  const { person } = built;
  const path = pageOf(person);
  const { id, certificate_sha256: sha256 } = await newKeystore(built, "market-release");
  const short = await person.post(`${path}/${id}/export`, {
    keystore: String(id),
    password: "abc",
  });
  expect(short.status).toBe(422);
  expect(short.html).toMatch(new RegExp(`id="f-${id}-export-password-error"`));
  const once = crypto.randomUUID();
  const exported = async () =>
    send("POST", `${path}/${id}/export`, {
      headers: { cookie: person.cookie, origin: ORIGIN, "sec-fetch-site": "same-origin" },
      body: new URLSearchParams({ keystore: String(id), password: "correct horse", once }),
    });
  expect((await person.get(path)).html).toContain("Never, by the audit log");
  const file = await exported();
  expect((await person.get(path)).html).toMatch(
    /<dt>Exported<\/dt><dd><time.*?by Mira Finch<\/span>/,
  );
  // The page stays as it is, so that the same form can be sent again.
  expect((await exported()).headers.get("content-type")).toBe("application/x-pkcs12");
  expect(file.headers.get("content-type")).toBe("application/x-pkcs12");
  expect(file.headers.get("content-disposition")).toContain('filename="market-release.p12"');
  const form = new FormData();
  form.set("name", "a copy");
  form.set("store_password", "correct horse");
  form.set("file", new File([await file.arrayBuffer()], "market-release.p12"));
  const uploaded = await person.post(`${path}/upload`, form);
  expect([uploaded.status, uploaded.to]).toEqual([303, path]);
  const copies = await rows(
    "SELECT name FROM keystores WHERE certificate_sha256 = ? ORDER BY id",
    sha256,
  );
  expect(copies.map(({ name }) => name)).toEqual(["market-release", "a copy"]);
});

test("an unused keystore is deleted at once, one that released only by its name, one that a build needs not at all", async () => {
  const built = await newBuilt();
  const { person } = built;
  const path = pageOf(person);
  const unused = await newKeystore(built, "unused");
  const { id } = await newKeystore(built, "market-release");
  expect((await person.post(`${path}/${unused.id}/delete`)).to).toBe(path);
  const builder = await FakeBuilder.start();
  const { lease } = await taken(built, builder, { preset: "apk", keystore_id: String(id) });
  const fields = { keystore: String(id), name: "market-release" };
  const needed = await person.post(`${path}/${id}/delete`, fields);
  expect(needed.status).toBe(409);
  expect(needed.html).toContain("A build needs this keystore right now.");
  await builder.finish(lease);
  const shown = (await person.get(path)).html;
  expect(shown).toContain("Type market-release to delete it");
  expect(shown).toContain("com.example.market");
  const unnamed = await person.post(`${path}/${id}/delete`, { ...fields, name: "market" });
  expect(unnamed.status).toBe(422);
  expect(unnamed.html).toContain("Must be its name, market-release.");
  expect((await person.post(`${path}/${id}/delete`, fields)).to).toBe(path);
  expect(await rows("SELECT 1 FROM keystores WHERE id IN (?, ?)", id, unused.id)).toEqual([]);
});

test("keys are made, uploaded and exported twenty times a minute by an account, the API's among them", async () => {
  const built = await newBuilt();
  const path = pageOf(built.person);
  const statuses = new Set<number>();
  let last = "";
  for (let n = 0; n < 41 && !statuses.has(429); n += 1) {
    await newKeystore(built, `by API ${n}`);
    const { status, html } = await built.person.post(`${path}/generate`, {
      name: `by page ${n}`,
      algorithm: "ec",
    });
    statuses.add(status);
    last = html;
  }
  expect([...statuses]).toEqual([303, 429]);
  expect(last).toContain("Too many keys in a minute.");
  expect(last).toContain('value="by page ');
});

test("who may not change keystores sees them without controls, and others see none", async () => {
  const built = await newBuilt();
  const { id } = await newKeystore(built, "market-release");
  await FakeBuilder.start();
  await triggered(built);
  const other = await signedIn("owner");
  for (const role of ["marketer", "viewer"] as const) {
    const looking = await signedIn(role, built.account);
    const path = pageOf(looking);
    const shown = await looking.get(path);
    expect(shown.status).toBe(200);
    expect(shown.html).toContain("market-release");
    expect(shown.html).not.toContain("export-key");
    for (const action of ["generate", "upload", `${id}/export`, `${id}/delete`]) {
      expect((await looking.post(`${path}/${action}`)).status).toBe(403);
      expect((await other.post(`${path}/${action}`)).status).toBe(404);
    }
  }
  expect((await other.get(pageOf(built.person))).status).toBe(404);
  expect((await other.post(`${pageOf(other)}/${id}/export`, { password: "x" })).status).toBe(404);
  expect((await other.post(`${pageOf(other)}/${id}/delete`)).status).toBe(404);
});
