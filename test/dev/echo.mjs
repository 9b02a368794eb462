// Says which Node runs it and with what, and ends with the code it was given last.
console.log(JSON.stringify([process.version, ...process.argv.slice(2)]));
process.exitCode = Number(process.argv.at(-1));
