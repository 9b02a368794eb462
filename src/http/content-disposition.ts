// The Content-Disposition header of a download whose file name may be in any script.

/** Returns `attachment` with `name` both in ASCII and in full (RFC 6266 section 4, RFC 8187 section 3.2). */
export function contentDisposition(name: string): string {
  const wellFormed = name.toWellFormed();
  const ascii = wellFormed.replaceAll(/[^\x20-\x7e]/g, "_").replaceAll(/["\\]/g, "_");
  const full = encodeURIComponent(wellFormed).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${full}`;
}
