"""What Schemathesis can't know: real ids for its requests, and which of its reports are no faults.

world.json (world.ts) has the real values, exceptions.toml the accepted reports with their reasons.
"""

import json
import os
import random
import re
import tomllib
from pathlib import Path

import schemathesis
from schemathesis.core.parameters import ParameterLocation

WORLD = json.loads(Path(os.environ["FUZZ_WORLD"]).read_text())
EXCEPTIONS = tomllib.loads((Path(__file__).parent / "exceptions.toml").read_text())["exception"]

DEVICE = f"Bearer {os.environ['FUZZ_SUBSCRIBER_TOKEN']}"

# How often a value that fits the schema is replaced by one that exists.
REAL = 0.8

# A URL's scheme, credentials and host. Whatever the server is told to call is this machine's port 9, where nobody is.
HOST = re.compile(r"^(\s*https?:[/\\]*)([^/?#@\\]*@)?[^/?#\\]*", re.IGNORECASE)
NOWHERE = "127.0.0.1:9"

chance = random.Random(int(os.environ["FUZZ_SEED"]))
calls = 0


@schemathesis.hook
def before_call(context, case, kwargs):
    global calls
    calls += 1
    operation = case.operation.definition.raw.get("operationId", "")
    fill_parameters(case, operation)
    if isinstance(case.body, dict | list):
        case.body = at_home(case.body if is_negative(case, ParameterLocation.BODY) else filled(case.body))
    # Each request has a network address of its own: limits by address are not what is tested here.
    case.headers["cf-connecting-ip"] = f"10.{calls >> 16 & 255}.{calls >> 8 & 255}.{calls & 255}"


def is_negative(case, location):
    return case.meta is not None and case.meta.is_negative_at(location)


def fill_parameters(case, operation):
    real = {}
    for beginning in sorted(WORLD["paths"], key=len):
        if case.path.startswith(beginning):
            real |= WORLD["paths"][beginning]
    spare = WORLD["spare"].get(operation, {})
    # The check that others' tokens are refused brings a token of its own, which stays.
    if "authorization" in spare and case.headers.get("Authorization") == DEVICE:
        case.headers["Authorization"] = spare["authorization"]
    values = real | spare
    # Where a link leads, it names what an earlier request made.
    is_linked = case.meta is not None and case.meta.phase.name.value == "stateful"

    def chosen(name, value, fills):
        # What other requests need must not be ended, whatever named it.
        ends_it = name in spare and str(value) == str(real.get(name))
        return values[name] if name in values and (fills or ends_it) else value

    for location, container in (
        (ParameterLocation.PATH, case.path_parameters),
        (ParameterLocation.QUERY, case.query),
    ):
        fills = not is_linked and not is_negative(case, location) and chance.random() < REAL
        for name, value in list(container.items()):
            container[name] = chosen(name, value, fills)


def filled(body):
    if isinstance(body, list):
        return [filled(value) for value in body]
    if not isinstance(body, dict):
        return body
    fields = WORLD["fields"]
    return {
        name: fields[name] if name in fields and value is not None and chance.random() < REAL else filled(value)
        for name, value in body.items()
    }


def at_home(value):
    if isinstance(value, str):
        return HOST.sub(lambda found: (found[1] + (found[2] or "") + NOWHERE), value, count=1)
    if isinstance(value, list):
        return [at_home(each) for each in value]
    if isinstance(value, dict):
        return {name: at_home(each) for name, each in value.items()}
    return value


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """False for a report that an exception accepts."""
    operation = case.operation.definition.raw.get("operationId", "")
    sent = json.dumps(case.body, separators=(",", ":"), default=str)
    for exception in EXCEPTIONS:
        if (
            type(failure).__name__ == exception["check"]
            and re.fullmatch(exception.get("operations", ".*"), operation)
            and response.status_code == exception.get("status", response.status_code)
            and re.search(exception.get("answer", ""), response.text)
            and re.search(exception.get("request", ""), sent)
        ):
            return False
    return True
