// Waits for a signal, names it and ends with code 3.
const timer = setInterval(() => {}, 60_000);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    console.log(signal);
    process.exitCode = 3;
    clearInterval(timer);
  });
}
console.log("waiting");
