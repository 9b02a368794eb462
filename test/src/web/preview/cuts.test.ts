// How texts are cut in the preview: by the server, and by the script as one types, in the same way.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut as cutInBrowser } from "../../../../browser/dashboard/shared/cut.ts";
import { shownOn as shownInBrowser } from "../../../../browser/dashboard/shared/preview-content.ts";
import { CUTS, cut, type Look } from "../../../../src/web/preview/cuts.ts";
import { shownOn } from "../../../../src/web/preview/shown.ts";

const LOOKS = Object.keys(CUTS) as Look[];

describe("cutting", () => {
  test("what fits stays, on one flow of lines", () => {
    expect(cut("  Leeks,\n plums ", 20)).toBe("Leeks, plums");
    expect(cut("exactly", 7)).toBe("exactly");
    expect(cut("", 7)).toBe("");
  });

  test("what is too long ends in an ellipsis, within the room there is, and no character is torn", () => {
    expect(cut("Saturday box: order by noon", 14)).toBe("Saturday box:…");
    expect(cut("🥬🥬🥬🥬", 3)).toBe("🥬🥬…");
  });

  test("the script cuts as the server does", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 1, max: 60 }),
        (text, most) => {
          expect(cutInBrowser(text, most)).toBe(cut(text, most));
          expect([...cut(text, most)].length).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});

const CONTENT = {
  title: "Box",
  body: "Order now",
  image: "https://example.com/box.jpg",
  actions: [{ title: "Order" }, { title: "" }, { title: "Skip" }],
  platform_overrides: {
    android: { title: "Box for your phone" },
    ios: { body: "Order on iOS" },
    web: { actions: [{ action: "go", title: "Go" }] },
  },
  translations: { de: { title: "Kiste", body: "Jetzt bestellen" } },
};

describe("what a platform shows", () => {
  test("the words of a language, which a platform's overrides replace", () => {
    expect(shownOn("open", CONTENT, "de")).toEqual({
      title: "Box for your phone",
      body: "Jetzt bestellen",
      image: "https://example.com/box.jpg",
      actions: ["Order", "Skip"],
    });
    expect(shownOn("ios", CONTENT, "de")).toMatchObject({ title: "Kiste", body: "Order on iOS" });
    expect(shownOn("desktop", CONTENT, null)).toMatchObject({ title: "Box", actions: ["Go"] });
    // A language without words gets the notification's own.
    expect(shownOn("desktop", CONTENT, "fr").title).toBe("Box");
  });

  test("iOS has no image, and buttons only of a category", () => {
    expect(shownOn("ios", CONTENT, null)).toMatchObject({ image: "", actions: [] });
    const ios = { category: "box" };
    expect(shownOn("ios", { ...CONTENT, platform_overrides: { ios } }, null).actions).toEqual([
      "Order",
      "Skip",
    ]);
  });

  test("a half typed content is shown as far as it goes, by the script as by the server", () => {
    const words = fc.record(
      { title: fc.string(), body: fc.string(), image: fc.string() },
      { requiredKeys: [] },
    );
    const actions = fc.array(fc.record({ title: fc.string() }, { requiredKeys: [] }));
    const over = fc.dictionary(
      fc.constantFrom("title", "body", "image", "category", "actions"),
      fc.jsonValue() as fc.Arbitrary<unknown>,
    );
    fc.assert(
      fc.property(words, actions, over, words, (own, buttons, overrides, german) => {
        const content = {
          ...own,
          actions: buttons,
          platform_overrides: { android: overrides, ios: overrides, web: overrides },
          translations: { de: german },
        };
        for (const look of LOOKS) {
          for (const language of ["", "de"]) {
            expect(shownInBrowser(look, content, language)).toEqual(
              shownOn(look, content, language === "" ? null : language),
            );
          }
        }
      }),
    );
    for (const look of LOOKS) {
      expect(shownOn(look, {}, null)).toEqual({ title: "", body: "", image: "", actions: [] });
    }
  });
});
