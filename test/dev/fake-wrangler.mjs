// A wrangler for the tests of provisioning: keeps an account in the JSON file FAKE_ACCOUNT and answers in the
// real one's words. Lists the calls it got in the account's `calls`.
import { readFileSync, writeFileSync } from "node:fs";

const path = process.env.FAKE_ACCOUNT;
const account = JSON.parse(readFileSync(path, "utf8"));
const args = process.argv.slice(2, process.argv.indexOf("--config"));
account.calls.push(args.join(" "));

function fail(message) {
  console.error(`✘ [ERROR] ${message}`);
  process.exitCode = 1;
}

const name = args.at(-1);
const commands = {
  "d1 list": () => console.log(JSON.stringify(account.databases)),
  "d1 create": () => account.databases.push({ name, uuid: `id-of-${name}` }),
  "r2 bucket": () => {
    if (args[2] === "create") account.buckets.push(name);
    else
      console.log(
        account.buckets.map((each) => `name:           ${each}\ncreated: x`).join("\n\n"),
      );
  },
  "queues info": () => {
    if (!account.queues.includes(name))
      fail(`Queue "${name}" does not exist. To create it, run ...`);
  },
  "queues create": () => account.queues.push(name),
  "secret list": () => {
    if (account.broken) fail("Authentication error [code: 10000]");
    else if (account.secrets === null) fail('Worker "tiny" not found.');
    else console.log(JSON.stringify(Object.keys(account.secrets).map((each) => ({ name: each }))));
  },
  "secret bulk": () => {
    account.secrets = { ...account.secrets, ...JSON.parse(readFileSync(0, "utf8")) };
  },
};
commands[args.slice(0, 2).join(" ")]();
writeFileSync(path, JSON.stringify(account));
