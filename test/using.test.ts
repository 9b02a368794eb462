// The programs that docs/using.md shows for signing a user token: each is run where its language is found, and what it
// signs is verified by jose. The Worker's side is in test/src/api/public/user-token.test.ts.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { jwtVerify } from "jose";
import { expect, test } from "vitest";

const USING = readFileSync(join(import.meta.dirname, "../docs/using.md"), "utf8");
const SECRET = "sw_idn_q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
/** A user id that JSON, base64url and each language's strings could spoil. */
const USER = 'müller/7 "+~?" 名';

/** The one block of this language in docs/using.md. */
function shown(language: string): string {
  const [, ...blocks] = USING.split(`\`\`\`${language}\n`);
  expect(blocks).toHaveLength(1);
  return blocks[0]?.split("```")[0] ?? "";
}

const has = (program: string) => spawnSync(program, ["--version"]).status === 0;
const given = JSON.stringify([SECRET, USER]).slice(1, -1);
const quoted = [SECRET, USER].map((text) => `'${text}'`).join(", ");

test.each([
  ["js", process.execPath, ["--input-type=module", "-e"], `console.log(userToken(${given}))`],
  ["php", "php", ["-r"], `echo user_token(${quoted});`],
  ["python", "python3", ["-c"], `print(user_token(${quoted}))`],
])(
  "the program in %s signs a token that holds for minutes",
  async (language, program, flags, call) => {
    if (!has(program)) {
      console.warn(`skipped: ${program} is not on this machine`);
      return;
    }
    const source = `${shown(language)}\n${call}`;
    const token = execFileSync(program, [...flags, source], { encoding: "utf8" }).trim();
    const key = new TextEncoder().encode(SECRET);
    const { payload, protectedHeader } = await jwtVerify(token, key, { algorithms: ["HS256"] });
    expect(protectedHeader).toEqual({ alg: "HS256", typ: "JWT" });
    expect(payload).toEqual({ sub: USER, exp: expect.any(Number) });
    expect(payload.exp).toBeLessThanOrEqual(Date.now() / 1000 + 600);
  },
);
