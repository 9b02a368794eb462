// The builder as a process of its own, with the tests' packager. Started by process.test.ts.
import { runProcess } from "../../../builder/process.ts";
import { CAPABILITIES, plainPackager } from "./harness.ts";

await runProcess(plainPackager, CAPABILITIES);
