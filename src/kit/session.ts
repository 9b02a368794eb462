// Where a database session starts to read: at a copy that is at least as new as a bookmark, at the nearest copy, or at
// the primary (D1 Sessions API).
export type SessionStart = { bookmark: string } | "nearest" | "primary";
