// Starts the builder service: reads the shell once and runs the process until it is asked to stop.
import { readFile } from "node:fs/promises";
import { createIconRenderer } from "./icon-renderer.ts";
import { CAPABILITIES, createPackager } from "./package-app.ts";
import { runProcess } from "./process.ts";

const classesDex = await readFile(new URL("./shell/classes.dex", import.meta.url));
const bridgeScript = await readFile(new URL("./shell/slipway.js", import.meta.url));
const packager = createPackager({ classesDex, bridgeScript }, createIconRenderer());
await runProcess(packager, CAPABILITIES);
