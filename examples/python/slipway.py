"""What the other programs here share: calls of the API with Python's own library. Python 3.9 or newer."""

import hashlib
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

MOST_TRIES, LONGEST_PAUSE_S = 4, 60


def setting(name, meaning):
    """The variable of the environment; ends the program if it is not there."""
    return os.environ.get(name) or sys.exit(f"{name} is not set: it is {meaning}")


URL = setting("SLIPWAY_URL", "the address of your Slipway, such as https://push.example.com")
KEY = setting("SLIPWAY_KEY", "an API key of your account (sw_live_...)")


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Makes a redirect an answer like others, since the key would go along to wherever it leads."""

    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(NoRedirects)
bookmark = {}  # Of the last write: with it, a read that is answered far away sees what was written.


def request(method, path, body=None, headers=None):
    """Returns the status and the bytes of the answer. After 429, 5xx and no answer it tries again, as late as Retry-After
    says, with the same Idempotency-Key, so that nothing is made or sent twice."""
    sent, data = {**(headers or {"Authorization": f"Bearer {KEY}"}), **bookmark}, None
    if method != "GET":
        data = json.dumps({} if body is None else body).encode()
        sent.update({"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex})
    for tried in range(1, MOST_TRIES + 1):
        pause = 2 ** tried
        try:
            with opener.open(urllib.request.Request(URL + path, data, sent, method=method), timeout=30) as answer:
                if method != "GET" and "x-slipway-bookmark" in answer.headers:
                    bookmark["x-slipway-bookmark"] = answer.headers["x-slipway-bookmark"]
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            if refused.code != 429 and refused.code < 500 or tried == MOST_TRIES:
                return refused.code, refused.read()
            pause = int(refused.headers.get("Retry-After") or pause)
        except (OSError, http.client.HTTPException) as error:  # The latter for an answer that breaks off.
            if tried == MOST_TRIES:
                sys.exit(f"{method} {path}: {error}")
        time.sleep(min(pause, LONGEST_PAUSE_S))


def api(method, path, body=None, headers=None):
    """Returns the answer; if it is a refusal, ends the program with what the API says."""
    status, answer = request(method, path, body, headers)
    if status >= 300:
        sys.exit(f"{method} {path}: {status} {answer.decode(errors='replace')}")
    return json.loads(answer)


def ended(path):
    """Waits until what is there has an end, five minutes at most, and returns it."""
    for _ in range(300):
        thing = api("GET", path)["data"]
        if thing["status"] in ("completed", "sent", "failed", "cancelled"):
            return thing
        time.sleep(1)
    sys.exit(f"{path} is still {thing['status']} after five minutes")


def save(name, content, mode=0o666):
    """Saves a file whole or not at all."""
    part = f"{name}.part"
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
    os.replace(part, name)


def download(build, name):
    """Saves the file of a completed build, if it is the one that was built."""
    link = api("GET", f"/api/v1/builds/{build['id']}/download")["download_url"]
    try:
        with urllib.request.urlopen(link, timeout=60) as answer:
            content = answer.read()
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"{name} was not saved: {error}")
    if hashlib.sha256(content).hexdigest() != build["artifact_sha256"]:
        sys.exit(f"{name} was not saved: it came damaged")
    save(name, content)
