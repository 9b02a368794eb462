// An app's icon: its page, its picture, and how it is set and removed.
import { expect, test } from "vitest";
import { errorAt, withApp, wordsOf } from "../../../support/app-page.ts";
import { filesOf } from "../../../support/builds.ts";
import { jpeg, png, svg } from "../../../support/images.ts";
import { browser, signedIn, type TestPerson } from "../../../support/person.ts";
import { api, rows } from "../../../support/worker.ts";

function upload(
  person: TestPerson,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  name = "icon.png",
) {
  const form = new FormData();
  form.set("icon", new File([bytes], name));
  return person.post(`${path}/icon`, form);
}

const LAYERS = [
  ["foreground", "Foreground layer"],
  ["monochrome", "Monochrome layer"],
] as const;

test.each(LAYERS)(
  "the %s layer is set and removed, shown as it is, and refused with the reason",
  async (layer, title) => {
    const { person, path, app } = await withApp("developer");
    const before = (await person.get(`${path}/icon`)).html;
    expect(wordsOf(before)).toContain(title);
    expect(before).not.toContain(`${path}/icon/${layer}/remove`);
    const put = (bytes: Uint8Array<ArrayBuffer>) => {
      const form = new FormData();
      form.set("icon", new File([bytes], "layer.png"));
      return person.post(`${path}/icon/${layer}`, form);
    };
    const empty = png(2, 2, { depth: 8, colourType: 6, rows: new Uint8Array(18) });
    const refused = await put(empty);
    expect(refused.status).toBe(422);
    expect(errorAt(refused.html, `f-${layer}-icon`)).toBe(
      "Must not be empty: nothing of it is visible.",
    );
    const done = await put(png(432, 432));
    expect([done.status, done.to]).toEqual([303, `${path}/icon`]);
    const shown = await api("GET", `/api/v1/apps/${app.id}`, { token: person.account.key });
    const src = `${path}/icon/${shown.body.data[`icon_${layer}`].sha256}`;
    const { html } = await person.get(`${path}/icon`);
    expect(html).toContain(`<image href="${src}" width="108" height="108"`);
    expect((await person.get(src)).status).toBe(200);
    const viewer = await signedIn("viewer", person.account);
    const seen = (await viewer.get(`${path}/icon`)).html;
    expect(wordsOf(seen)).toContain(title);
    expect(seen).not.toContain(`${path}/icon/${layer}"`);
    expect((await viewer.post(`${path}/icon/${layer}/remove`)).status).toBe(403);
    expect(html).toContain(`action="${path}/icon/${layer}/remove"`);
    expect((await person.post(`${path}/icon/${layer}/remove`)).to).toBe(`${path}/icon`);
    expect(await filesOf(app.id)).toEqual([]);
  },
);

test("the colour behind the figure is set, refused where it is none, and removed", async () => {
  const { person, path, app } = await withApp();
  await upload(person, path, svg(), "leaf.svg");
  const save = (color: string) =>
    person.post(`${path}/icon/background`, { "config.icon_background": color });
  const config = async () =>
    (await api("GET", `/api/v1/apps/${app.id}`, { token: person.account.key })).body.data.config;
  expect((await save("#112233")).status).toBe(303);
  expect((await config()).icon_background).toBe("#112233");
  expect((await person.get(`${path}/icon`)).html).toMatch(
    /data-behind="#112233" data-given="true"><rect width="108" height="108" fill="#112233"/,
  );
  const refused = await save("red");
  expect(refused.status).toBe(422);
  expect(errorAt(refused.html, "f-background-config-icon_background")).toMatch(/^Must be a colour/);
  // a letter stands on it too, as builders draw it
  await person.post(`${path}/icon/remove`);
  const letter = (await person.get(`${path}/icon`)).html;
  expect(letter).toContain('<rect width="108" height="108" fill="#112233"');
  expect(letter).toContain('<rect width="64" height="64" fill="#112233"');
  await save("");
  expect((await config()).icon_background).toBeUndefined();
});

const MASKS = ["circle", "squircle", "rounded", "square"];

test("without a picture the letter is drawn, in every mask and in one colour", async () => {
  const { person, path } = await withApp("owner", {
    name: "örnek",
    config: { theme_color: "#ffee00" },
  });
  const { html } = await person.get(`${path}/icon`);
  for (const mask of MASKS) expect(html).toContain(`aria-label="Icon cut as ${mask}"`);
  expect(html).toContain("as themed launchers show it");
  expect(html).toContain("safe zone: a circle of 66 of 108 units");
  expect(html).toMatch(
    /<rect width="64" height="64" fill="#ffee00"[^>]*><\/rect><text [^>]*fill="#000">Ö/,
  );
  expect(html).not.toContain("Remove the picture");
});

