// The pages by which people come in.
import type { Refusal } from "../../kit/refusal.ts";
import { answersOf, unmet, type ErrorFacts } from "../../http/errors.ts";
import type { Surface } from "../../http/surface.ts";
import { doorPage } from "../door.tsx";
import {
  confirmEmail,
  postKey,
  postSetUp,
  postSignIn,
  postSignOut,
  postSignUp,
  showKeys,
  showMe,
} from "./operations.tsx";

const { refusalAnswer, faultAnswer } = answersOf((facts: ErrorFacts) => facts, {
  ...unmet("The request can't be read."),
});

const refusal = (refused: Refusal, requestId: string) => {
  const { status, body, headers } = refusalAnswer(refused, requestId);
  return doorPage({
    status,
    title: "This did not work",
    text: (body as ErrorFacts).message,
    ...(headers ? { headers } : {}),
  });
};

const fault = (requestId: string) =>
  doorPage({
    status: 500,
    title: "This did not work",
    text: (faultAnswer(requestId).body as ErrorFacts).message,
  });

/** A surface for each first part of a path: what is below none of them is unknown to all. */
const surface = (prefix: string, operations: Surface["operations"]): Surface => ({
  prefix,
  operations,
  refusal,
  fault,
});

export const dashboard: readonly Surface[] = [
  surface("/sign-up", [at(postSignUp)]),
  surface("/setup", [at(postSetUp)]),
  surface("/verify-email", [at(confirmEmail)]),
  surface("/sign-in", [at(postSignIn)]),
  surface("/sign-out", [at(postSignOut)]),
  surface("/me", [at(showMe)]),
  surface(
    "/accounts",
    [showKeys, postKey].map((each) => below(each, "/accounts")),
  ),
];

function at(operation: Surface["operations"][number]) {
  return { ...operation, docs: { ...operation.docs, path: "" } };
}

function below(operation: Surface["operations"][number], prefix: string) {
  return {
    ...operation,
    docs: { ...operation.docs, path: operation.docs.path.slice(prefix.length) },
  };
}
