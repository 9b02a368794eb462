// What a person would have to remember: each file says what it is for, no function is too long, and words that the
// glossary gave up do not come back.
import { expect, test } from "vitest";
import {
  CODE,
  functionsOver,
  MAX_FUNCTION_LINES,
  sourceFiles,
  sourceText,
} from "../dev/code-shape.ts";

/**
 * Words of the glossary's column "not" that no name and no comment has. A small one is a word, also within a name and
 * with an ending (`tenant` finds `tenantIds`); one with a capital is a whole name. A word belongs in here once it is
 * the right one for nothing, and a name once its thing is renamed.
 */
const GIVEN_UP: readonly string[] = [
  "acknowledge",
  "actor",
  "adapter",
  "checker",
  "compilation",
  "dispatch",
  "dispatcher",
  "dto",
  "endTold",
  "firstLook",
  "gateway",
  "GivenPush",
  "GivenSend",
  "history",
  "hook",
  "InstanceFacts",
  "InstanceInfo",
  "InstanceName",
  "journal",
  "listSendingApps",
  "misfit",
  "misfitOf",
  "mock",
  "mutex",
  "paused",
  "Receiver",
  "retain",
  "runner",
  "sendEvents",
  "SendingAppRow",
  "sendInstances",
  "SendName",
  "sendNotifications",
  "sendPushes",
  "sendTranslations",
  "sweep",
  "Target",
  "targetMisfit",
  "tenant",
  "throttle",
  "tick",
  "tier",
  "ToldEnd",
  "Verification",
  "wrapper",
];
/** Names of the platform's, and of libraries, that have such a word. */
const GIVEN = ["databaseHooks", "dispatchEvent", "drizzleAdapter", "internalAdapter"];
/** What is the platform's only with what follows it. */
const GIVEN_CALL = "history.replaceState";
const ENDING = "(?:s|es|d|ed|ing)?";

/** `line name` of each name, or word of a comment, of `text` that holds a word given up. */
function foundIn(text: string): string[] {
  const words = GIVEN_UP.filter((word) => word === word.toLowerCase());
  const isGivenUp = new RegExp(`^(?:${words.join("|")})${ENDING}$`, "i");
  return text.split("\n").flatMap((line, at) => {
    // what stands in quotation marks may be another's word
    const names =
      line
        .replaceAll(/"(?:[^"\\]|\\.)*"/g, "")
        .replaceAll(GIVEN_CALL, "")
        .match(/[A-Za-z][\w$]*/g) ?? [];
    const found = names.filter(
      (name) =>
        !GIVEN.includes(name) &&
        (GIVEN_UP.includes(name) || parts(name).some((part) => isGivenUp.test(part))),
    );
    return found.map((name) => `${at + 1} ${name}`);
  });
}

/** The words of a name: "runAPNsMock" has run, APNs and Mock. */
function parts(name: string): string[] {
  return name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
}

test("each file begins with a comment that says what it is for", () => {
  const files = sourceFiles([...CODE, "test"]);
  expect(files.length).toBeGreaterThan(500);
  const bare = files.filter((file) => !/^(?:\/\/ |\/\*\* ?)\S|^#!/.test(sourceText(file)));
  expect(bare.map((file) => `${file}:1 has no comment`)).toEqual([]);
});

test(`no function has more than ${MAX_FUNCTION_LINES} lines`, () => {
  const long = functionsOver(MAX_FUNCTION_LINES, CODE);
  expect(
    long.map(({ file, line, name, lines }) => `${file}:${line} ${name}, ${lines} lines`),
  ).toEqual([]);
});

test("no name and no comment has a word that the glossary gave up", () => {
  const files = sourceFiles(CODE.filter((folder) => folder !== "bench"));
  const found = files.flatMap((file) =>
    foundIn(sourceText(file)).map((place) => `${file}:${place}`),
  );
  expect(found).toEqual([]);
  const planted = 'const tenantIds = "history";\n// what was mocked, hooks of stockings';
  expect(foundIn(planted)).toEqual(["1 tenantIds", "2 mocked", "2 hooks"]);
});

test("the words given up are in the glossary's column of what is not said", () => {
  const rows = sourceText("docs/glossary.md").matchAll(/^\|[^|]*\|[^|]*\|[^|]*\|([^|]*)\|$/gm);
  const not = [...rows].flatMap(([, cell = ""]) => cell.toLowerCase().match(/[a-z]+/g) ?? []);
  const words = GIVEN_UP.filter((word) => word === word.toLowerCase());
  expect(words.filter((word) => !not.includes(word))).toEqual([]);
});
