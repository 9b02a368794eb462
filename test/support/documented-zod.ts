// Runs before each test file in plain Node. Schemas can be documented only if zod was extended before they were made, as it
// is in the Worker: files share their modules here, and another one may have made those of src/kit before.
import "@hono/zod-openapi";
