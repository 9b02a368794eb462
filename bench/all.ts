// `npm run bench`: runs the benchmarks one after the other, so that none slows another down.
export const PARTS = [
  "./startup.ts",
  "./packager.ts",
  "./builds.ts",
  "./builder-fairness.ts",
  "./round-trips.ts",
  "./delivery.ts",
  "./push.ts",
  "./channels.ts",
  "./audience.ts",
  "./inbox.ts",
  "./pages.ts",
];

for (const part of PARTS) await import(part);
