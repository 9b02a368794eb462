// The pages that install links lead to. They are for people and not part of the API: the OpenAPI document has none.
import type { Surface } from "../../http/surface.ts";
import { faultPage, refusalPage } from "./errors.tsx";
import { mark } from "./mark.ts";
import { installFile, installIcon, installPage } from "./operations.tsx";

export const installPages: Surface = {
  prefix: "/install",
  // The first that fits answers.
  operations: [mark, installPage, installIcon, installFile],
  refusal: refusalPage,
  fault: faultPage,
};
