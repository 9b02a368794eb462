// What an app is known by, for whoever calls the API or asks a store.
import type { Child } from "hono/jsx";
import type { App } from "../../domain/apps/find-app.ts";
import { Fact } from "../parts/facts.tsx";
import { Moment } from "../parts/moment.tsx";

/** `children` are what can be done with it. */
export const Facts = ({ app, now, children }: { app: App; now: number; children?: Child }) => (
  <section class="card" aria-labelledby="fa-h">
    <header>
      <h2 id="fa-h">Facts</h2>
      {children}
    </header>
    <dl class="card-body facts">
      <Fact name="Version">
        {app.versionName} <span class="muted">({app.versionCode})</span>
      </Fact>
      <Fact name="Package">
        <code class="all">{app.packageName}</code>
      </Fact>
      <Fact name="Id in API v1">
        <code>{app.id}</code>
      </Fact>
      <Fact name="Id in the push API">
        <code class="all">{app.uuid}</code>
      </Fact>
      <Fact name="Public key">
        <code class="all">{app.publicKey ?? "none"}</code>
      </Fact>
      <Fact name="Made">
        <Moment at={app.createdAt} now={now} />
      </Fact>
      <Fact name="Changed">
        <Moment at={app.updatedAt} now={now} />
      </Fact>
    </dl>
  </section>
);
