export async function inspectApk(_file: string): Promise<never> { throw new Error("later"); }
