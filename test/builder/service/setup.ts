// What each test file of the service shares: an API a test, a builder that is stopped afterwards, and the rule
// that no test may see the builder break the protocol.
import { afterEach, beforeEach, expect } from "vitest";
import { FakeApi } from "./fake-api.ts";
import { startBuilder } from "./harness.ts";
import type { BuilderOptions, TestBuilder } from "./harness.ts";

export interface Stage {
  api: FakeApi;
  builder(options?: BuilderOptions): TestBuilder;
}

/** Registers the hooks; the stage is valid inside tests. */
export function useStage(): Stage {
  const started: TestBuilder[] = [];
  const stage: Stage = {
    api: new FakeApi(),
    builder(options) {
      const builder = startBuilder(stage.api, options);
      started.push(builder);
      return builder;
    },
  };
  beforeEach(async () => {
    stage.api = await new FakeApi().listen();
  });
  afterEach(async () => {
    for (const builder of started.splice(0)) {
      builder.stop("end of the test");
      builder.stop("end of the test");
      await builder.ended;
    }
    await stage.api.close();
    expect(stage.api.violations).toEqual([]);
  });
  return stage;
}
