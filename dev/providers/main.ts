// The stand-in providers as a process. Environment: PROVIDERS_PORT and PROVIDERS_H2_PORT (0 or none: any free one),
// PROVIDERS_MODE (`strict`, the default, or `count`), PROVIDERS_GOOGLE (where pushes to real browsers at Google's push
// service go on to; none: nowhere). When it is ready, it reports that to its parent by IPC, or
// prints it as a line of JSON. Ends on SIGTERM and SIGINT, and when its parent has ended.
import { z } from "zod";
import { startProviders } from "./start.ts";
import { MODES } from "./world.ts";

/** The report of the process when it is ready. */
export interface ReadyMessage {
  type: "ready";
  url: string;
  apnsH2Url: string;
}

const Port = z.coerce.number().int().min(0).max(65_535).default(0);
const Environment = z.object({
  PROVIDERS_PORT: Port,
  PROVIDERS_H2_PORT: Port,
  PROVIDERS_MODE: z.enum(MODES).default("strict"),
  PROVIDERS_GOOGLE: z.url().nullable().default(null),
});

const { PROVIDERS_PORT, PROVIDERS_H2_PORT, PROVIDERS_MODE, PROVIDERS_GOOGLE } = Environment.parse(
  process.env,
);
const providers = await startProviders({
  port: PROVIDERS_PORT,
  h2Port: PROVIDERS_H2_PORT,
  mode: PROVIDERS_MODE,
  google: PROVIDERS_GOOGLE,
});

// Requests that hang on purpose must not keep the process alive.
const end = (): void => void providers.close().then(() => process.exit(0));
process.once("SIGTERM", end);
process.once("SIGINT", end);
process.once("disconnect", end);

const ready: ReadyMessage = {
  type: "ready",
  url: providers.url,
  apnsH2Url: providers.apnsH2Url,
};
if (process.connected) process.send?.(ready);
else console.log(JSON.stringify(ready));
