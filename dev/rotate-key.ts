// `npm run rotate-key`: adds a new sealing key, in the file of secrets and at the Worker, which seals with it two minutes later.
// Then `npm run reseal` moves what is sealed to it, and `npm run rotate-key -- --drop k1` leaves out one that is unused.
//
//   npm run rotate-key [-- --again | --drop ID]
//     --again: gives the Worker what the file has
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "./api.ts";
import { type Deployment, openDeployment } from "./provision/deployment.ts";
import { explain, Explained } from "./provision/explain.ts";
import { rotate, type Rotation, type Sealer } from "./provision/rotate.ts";
import { keyIdsOf, sealedBy } from "./provision/sealed.ts";
import { readSecrets, SECRETS_FILE } from "./provision/secrets-file.ts";
import { complain, heading, line } from "./say.ts";

/**
 * How long a new value of a secret may take until every running copy of the Worker has it, ms: it is live within seconds, and no
 * invocation that seals or opens takes a minute. ROTATE_WAIT_MS says otherwise.
 */
const WAIT_MS = Number(process.env["ROTATE_WAIT_MS"] ?? 60_000);

function rotationOf(): Rotation {
  const { values } = parseArgs({
    options: { again: { type: "boolean", default: false }, drop: { type: "string" } },
  });
  if (values.drop !== undefined) return { do: "drop", id: values.drop };
  return { do: values.again ? "repeat" : "add" };
}

/** The deployed Worker, by its address and the operators' token; it is asked only where the rotation needs it. */
function sealerOf({ config, secretsPath }: Deployment): Sealer {
  const ask = async <T>(question: (api: ReturnType<typeof connect>) => Promise<T>): Promise<T> => {
    const { PUBLIC_URL: url } = config().vars;
    const token = readSecrets(secretsPath)["ADMIN_TOKEN"];
    if (!url || !token) {
      throw new Explained(`The Worker has to be asked which keys it has: PUBLIC_URL in wrangler.toml and ADMIN_TOKEN in ${SECRETS_FILE}
  say where, and by which token.`);
    }
    return question(connect(url, token)).catch((error: unknown) => {
      throw new Explained(`The Worker at ${url} could not be asked which keys it has, so nothing was changed:
  ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  return {
    keyIds: () => ask(keyIdsOf),
    sealedBy: (id) => ask((api) => sealedBy(api, id)),
  };
}

heading("Sealing keys");
try {
  const rotation = rotationOf();
  const deployment = await openDeployment(join(import.meta.dirname, "..", "wrangler.toml"));
  const ids = await rotate(deployment, rotation, sealerOf(deployment), WAIT_MS);
  if (ids.length > 1) line("Next", "npm run reseal");
} catch (error) {
  complain(explain(error));
  process.exitCode = 1;
}
