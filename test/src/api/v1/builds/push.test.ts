// What a build is told of pushes: where its app registers, and by which keys.
import { createExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import { createApp } from "../../../../../src/api/app.ts";
import { FENCING_HEADER, Job } from "../../../../../src/protocol/builder.ts";
import { connect } from "../../../../../src/runtime.ts";
import { trigger, useTestClock } from "../../../../support/builds.ts";
import { FakeBuilder } from "../../../../support/fake-builder.ts";
import { PUSH } from "../../../../support/push.ts";
import { newOwner, newPushApp } from "../../../../support/scenario.ts";
import { api, bindings, ORIGIN } from "../../../../support/worker.ts";

useTestClock();

const SUBJECT = { subject: "mailto:push@slipway.dev" };

/** An owner whose app has this config, with Web Push set up or not, and the job of a build of it. */
async function jobOf(config: object, isSetUp = true) {
  const builder = await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 5 }, { config });
  const credential = isSetUp ? await setUp(owner.account.key, owner.app.id) : null;
  expect((await trigger(owner)).status).toBe(201);
  const { job } = await builder.take();
  return { owner, job, credential };
}

async function setUp(token: string, appId: number, json: object = SUBJECT) {
  const path = `/api/v1/apps/${appId}/push/credentials/webpush`;
  const put = await api("PUT", path, { token, json });
  expect(put.status).toBe(200);
  return put.body.data;
}

test("a build whose config asks for pushes is told where its app registers, and by which keys", async () => {
  const push = { enabled: true, play_services: false, poll: true, prompt: "We tell you." };
  const { owner, job, credential } = await jobOf({ push });
  const { data } = (await api("GET", `/public/apps/${owner.app.uuid}/keys`)).body;
  expect(job.app.config.push).toEqual(push);
  expect(job.push).toEqual({
    api_origin: ORIGIN,
    app_id: owner.app.uuid,
    public_key: data.public_key,
    vapid_public_key: credential.public_key,
  });
});

const PACKAGE = "com.example.linked";

test("it is told whether the operator lets its app open the links of codes", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner(
    { build_credits: 5 },
    { config: { push: { enabled: true } }, package_name: PACKAGE },
  );
  await setUp(owner.account.key, owner.app.id);
  const answerTo = createApp();
  const codeLinksOf = async (packageName: string) => {
    expect((await trigger(owner)).status).toBe(201);
    const lease = (await builder.lease(5000)) ?? { build_id: 0, fencing_token: "" };
    const target = {
      namespace: "android_app",
      package_name: packageName,
      sha256_cert_fingerprints: [Array.from({ length: 32 }, () => "0A").join(":")],
    };
    const relation = ["delegate_permission/common.handle_all_urls"];
    const vars = { ...bindings, ASSET_LINKS: JSON.stringify([{ relation, target }]) } as never;
    const accepted = await answerTo(
      new Request(`${ORIGIN}/builder/v1/jobs/${lease.build_id}/accept`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${builder.token}`,
          [FENCING_HEADER]: lease.fencing_token,
        },
      }),
      connect(vars, createExecutionContext()),
    );
    expect(accepted.status).toBe(200);
    const job = Job.parse(await accepted.json());
    await builder.fail(lease, false);
    return job.push?.code_links ?? false;
  };
  expect(await codeLinksOf("com.example.another")).toBe(false);
  expect(await codeLinksOf(PACKAGE)).toBe(true);
});

test.each([
  ["no config asks for them", {}, true],
  ["the config says no", { push: { enabled: false, poll: true } }, true],
  ["Web Push is not set up", { push: { enabled: true } }, false],
])("a build is told nothing of pushes where %s", async (_, config, isSetUp) => {
  expect((await jobOf(config, isSetUp)).job.push).toBeNull();
});

test("the origin is that by which the build was asked for, and the keys are the present ones", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 5 }, { config: { push: { enabled: true } } });
  const { key: token } = owner.account;
  await setUp(token, owner.app.id);
  const path = `https://elsewhere.example/api/v1/apps/${owner.app.id}/builds`;
  expect((await api("POST", path, { token, json: {} })).status).toBe(201);
  const other = await newPushApp(token);
  const pair = { public_key: other.vapid_public_key, private_key: other.vapid_private_key };
  await setUp(token, owner.app.id, { ...SUBJECT, ...pair });
  const { job } = await builder.take();
  expect(job.push).toMatchObject({
    api_origin: "https://elsewhere.example",
    vapid_public_key: other.vapid_public_key,
  });
});

test("an app that the push API made is set up from the beginning", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 5 });
  const token = owner.account.key;
  const app = await newPushApp(token, { settings: { default_url: "https://example.com" } });
  const changed = await api("PUT", `/api/v1/apps/${app.v1_id}`, {
    token,
    json: { config: { push: { enabled: true } } },
  });
  expect(changed.status).toBe(200);
  expect((await api("GET", `${PUSH}/apps/${app.id}`, { token })).status).toBe(200);
  await api("POST", `/api/v1/apps/${app.v1_id}/builds`, { token, json: {} });
  expect((await builder.take()).job.push).toEqual({
    api_origin: ORIGIN,
    app_id: app.id,
    public_key: app.public_key,
    vapid_public_key: app.vapid_public_key,
  });
});
