// Prints the round trips of each GET, including the one for the API key, as test/src/http/round-trips.test.ts counts
// them.
import { z } from "zod";
import { counted } from "./counted.ts";

const TEST = "test/src/http/round-trips.test.ts";

console.log("\nround trips to the database, counted");
const trips = counted(TEST, "GET", "round-trips", z.record(z.string(), z.int()));
for (const [operation, count] of Object.entries(trips)) {
  console.log(`  ${operation.padEnd(60)}${count}`);
}
