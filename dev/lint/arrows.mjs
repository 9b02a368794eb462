// The lint rule that holds the map of rooms: a file may import from its own room, from the rooms its
// override in .oxlintrc.json names, and from the packages named there; everything else is refused. Paths
// are resolved, so `../x` and `../../src/x` are the same thing. Plain JavaScript, since editors load it
// with a Node of their own.
import { dirname, join, relative, resolve, sep } from "node:path";

/** The project's folder: options name rooms relative to it. */
const ROOT = join(import.meta.dirname, "..", "..");

const SCHEMA = [
  {
    type: "object",
    properties: {
      room: { type: "string" },
      may: { type: "array", items: { type: "string" } },
      packages: { type: "array", items: { type: "string" } },
    },
    required: ["room", "may", "packages"],
    additionalProperties: false,
  },
];

/** Whether `path` is the folder or file `place`, or lies in it. */
function within(path, place) {
  return path === place || path === `${place}.ts` || path.startsWith(`${place}/`);
}

/** Whether the bare specifier belongs to the package; `node:*` stands for all of Node's modules. */
function ofPackage(specifier, name) {
  return name === "node:*"
    ? specifier.startsWith("node:")
    : specifier === name || specifier.startsWith(`${name}/`);
}

/** Why the import is refused, or null. */
function refusal(file, specifier, { room, may, packages }) {
  if (!specifier.startsWith(".")) {
    if (packages.some((name) => ofPackage(specifier, name))) return null;
    return `${room} may import these packages only: ${packages.join(", ") || "none"}; not "${specifier}".`;
  }
  const target = relative(ROOT, resolve(dirname(file), specifier))
    .split(sep)
    .join("/");
  if ([room, ...may].some((place) => within(target, place))) return null;
  return `${room} may import from ${[room, ...may].join(", ")} only; not from ${target}.`;
}

const arrows = {
  meta: { type: "problem", schema: SCHEMA },
  create(context) {
    const check = (node) => {
      if (typeof node.source?.value !== "string") return;
      const message = refusal(context.filename, node.source.value, context.options[0]);
      if (message !== null) context.report({ node: node.source, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

export default { meta: { name: "slipway" }, rules: { arrows } };
