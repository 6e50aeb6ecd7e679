"""After a warm-up the first real request finds everything made: no client, no connection."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.session import Session

import learning.summary
import ops.health
from belvedere.auth.keys import create_key
from belvedere.observability import WARM_UP_SOURCE
from infra.local.settings import ROOT
from tests.emulator import forget_environment
from tests.worlds.stage import CONTEXT

ENDPOINTS = [learning.summary, ops.health]


@contextmanager
def counted() -> Iterator[dict[str, int]]:
    """How many clients and connections are made inside."""
    made = {"clients": 0, "connections": 0}
    create_client, connect = Session.create_client, socket.socket.connect

    def creating(*given: Any, **named: Any) -> Any:
        made["clients"] += 1
        return create_client(*given, **named)

    def connecting(line: socket.socket, address: Any) -> None:
        made["connections"] += 1
        connect(line, address)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Session, "create_client", creating)
        patched.setattr(socket.socket, "connect", connecting)
        yield made


def first_request(endpoint: Any, key: str, *, warm: bool) -> dict[str, int]:
    """What a new process makes for its first request."""
    forget_environment()
    if warm:
        endpoint.handler({"source": WARM_UP_SOURCE}, CONTEXT)
    text = (ROOT / "events" / f"{endpoint.__name__}.json").read_text().replace("REPLACE_WITH_A_KEY", key)
    with counted() as made:
        answer = endpoint.handler(json.loads(text), CONTEXT)
    assert answer["statusCode"] == 200, answer
    return made


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.__name__)
def test_the_first_request_after_a_warm_up_makes_nothing(tables: dict[str, str], endpoint: Any) -> None:
    key = create_key("demo", "read", "warm").key
    cold = first_request(endpoint, key, warm=False)
    assert cold["clients"] > 0
    assert cold["connections"] > 0, "or this test counts nothing"
    assert first_request(endpoint, key, warm=True) == {"clients": 0, "connections": 0}


def test_a_second_warm_up_opens_nothing_again(tables: dict[str, str]) -> None:
    forget_environment()
    learning.summary.handler({"source": WARM_UP_SOURCE}, CONTEXT)
    with counted() as made:
        learning.summary.handler({"source": WARM_UP_SOURCE}, CONTEXT)
    assert made == {"clients": 0, "connections": 0}
