// What the build takes out of class files, by javac's own. Needs a JDK; without, it is skipped, unless REQUIRE_ALL=1.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { javacVersion } from "../../../builder/shell/build.ts";
import { stripClass } from "../../../builder/shell/strip-class.ts";

/** With every kind of constant, and each attribute that is taken out. */
const SOURCE = `
import java.util.ArrayList;
import java.util.List;
final class Shown {
    static final long LONG = 1L << 40;
    static final double DOUBLE = 0.5;
    static final float FLOAT = 0.25f;
    static final int INT = 1 << 20;
    private static final String TEXT = "constant";
    static final Object OBJECT = new Object();
    final int own = 7;
    static final class Inner<T> { T held; List<T> list() throws java.io.IOException { return new ArrayList<T>(); } }
    public static void main(String[] args) throws Exception {
        Runnable run = new Runnable() { public void run() { System.out.println("ran " + (LONG + INT + DOUBLE + FLOAT)); } };
        run.run();
        System.out.println(new Inner<String>().list().size() + TEXT + OBJECT.hashCode() * 0 + new Shown().own);
    }
}`;
const ATTRIBUTES = ["EnclosingMethod", "Exceptions", "InnerClasses", "Signature"];

describe.runIf(javacVersion() !== null || process.env["REQUIRE_ALL"] === "1")("stripClass", () => {
  it("leaves what runs as it did", () => {
    const work = mkdtempSync(join(tmpdir(), "slipway-strip-test-"));
    onTestFinished(() => rmSync(work, { recursive: true, force: true }));
    writeFileSync(join(work, "Shown.java"), SOURCE);
    execFileSync("javac", ["--release", "8", "-Xlint:-options", join(work, "Shown.java")]);
    const names = readdirSync(work).filter((name) => name.endsWith(".class"));
    const files = names.map((name) => join(work, name));
    const told = () =>
      execFileSync("javap", ["-v", "-p", ...files], { encoding: "utf8", maxBuffer: 2 ** 24 });
    const attributes = (text: string) =>
      ATTRIBUTES.filter((name) => new RegExp(`^ *${name}:`, "m").test(text));
    const run = () => execFileSync("java", ["-cp", work, "Shown"], { encoding: "utf8" });
    const before = run();
    expect(attributes(told())).toEqual(ATTRIBUTES);
    for (const file of files) writeFileSync(file, stripClass(readFileSync(file)));
    const after = told();
    expect(attributes(after)).toEqual([]);
    expect(run()).toBe(before);
    expect(before).toContain("0constant07");
    expect(after).not.toMatch(/ (?:LONG|DOUBLE|FLOAT|INT|TEXT);$/m);
    expect(after).toMatch(/ OBJECT;$/m);
    expect(after).toMatch(/ int own;$/m);
    expect(names).toHaveLength(3);
  });

  it("takes nothing but a class as Java 8 has it", () => {
    const newer = Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, 0, 2, 17, 0, 0, 0, 1]);
    expect(() => stripClass(newer)).toThrow("a constant of the kind 17");
    const empty = Buffer.alloc(24);
    empty.writeUInt16BE(1, 8);
    expect(stripClass(empty)).toEqual(empty);
    expect(() => stripClass(Buffer.concat([empty, Buffer.alloc(1)]))).toThrow("more than a class");
  });
});
