// What moves an import on, as the domain sees it.

/** The Durable Object of one import. The call crosses a process boundary, and may be repeated. */
export interface ImportJobPort {
  /** Has it go on with the import from where D1 says that it is. */
  wake: (importId: number) => Promise<void>;
}
