// The audience builder where conditions may name saved segments, as the composer has it.
import type { HtmlEscapedString } from "hono/utils/html";
import { expect, test } from "vitest";
import type { Audience } from "../../../../src/domain/audiences/targeting.ts";
import { NO_FIELDS } from "../../../../src/web/dashboard/fields.ts";
import { AudienceBuilder } from "../../../../src/web/targeting/builder.tsx";

const BOX = { id: "0b0e0f0a-0000-4000-8000-000000000001", name: "Box <people>" };
const GONE = "0b0e0f0a-0000-4000-8000-000000000002";

function shown(audience: Audience | null, segments = [BOX]): string {
  const state = { fields: NO_FIELDS, issues: new Map<string, string>() };
  const offered = { tags: ["box"], events: ["purchase"] };
  const props = { of: "", audience, segments, offered, state, size: null, sizePath: "/size" };
  const html = (<AudienceBuilder {...props} />) as HtmlEscapedString;
  return String(html).replaceAll(/<template[\s\S]*?<\/template>/g, "");
}

test("a saved segment can be what one starts from, and is said by its name", () => {
  const html = shown({ type: "segment", id: BOX.id });
  expect(html).toContain(`<option value="segment:${BOX.id}" selected="">Saved: Box &lt;people&gt;`);
  expect(html).toContain("In the segment “Box &lt;people&gt;”.");
  expect(shown({ type: "segment", id: GONE })).toContain("Saved: one that is gone");
  expect(shown(null)).toContain('<option value="built" selected="">Built for this one');
  expect(shown({ type: "all" })).toContain('<option value="all" selected="">Everyone');
});

test("a condition names one of the saved segments; without any there is no such field", () => {
  const html = shown({
    type: "all_of",
    of: [
      { type: "tags", tags: ["a"], match: "any" },
      { type: "not", of: [{ type: "segment", id: BOX.id }] },
    ],
  });
  expect(html).toMatch(
    /<select[^>]* name="targeting\.1\.values"[^>]*><option value="0b0e0f0a[^"]*" selected="">Box &lt;people&gt;<\/option><\/select>/,
  );
  expect(html).toContain('<option value="none" selected="">is not in</option>');
  expect(shown(null)).toContain("Saved segment");
  expect(shown(null, [])).not.toContain("Saved segment");
});
