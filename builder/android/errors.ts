// The one expected failure of the packager: the app, its icon or its key can't be packaged.

/** What is at fault; the builder reports it as the failure code of the build. */
export type PackagingFault = "invalid_app" | "invalid_icon" | "invalid_key";

/** Thrown when the input can't become an APK; another attempt with the same input fails the same way. */
export class PackagingError extends Error {
  readonly code: PackagingFault;

  constructor(code: PackagingFault, message: string) {
    super(message);
    this.name = "PackagingError";
    this.code = code;
  }
}
