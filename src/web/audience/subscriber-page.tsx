// One subscriber: what is known, what it was sent and did, who else is the same user; its tags and facts can be changed, and it
// can be unsubscribed and deleted.
import { z } from "@hono/zod-openapi";
import { findApp, type App } from "../../domain/apps/find-app.ts";
import { listOwnDevices } from "../../domain/composing/own-devices.ts";
import { subscriberStory } from "../../domain/notifications/subscriber-story.ts";
import { subscriberTies } from "../../domain/overviews/subscriber-ties.ts";
import { erasePerson } from "../../domain/one-person/erase-person.ts";
import { takePerson } from "../../domain/one-person/take-person.ts";
import { hasRight } from "../../domain/people/roles.ts";
import {
  deleteSubscriber,
  unsubscribe,
  updateSubscriber,
} from "../../domain/subscribers/change-subscriber.ts";
import { MAX_TAGS } from "../../domain/subscribers/facts/fields.ts";
import { canonicalText } from "../../domain/subscribers/facts/text.ts";
import { subscriberOf, type Subscriber } from "../../domain/subscribers/find-subscriber.ts";
import { invalidField, refuse, RefusalError } from "../../kit/refusal.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { myDeviceForm } from "../own-devices/forms.tsx";
import { appPath, sideAppOf } from "../parts/app-tile.tsx";
import { DELETE, ERASE, FACTS, TAG, TAKE, UNSUBSCRIBE, UNTAG } from "./dialogs.tsx";
import { SubscriberView } from "./subscriber-view.tsx";
import { calledBy } from "./words.ts";

const Params = z.object({ account: Id, app: Id, subscriber: z.uuid() });
type Params = z.output<typeof Params>;
const OfSubscriber = { schema: Params, thing: "subscriber" } as const;

/** Files about a person a minute from one network address: each reads many pages. */
const PERSON_RATE = { name: "person-export", limit: 10 };

interface Found {
  app: App;
  subscriber: Subscriber;
  /** The page's path. */
  path: string;
}

/** The app and its subscriber that a path names. Refuses `not_found`, also for a subscriber of another app. */
async function found(ctx: MemberCtx, { app: appId, subscriber: uuid }: Params): Promise<Found> {
  const app = await findApp(ctx, appId);
  const subscriber = await subscriberOf(ctx, app, uuid.toLowerCase());
  return { app, subscriber, path: `${appPath(app)}/audience/${subscriber.uuid}` };
}

/** A form of the page, for whoever may write. */
const change = (
  path: string,
  operationId: string,
  summary: string,
  run: (ctx: MemberCtx, of: Found, text: (name: string) => string) => Promise<Said>,
) =>
  form({
    path,
    operationId,
    summary,
    params: OfSubscriber,
    may: "push:write",
    run: async (ctx: MemberCtx, { params, fields }) => {
      const of = await found(ctx, params);
      const { says, to = of.path } = await run(ctx, of, (name) => fields.text(name));
      return { to, says };
    },
  });

interface Said {
  says: string;
  /** The page that it leads to; by default the subscriber's. */
  to?: string;
}

export const subscriberPage = memberPage({
  path: "/{account}/apps/{app}/audience/{subscriber}",
  operationId: "showSubscriber",
  summary: "One subscriber of the app",
  params: OfSubscriber,
  may: "push:read",
  show: async (ctx, { params, form: state }) => {
    const { app, subscriber, path } = await found(ctx, params);
    const mayWrite = hasRight(ctx.role, "push:write");
    const [side, ties, story, own] = await Promise.all([
      sideAppOf(app),
      subscriberTies(ctx, subscriber),
      subscriberStory(ctx, subscriber),
      mayWrite ? listOwnDevices(ctx, app) : [],
    ]);
    const isMine = own.some(({ id }) => id === subscriber.uuid);
    const props = { ctx, ofApp: appPath(app), path, side, form: state, subscriber, ties, story };
    return {
      title: calledBy(subscriber),
      body: <SubscriberView {...props} mayWrite={mayWrite} isMine={isMine} />,
    };
  },
  forms: [
    myDeviceForm({
      params: OfSubscriber,
      find: found,
      idOf: ({ subscriber }: Params) => subscriber,
    }),
    change(TAG, "submitTag", "Give the subscriber a tag", async (ctx, { subscriber }, text) => {
      const tag = text("tag");
      const wanted = updateSubscriber(ctx, subscriber, { tags: [...subscriber.tags, tag] });
      await aboutTag(wanted);
      return { says: "The tag is added." };
    }),
    change(UNTAG, "submitUntag", "Take a tag away", async (ctx, { subscriber }, text) => {
      const tag = canonicalText(text("tag"));
      await updateSubscriber(ctx, subscriber, {
        tags: subscriber.tags.filter((each) => each !== tag),
      });
      return { says: "The tag is taken away." };
    }),
    change(FACTS, "submitFacts", "Change what is known", async (ctx, { subscriber }, text) => {
      await updateSubscriber(ctx, subscriber, {
        user_id: text("user_id"),
        language: text("language"),
        country: text("country"),
        timezone: text("timezone"),
      });
      return { says: "It is changed." };
    }),
    change(UNSUBSCRIBE, "submitUnsubscribe", "Unsubscribe", async (ctx, { subscriber }) => {
      await unsubscribe(ctx, subscriber);
      return { says: `${calledBy(subscriber)} is unsubscribed.` };
    }),
    change(DELETE, "submitDeleteSubscriber", "Delete it", async (ctx, { app, subscriber }) => {
      await deleteSubscriber(ctx, subscriber);
      return {
        to: `${appPath(app)}/audience`,
        says: `${calledBy(subscriber)} is deleted.`,
      };
    }),
    form({
      path: TAKE,
      operationId: "takePerson",
      summary: "What is kept about the person, as a file",
      params: OfSubscriber,
      may: "push:write",
      rate: PERSON_RATE,
      run: async (ctx: MemberCtx, { params }) => {
        const { app, subscriber } = await found(ctx, params);
        return personFile(await takePerson(ctx, app, userOf(subscriber)));
      },
    }),
    change(ERASE, "submitErase", "Delete the person", async (ctx, { app, subscriber }) => {
      await erasePerson(ctx, app, userOf(subscriber));
      return {
        to: `${appPath(app)}/audience`,
        says: "Everything of the person is deleted. What webhooks were sent about them goes within minutes.",
      };
    }),
  ],
});

/** The person whose device it is. Refuses `not_found` for a device of nobody who is known. */
function userOf({ userId }: Subscriber): string {
  return userId ?? refuse({ code: "not_found", what: "subscriber" });
}

/** The file is for the person, so it is written to be read. */
function personFile(document: object): Response {
  return new Response(`${JSON.stringify(document, null, 2)}\n`, {
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-disposition": 'attachment; filename="person.json"',
      "cache-control": "no-store",
    },
  });
}

/** What is wrong with the list of tags is wrong with the one that was typed. */
async function aboutTag(changing: Promise<unknown>): Promise<void> {
  try {
    await changing;
  } catch (error) {
    if (!(error instanceof RefusalError) || error.refusal.code !== "invalid") throw error;
    const [issue] = error.refusal.issues;
    // The list itself, and not the one in it.
    if (issue?.path.length === 1) {
      refuse(invalidField(["tag"], `can't be added: a device has at most ${MAX_TAGS} tags`));
    }
    refuse({ code: "invalid", issues: issue ? [{ ...issue, path: ["tag"] }] : [] });
  }
}
