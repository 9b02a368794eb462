// The frame around pages by which people come in, and around errors: one thing to say or ask, beside the lines plan.
import type { Child } from "hono/jsx";
import { LinesPlan } from "../lines-plan.tsx";
import { Mark } from "../parts/mark.tsx";

export const Door = ({
  title,
  text,
  says,
  children,
}: {
  title: string;
  text?: Child;
  /** A sentence beside the lines plan. */
  says?: string;
  children?: Child;
}) => (
  <div class="door">
    <main>
      <div class="stack stack--l">
        <div class="row">
          <Mark size={30} />
          <span class="big">Slipway</span>
        </div>
        <div>
          <h1>{title}</h1>
          {text && <p class="soft">{text}</p>}
        </div>
        {children}
      </div>
    </main>
    <LinesPlan says={says} />
  </div>
);
