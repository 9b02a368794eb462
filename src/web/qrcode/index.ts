// The pages that a subscription code's links lead to.
import type { Surface } from "../../http/surface.ts";
import { appPage } from "./app-page.tsx";
import { codePage } from "./code-page.tsx";
import { faultAnswer, refusalAnswer } from "./errors.ts";

const shared = { refusal: refusalAnswer, fault: faultAnswer };

export const qrcodePages: Surface = { ...shared, prefix: "/qrcode", operations: [codePage] };
export const appPages: Surface = { ...shared, prefix: "/mobile", operations: [appPage] };
