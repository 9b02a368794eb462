// The screens of saved segments, and of the audience builder in its states.
import type { Page } from "playwright-core";
import { sends, sent, type Screen } from "../screen.ts";

const builder = "form:has([data-audience])";
const press = (text: string) => async (page: Page) =>
  sent(page, page.locator("[data-audience] button", { hasText: text }).first());

export const screens: Screen[] = [
  // Sizes are asked for by the script.
  {
    name: "segments",
    path: ({ segments }) => segments.base,
    needsScript: true,
  },
  { name: "segments-empty", path: ({ newAppBase }) => `${newAppBase}/segments` },
  {
    name: "segments-viewer",
    path: ({ segments }) => segments.base,
    role: "viewer",
    needsScript: true,
  },
  { name: "segment-new", path: ({ segments }) => `${segments.base}/new`, needsScript: true },
  {
    name: "segment-new-refused",
    path: ({ segments }) => `${segments.base}/new`,
    does: sends(builder, { name: "" }),
    status: 422,
    needsScript: true,
  },
  {
    name: "segment",
    path: ({ segments }) => `${segments.base}/${segments.nested}`,
    needsScript: true,
  },
  {
    name: "segment-json",
    path: ({ segments }) => `${segments.base}/${segments.json}`,
    needsScript: true,
  },
  {
    name: "segment-as-json",
    path: ({ segments }) => `${segments.base}/${segments.nested}`,
    does: press("Write as JSON"),
    needsScript: true,
  },
  {
    name: "segment-used",
    path: ({ segments }) => `${segments.base}/${segments.used}`,
    needsScript: true,
  },
  {
    name: "segment-viewer",
    path: ({ segments }) => `${segments.base}/${segments.used}`,
    role: "viewer",
  },
  {
    name: "segment-delete",
    path: ({ segments }) => `${segments.base}/${segments.nested}?delete`,
    needsScript: true,
  },
  {
    name: "segment-delete-used",
    path: ({ segments }) => `${segments.base}/${segments.used}?delete`,
    needsScript: true,
  },
];
