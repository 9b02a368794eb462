// What openapi-generator needs of the document beyond what is valid: rules that a walk over every operation can hold.
// Whether clients work at all is tested in test/clients.
import { expect, test } from "vitest";
import { api } from "../../support/worker.ts";

const document = (await api("GET", "/openapi.json")).body;
const METHODS = ["get", "post", "put", "patch", "delete"];
const operations: [string, any][] = Object.values<any>(document.paths).flatMap((methods) =>
  METHODS.filter((method) => methods[method]).map((method): [string, any] => [
    methods[method].operationId,
    methods[method],
  ]),
);

/** What a reference points to. */
function named(schema: any): any {
  return schema?.$ref ? document.components.schemas[schema.$ref.split("/").at(-1)] : schema;
}

/** The forms that a JSON answer can have, without what is said about them; none where it has no JSON. */
function formsOf(answer: any): object[] {
  const schema = named(answer.content?.["application/json"]?.schema);
  if (schema === undefined) return [];
  return (schema.anyOf ?? [schema]).map((each: any) => {
    const { description: _, ...form } = named(each);
    return form;
  });
}

test.each(operations)(
  "every success of %s can be read by the schema of its first",
  (_, operation) => {
    // the TypeScript client reads all of them by that one, and drops what it does not name
    const successes = Object.keys(operation.responses)
      .filter((status) => status.startsWith("2"))
      .toSorted();
    const [first = [], ...others] = successes
      .map((status) => formsOf(operation.responses[status]))
      .filter((forms) => forms.length > 0);
    expect(first).toEqual(expect.arrayContaining(others.flat()));
  },
);

test.each(operations)("no form beside other bodies of %s names its fields", (_, operation) => {
  // the TypeScript client imports a type of such a form, and makes none
  const bodies = operation.requestBody?.content ?? {};
  if (Object.keys(bodies).length < 2) return;
  expect(named(bodies["multipart/form-data"]?.schema)?.properties).toBeUndefined();
});
