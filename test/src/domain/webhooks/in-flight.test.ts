// The count of what an isolate has under way for each account.
import { expect, test } from "vitest";
import { InFlight } from "../../../../src/domain/webhooks/in-flight.ts";

const FOR_MS = 60_000;

test("an account has no more under way than the most, whatever others have", () => {
  const inFlight = new InFlight(() => 0);
  const end = inFlight.begin(1, 2, FOR_MS);
  expect(inFlight.begin(1, 2, FOR_MS)).not.toBeNull();
  expect(inFlight.begin(1, 2, FOR_MS)).toBeNull();
  expect(inFlight.begin(2, 2, FOR_MS)).not.toBeNull();
  end!();
  end!();
  expect(inFlight.begin(1, 2, FOR_MS)).not.toBeNull();
  expect(inFlight.begin(1, 2, FOR_MS), "an end counts once").toBeNull();
});

test("what nothing ended counts for its time only", () => {
  let now = 0;
  const inFlight = new InFlight(() => now);
  inFlight.begin(1, 1, FOR_MS);
  now = FOR_MS - 1;
  expect(inFlight.begin(1, 1, FOR_MS)).toBeNull();
  now = FOR_MS;
  expect(inFlight.begin(1, 1, FOR_MS)).not.toBeNull();
});
