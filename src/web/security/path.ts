// The path of the page of somebody's sign-in.

export const SECURITY = "/dashboard/security";
