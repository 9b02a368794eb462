// The demo page of the local stack, where a browser subscribes and sends itself a push. A deployment has none of it.
import { answersOf, unmet, type ErrorFacts } from "../../http/errors.ts";
import type { Surface } from "../../http/surface.ts";
import { demoFile, demoPage, lookAtOwnPush, pushToOneself } from "./operations.tsx";

/** The page's script reads these; nobody is shown one as a page. */
const body = ({ message }: ErrorFacts) => ({ message });

const { refusalAnswer, faultAnswer } = answersOf(body, { ...unmet("The request can't be read.") });

export const demoPages: Surface = {
  prefix: "/demo",
  // The first that fits answers.
  operations: [demoPage, pushToOneself, lookAtOwnPush, demoFile],
  isThere: ({ hasDemo }) => hasDemo,
  refusal: refusalAnswer,
  fault: faultAnswer,
};
