// What needs no key: links that carry their own right.
import type { Surface } from "../../http/surface.ts";
import { ErrorBody, faultAnswer, InvalidBody, refusalAnswer } from "./errors.ts";
import { download } from "./download.ts";

export const publicSurface: Surface = {
  prefix: "/public",
  operations: [download],
  refusal: refusalAnswer,
  fault: faultAnswer,
  errors: { error: ErrorBody, invalid: InvalidBody },
};
