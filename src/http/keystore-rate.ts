// How many keys an account may have made, opened or exported in a minute, by whichever surface: each takes a tenth of a
// second of computing, and up to a third for what a hostile file can ask for.
import type { Rate } from "./authenticate.ts";

export const KEYSTORE_RATE: Rate = { name: "keystores", limit: 20 };
