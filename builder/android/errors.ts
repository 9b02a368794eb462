// The packager's expected failure: the app, its icon or its key can't be packaged.
import type { ICON_FAULT } from "../../src/protocol/builder.ts";

/** The part that is at fault, which the builder reports as the failure code of the build. */
export type PackagingFault = "invalid_app" | typeof ICON_FAULT | "invalid_key";

/** Thrown if the input can't become an app. Another attempt with the same input would fail too. */
export class PackagingError extends Error {
  readonly code: PackagingFault;

  constructor(code: PackagingFault, message: string) {
    super(message);
    this.name = "PackagingError";
    this.code = code;
  }
}