test("a picture that is uploaded is the icon at once, everywhere, and the API says the same", async () => {
  const { person, path, app } = await withApp("developer");
  const bytes = png(512, 512);
  const done = await upload(person, path, bytes);
  expect([done.status, done.to]).toEqual([303, `${path}/icon`]);
  const { icon } = (await api("GET", `/api/v1/apps/${app.id}`, { token: person.account.key })).body
    .data;
  expect(icon.media_type).toBe("image/png");
  const src = `${path}/icon/${icon.sha256}`;
  for (const page of [person.base, path, `${path}/icon`, `${path}/design`]) {
    expect((await person.get(page)).html, page).toContain(`<image href="${src}"`);
  }
  const picture = await person.get(src);
  expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
  expect(picture.headers.get("content-security-policy")).toContain("sandbox");
  expect(picture.headers.get("cross-origin-resource-policy")).toBe("same-origin");
  expect((await person.get(`${path}/icon/${"0".repeat(64)}`)).status).toBe(404);
  expect((await (await signedIn()).get(src)).status).toBe(404);
  expect((await browser().get(src)).status).toBe(303);
});

test("what is no picture, too large a one or none at all is refused at the field, and the icon stays", async () => {
  const { person, path } = await withApp();
  await upload(person, path, jpeg(64, 64));
  const [before] = await rows("SELECT icon_key FROM apps ORDER BY id DESC LIMIT 1");
  const cases: [Uint8Array<ArrayBuffer>, RegExp][] = [
    [Uint8Array.from(Buffer.from("GIF89a")), /^Must be a PNG, JPEG, WebP or SVG image\.$/],
    [png(5000, 5000), /^Must not have more than 16777216 pixels\.$/],
    [new Uint8Array(), /^Must be a picture: choose one\.$/],
    [new Uint8Array(5 * 1024 * 1024 + 1), /^Must have at most 5 MB\.$/],
  ];
  for (const [bytes, expected] of cases) {
    const refused = await upload(person, path, bytes);
    expect(refused.status).toBe(422);
    expect(errorAt(refused.html, "f-icon")).toMatch(expected);
  }
  const huge = await upload(person, path, new Uint8Array(6 * 1024 * 1024));
  expect(huge.status).toBe(413);
  expect(wordsOf(huge.html)).toContain("As phones show it");
  expect(await rows("SELECT icon_key FROM apps ORDER BY id DESC LIMIT 1")).toEqual([before]);
});

test("a removed picture is gone with its file, and the letter is drawn again", async () => {
  const { person, path, app } = await withApp();
  await upload(person, path, svg(), "leaf.svg");
  expect(await filesOf(app.id)).toHaveLength(1);
  expect((await person.get(`${path}/icon`)).html).toContain("Remove the picture of My App?");
  const done = await person.post(`${path}/icon/remove`);
  expect([done.status, done.to]).toEqual([303, `${path}/icon`]);
  expect(await filesOf(app.id)).toEqual([]);
  const shown = await api("GET", `/api/v1/apps/${app.id}`, { token: person.account.key });
  expect(shown.body.data.icon).toBeNull();
  expect((await person.post(`${path}/icon/remove`)).status).toBe(303);
  const noted = await rows(
    "SELECT did, thing_name FROM audit_entries WHERE account_id = ? AND did = 'app.icon'",
    person.account.id,
  );
  expect(noted).toEqual([1, 2].map(() => ({ did: "app.icon", thing_name: "My App" })));
});

test("a viewer sees the icon without what changes it, and is refused", async () => {
  const { person, path } = await withApp();
  await upload(person, path, png(64, 64));
  const viewer = await signedIn("viewer", person.account);
  const { html } = await viewer.get(`${path}/icon`);
  expect(html).toContain("Icon cut as circle");
  expect(html).not.toContain("Set as the icon");
  expect(html).not.toContain("/icon/remove");
  expect((await upload(viewer, path, png(9, 9))).status).toBe(403);
  expect((await viewer.post(`${path}/icon/remove`)).status).toBe(403);
  const other = await signedIn();
  expect((await upload(other, path, png(9, 9))).status).toBe(404);
  expect((await other.post(`${path}/icon/remove`)).status).toBe(404);
});
