// Loaded into the builder (`node --import`) by the local stack: when the supervisor is gone without a
// word, killed for instance, the builder is asked to end as by a SIGTERM.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
// Only listening: a builder that has nothing else to do may end.
process.channel?.unref();
