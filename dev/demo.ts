// The app of the demo page, which the local stack makes like any owner, and whose name it gives the Worker.
import { z } from "zod";
import { connect } from "./api.ts";

/** Its name, by which the Worker finds it. */
export const DEMO_APP = "Slipway demo";

const Apps = z.object({ data: z.array(z.object({ name: z.string() })) });

/** Makes the app, unless an earlier start of the stack did. */
export async function ensureDemoApp(url: string, apiToken: string): Promise<void> {
  const api = connect(url, apiToken);
  const { data } = await api.get("/api/v1/push/apps?limit=100", Apps);
  if (data.some(({ name }) => name === DEMO_APP)) return;
  await api.post("/api/v1/push/apps", { name: DEMO_APP }, z.unknown());
}
