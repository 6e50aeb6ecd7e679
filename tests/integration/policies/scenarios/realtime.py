"""What the realtime functions are made to do."""

import asyncio
import json

import pytest

from belvedere.auth.caller import Caller
from belvedere.boards.learning.live import snapshot
from belvedere.clock import DAY_MS, MINUTE_MS, now_ms
from belvedere.realtime.changelog.log import read_head
from belvedere.realtime.channel import Moment, ReaderFilter
from belvedere.realtime.connections import authorization
from belvedere.realtime.connections.audience import Audience
from belvedere.realtime.connections.authorization import SubscriptionRequest, authorize
from belvedere.realtime.connections.store import Connection, Connections
from belvedere.realtime.connections.waiting import add_pending
from belvedere.realtime.push import frame_sender
from belvedere.realtime.push import push as realtime_push
from belvedere.storage.tables import tables
from realtime import heartbeat
from tests.contract.learning.directory import taught
from tests.contract.people import token_of
from tests.contract.productivity.team import at, session
from tests.integration.policies import recorder
from tests.integration.policies.scenarios.registry import Scenario, scenario
from tests.worlds.served import interaction
from tests.worlds.stage import Stage

TEACHER = Caller("demo", "read", "key", user="teacher", role="instructor")


@scenario("realtime.connect")
def connect(stage: Stage) -> None:
    """With a key, without one, once too often, and for a teacher, who may hear of the students of their classes."""
    sample = stage.sample("realtime.connect")
    assert stage.run("realtime.connect", sample | {"headers": {}})["statusCode"] == 200
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(authorization, "CONNECTION_QUOTA", 0)
        assert stage.run("realtime.connect", sample)["statusCode"] == 429
    with taught("physics", "user1"), stage.recorder.watching():
        assert asyncio.run(authorize(TEACHER, SubscriptionRequest("learning"))).users == {"user1"}


@scenario("realtime.default")
def default(stage: Stage) -> None:
    """Everything that a client may say, and a connection that says only then who it is."""
    says(stage, "nameless", {"type": "ping"}, status="error")
    query = {"channel": "learning", "user": "user1"}
    stage.run("realtime.connect", opening(stage, "late") | {"headers": {}, "queryStringParameters": query})
    stage.hold_callers_to_their_limits(True)
    says(stage, "late", {"type": "auth", "token": stage.served.key("read")}, status="authenticated")
    stage.hold_callers_to_their_limits(False)
    stage.run("realtime.connect", opening(stage, "too-late") | {"headers": {}, "queryStringParameters": query})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(authorization, "CONNECTION_QUOTA", 0)
        says(stage, "too-late", {"type": "auth", "token": stage.served.key("read")}, status="error")
    stage.run("realtime.connect", opening(stage, "later") | {"headers": {}, "queryStringParameters": query})
    token = token_of("demo", secret=recorder.SECRET)
    says(stage, "later", {"type": "auth", "token": token}, status="authenticated")
    opened("talks")
    says(stage, "talks", {"type": "subscribe", "channel": "learning"}, status="subscribed")
    says(stage, "talks", {"type": "unsubscribe", "channel": "learning"}, status="unsubscribed")
    with taught("physics", "user1"):
        opened("teaches", user="teacher", role="instructor")
        says(stage, "teaches", {"type": "subscribe", "channel": "learning"}, status="subscribed")


@scenario("realtime.disconnect")
def disconnect(stage: Stage) -> None:
    """A connection that is known."""
    opened("sample-connection-1")


@scenario("realtime.push")
def push(stage: Stage) -> None:
    """A newcomer, one who listens, one who is gone, some without rights, an audience in parts, alerts; both boards."""
    stage.served.send_and_fold(*(interaction(f"push-{n}", now_ms(), "pushed", ok=False) for n in range(6)))
    opened("new", pending_request="")
    for name in ("hears", "left"):
        audience = Audience(tables("demo").state, "learning")
        audience.join(opened(name), ReaderFilter(), "")
    opened("pupil", user="pupil", role="student")
    stage.recorder.gone = {"left"}
    stage.run("realtime.push", {"workspaces": ["demo"]})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(frame_sender, "AT_ONCE", 1)
        Audience(tables("demo").state, "learning").join(opened("also"), ReaderFilter(), "")
        stage.served.send_and_fold(interaction("push-again", now_ms(), "pushed"))
        stage.run("realtime.push", {"workspaces": ["demo"]})
    with pytest.MonkeyPatch.context() as patched:  # there is more to tell than there is time for
        patched.setattr(realtime_push, "LONGEST_MS", 0)
        stage.run("realtime.push", {"workspaces": ["demo"]})
    stage.served.send_and_fold(session("push-session", at(0), cost=50.0))
    for number in range(6):  # all but the first come while the channel rests, also where a push takes seconds
        Audience(tables("demo").state, "productivity.metrics").join(opened(f"codes-{number}"), ReaderFilter(), "")
        stage.run("realtime.push", {"workspaces": ["demo"]})
    with stage.recorder.watching():  # and the day before the present hour, which is two parts of days but at midnight
        noon = now_ms() // DAY_MS * DAY_MS - DAY_MS // 2
        asyncio.run(snapshot(Moment(tables("demo"), noon)))


@scenario("realtime.heartbeat")
def beat(stage: Stage) -> None:
    """Somebody is connected, and somebody else has not said for too long who they are."""
    opened("listens")
    state = tables("demo").state
    add_pending(state.client, state.name, "nobody", "", now_ms() - MINUTE_MS)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(heartbeat, "HALF_A_MINUTE_S", 0.0)
        assert stage.run("realtime.heartbeat", {})["workspaces"] > 0


def stream(module: str) -> Scenario:
    """A reader who has missed something, and a teacher."""

    def resume(stage: Stage) -> None:
        head = read_head(tables("demo").state)
        stage.http(module, query=f"cursor={head.birth}.{head.seq - 1}")
        with taught("physics", "user1"), stage.recorder.watching():
            asyncio.run(authorize(TEACHER, SubscriptionRequest("learning")))

    return resume


def opening(stage: Stage, name: str) -> dict[str, object]:
    """`$connect` of a connection of this name."""
    event = stage.sample("realtime.connect")
    event["requestContext"]["connectionId"] = name
    return event


def opened(
    name: str, *, user: str | None = None, role: str = "service", pending_request: str | None = None
) -> Connection:
    """A connection that is open."""
    connection = Connection(name, "demo", user or f"holder-{name}", now_ms(), user, role, pending_request)
    Connections(tables("demo").state).open(connection)
    return connection


def says(stage: Stage, name: str, frame: dict[str, str], *, status: str) -> None:
    """A client says something; what it is answered."""
    event = stage.sample("realtime.default")
    event["requestContext"]["connectionId"] = name
    answer = stage.run("realtime.default", event | {"body": json.dumps(frame)})
    assert json.loads(answer["body"])["type"] == status


scenario("realtime.events")(stream("realtime.events"))
scenario("learning.stream")(stream("learning.stream"))
