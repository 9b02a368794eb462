// The API reference's program: the browser bundle of Scalar, as its package on the registry has it. The package itself is no
// dependency: it would bring Vue and 60 others, for a file that is complete.
//
//   node site/scalar.ts
//
// fetches the package of VERSION, compares it with INTEGRITY and writes the bundle into static/docs/files, where it is committed.
// For another version, change VERSION and INTEGRITY (`npm view @scalar/api-reference@VERSION dist.integrity`), run it, take over
// the SHA-256 that it prints, and run site/make.ts.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STATIC } from "./static-files.ts";

const VERSION = "1.76.0";
/** SHA-512 of the package's tarball, as the registry states it. */
const INTEGRITY =
  "sha512-pjqwnzmA9YK3ZX+IZSICMsywm4qI6HLSngR2py9H6TvFApHHuJjkTAd+gFJfnqJDzJuro8k7ji6JCtJ2U+Byng==";
/** The bundle within the package. */
const BUNDLE = "package/dist/browser/standalone.js";
/** SHA-256 of the bundle, in hex. */
export const SCALAR_SHA256 = "dcb027152bf20bf2f6dcd66e8f9fb073c1a9e274cf0b94b939a7d99ab8947060";

/** Characters of a name that are hash: 32 bits, which tell one release's file from another's. */
const HASH_CHARACTERS = 8;

/** The path of the bundle in the static files. */
export const SCALAR_PATH = `docs/files/scalar-${VERSION}.${SCALAR_SHA256.slice(0, HASH_CHARACTERS)}.js`;

/** The path of what its licence asks for beside a copy, and the text. */
export const SCALAR_NOTICE_PATH = `docs/files/scalar-${VERSION}.LICENSE.txt`;
export const SCALAR_NOTICE = `scalar-${VERSION}.*.js is the browser bundle of @scalar/api-reference ${VERSION}, unchanged.

MIT License

Copyright (c) 2023-present Scalar

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;

/**
 * Returns the committed bundle.
 * @throws if it is missing, or not the one that is pinned
 */
export function scalarBundle(): Uint8Array {
  const bundle = readFileSync(join(STATIC, SCALAR_PATH));
  const sha256 = createHash("sha256").update(bundle).digest("hex");
  if (sha256 !== SCALAR_SHA256) throw new Error(`${SCALAR_PATH} is not the bundle that is pinned`);
  return bundle;
}

/** Fetches the package and returns the bundle in it; throws if the package is not the one that is pinned. */
function fetchBundle(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "slipway-scalar-"));
  try {
    const run = (program: string, ...args: string[]) =>
      execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
    const name = run("npm", "pack", "--silent", `@scalar/api-reference@${VERSION}`).trim();
    const sha512 = createHash("sha512")
      .update(readFileSync(join(folder, name)))
      .digest("base64");
    if (`sha512-${sha512}` !== INTEGRITY) throw new Error(`${name} is not the one that is pinned`);
    run("tar", "xzf", name, BUNDLE);
    return readFileSync(join(folder, BUNDLE));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const bundle = fetchBundle();
  const sha256 = createHash("sha256").update(bundle).digest("hex");
  if (sha256 === SCALAR_SHA256) {
    const path = join(STATIC, SCALAR_PATH);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, bundle);
    console.log(`${SCALAR_PATH}: ${bundle.byteLength} bytes`);
  } else {
    console.error(`The bundle of ${VERSION} has another SHA-256 than SCALAR_SHA256: ${sha256}`);
    process.exitCode = 1;
  }
}
