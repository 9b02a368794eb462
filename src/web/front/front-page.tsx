// The front page: what this is, and the way in.
import type { Child } from "hono/jsx";
import { authenticatePerson } from "../../domain/people/authenticate-person.ts";
import { sessionToken } from "../../identity/cookie.ts";
import { visitorPage } from "../dashboard/page.ts";
import { PublicShell } from "../dashboard/public-shell.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Launch } from "./launch.tsx";

export const frontPage = visitorPage({
  path: "/",
  operationId: "showFront",
  summary: "What this is, and the way in",
  show: async (ctx, { request, origin }) => {
    const token = sessionToken({ origin, request }, ctx.signIn.secret);
    const person = token === null ? null : await authenticatePerson(ctx, token);
    return {
      title: "Websites become apps",
      headers: { "x-robots-tag": "all" },
      body: (
        <PublicShell>
          <div class="stack stack--l">
            <div class="page-head">
              <div>
                <h1>Your website, as an app with push notifications</h1>
                <p>
                  Slipway makes a signed Android app of a website in about a second, and notifies
                  everybody who installs it or subscribes on the web.
                </p>
              </div>
            </div>
            <div class="row">
              {person ? (
                <a class="btn btn--primary" href="/dashboard">
                  Go to your apps
                </a>
              ) : (
                <a class="btn btn--primary" href="/dashboard/sign-in">
                  Sign in
                </a>
              )}
              {!person && ctx.signIn.signUp === "open" && (
                <a class="btn" href="/dashboard/sign-up">
                  Create an account
                </a>
              )}
            </div>
          </div>
          <Launch />
          <div class="grid">
            <Point icon="build" title="Built in a second">
              An APK for phones or a bundle for Google Play, signed with a key that stays yours. A
              QR code installs it.
            </Point>
            <Point icon="bell" title="Sent to everybody, or to one">
              Android, iPhone and every browser. What became of each message is counted: sent,
              delivered, opened.
            </Point>
            <Point icon="channels" title="Channels by QR code">
              People scan a code, and get what you send to just them, such as that their order is
              ready.
            </Point>
          </div>
          <p class="muted small">
            All of it is an API as well: <a href="/docs/guides">guides</a> show the way, and the{" "}
            <a href="/docs">reference</a> has every call, to be tried with a key.
          </p>
        </PublicShell>
      ),
    };
  },
});

const Point = ({ icon, title, children }: { icon: IconName; title: string; children: Child }) => (
  <section class="card">
    <div class="card-body stack stack--s">
      <h2 class="row">
        <Icon name={icon} />
        {title}
      </h2>
      <p class="soft">{children}</p>
    </div>
  </section>
);
