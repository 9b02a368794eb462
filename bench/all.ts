// `npm run bench`: one benchmark after the other, so that none slows another.
await import("./packager.ts");
await import("./builds.ts");
await import("./push.ts");
