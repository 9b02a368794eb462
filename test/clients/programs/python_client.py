"""A customer's program on openapi-generator's Python client: see clients.test.ts."""

import json
import sys
import time

import slipway_client as slipway

url, key, subscribers = sys.argv[1:]
client = slipway.ApiClient(slipway.Configuration(host=url, access_token=key))

apps = slipway.AppsApi(client)
app = apps.create_app(slipway.CreateAppRequest(name="Pythonic", url="https://example.com")).data
build = slipway.BuildsApi(client).trigger_build(app.id, trigger_build_request=slipway.TriggerBuildRequest()).data
made = (
    slipway.APIKeysApi(client)
    .create_api_key(slipway.CreateApiKeyRequest(name="pythonic", scopes=["push:read"], app_ids=None))
    .data
)

push_app = slipway.PushAppsApi(client).create_push_app(slipway.CreatePushAppRequest(name="Pythonic")).data
for each in json.loads(subscribers):
    slipway.SubscribersApi(client).register_subscriber(push_app.id, slipway.NewSubscriber.from_dict(each))

notifications = slipway.PushNotificationsApi(client)


def send(targeting):
    """Sends to `targeting`, None for everybody; returns the notification once it has been sent."""
    request = slipway.CreatePushNotificationRequest(title="Hello", body="World", send=True, targeting=targeting)
    made = notifications.create_push_notification(push_app.id, request).data
    while True:
        found = notifications.get_push_notification(push_app.id, made.id).data
        if found.status in ("sent", "failed"):
            return found
        time.sleep(0.1)


by_tags = send(slipway.Targeting.from_dict({"type": "tags", "tags": ["beta"], "match": "all"}))
by_ids = send(slipway.Targeting.from_dict({"type": "user_ids", "ids": ["user-2"]}))
to_all = send(None)

read_back = apps.get_app(app.id).data


def shown(sent):
    return {"id": str(sent.id), "targeting": sent.targeting.to_dict(), "total": sent.stats.total_count}


print(
    json.dumps(
        {
            "app": {"id": read_back.id, "name": read_back.name},
            "push_app": str(push_app.id),
            "vapid_private_key": push_app.vapid_private_key,
            "build": build.id,
            "key": made.key,
            "by_tags": shown(by_tags),
            "by_ids": shown(by_ids),
            "to_all": {"id": str(to_all.id), "total": to_all.stats.total_count},
        }
    )
)
