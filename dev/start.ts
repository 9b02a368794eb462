// `npm start`: the local stack, then the tour; up until Ctrl-C, or with `--once` only as long as the tour.
import { CleanUp, startStack } from "./stack.ts";
import { readOptions, UsageError, type Options } from "./options.ts";
import { complain, heading, line } from "./say.ts";
import { runTour, sayDashboard, sayHowToGoOn } from "./tour.ts";

/** Settles when somebody asks the stack to stop. More than one signal may come: npm passes Ctrl-C on. */
function askedToStop(): Promise<"stop"> {
  const { promise, resolve } = Promise.withResolvers<"stop">();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => resolve("stop"));
  }
  return promise;
}

/** Starts the stack and gives the tour. Returns whether it succeeded. */
async function work(options: Options, cleanUp: CleanUp): Promise<boolean> {
  heading("Slipway");
  const stack = await startStack(options, cleanUp);
  line("State", options.stateDir);
  if (!options.tour) {
    sayDashboard(stack);
    return true;
  }
  try {
    const appId = await runTour(stack, options.stateDir);
    if (!options.once) sayHowToGoOn(stack, appId);
    return true;
  } catch (error) {
    if (cleanUp.hasBegun) return false; // it was interrupted, which ends what it needs
    complain(`The tour failed: ${error instanceof Error ? error.message : String(error)}`);
    complain(`Logs are in ${options.stateDir}/logs.`);
    return false;
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  const cleanUp = new CleanUp();
  const stop = askedToStop();
  try {
    const worked = await Promise.race([work(options, cleanUp), stop]);
    if (worked === "stop") return options.once ? 1 : 0;
    if (options.once) return worked ? 0 : 1;
    console.log("\nUp until Ctrl-C.");
    await stop;
    return 0;
  } finally {
    console.log("\nStopping ...");
    await cleanUp.run();
  }
}

try {
  process.exit(await main());
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exit(error instanceof UsageError ? 2 : 1);
}
