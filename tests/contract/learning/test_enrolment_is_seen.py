"""An enrolment that is changed through its route is in the next answer, though the answer before was kept."""

from typing import Any

import pytest

from belvedere.cache import serve
from belvedere.clock import SECOND_MS, now_ms
from belvedere.storage.tables import tables
from tests.contract.learning.classroom import EVENTS, WEEK
from tests.worlds.served import Served

CLASSES = "/v1/directory/classes"
SETTLED_S = 10.0  # past the time in which an answer is not kept because its rows might be older than their version
NO_LONGER_YOUNG_S = 1.0


class Ahead:
    """The cache of a process whose clock is put forward."""

    def __init__(self) -> None:
        self.ms = 0
        self.cache = serve.Cache(tables, clock=lambda: now_ms() + self.ms)

    def put_forward(self, seconds: float) -> None:
        self.ms += round(seconds * SECOND_MS)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Ahead:
    ahead = Ahead()
    monkeypatch.setattr(serve, "cache_of", lambda _: ahead.cache)
    return ahead


def done(board: Served, method: str, path: str, body: Any = None) -> None:
    answer = board.ask(method, path, key=board.key("admin"), **({"json": body} if body else {}))
    assert answer.status_code in (200, 201, 204), answer.text


def overview(board: Served) -> tuple[str, int]:
    """(how it was served, how many students the class has)."""
    answer = board.get("/dashboard/class-overview", class_ids="biology", **WEEK)
    assert answer.status_code == 200, answer.text
    return answer.headers["x-cache"], answer.json()["class_statistics"]["enrolled_students"]


def test_every_change_of_a_class_is_in_the_next_overview(served: Served, clock: Ahead) -> None:
    served.send_and_fold(*EVENTS)
    students = f"{CLASSES}/biology/students"
    done(served, "POST", CLASSES, {"class_id": "biology", "name": "Biology"})
    done(served, "POST", students, {"add": ["ann", "bob"]})
    clock.put_forward(SETTLED_S)
    assert [overview(served), overview(served)] == [("miss", 2), ("hit-memory", 2)]
    for method, path, body, count in (
        ("PUT", f"{students}/zoe", None, 3),
        ("POST", students, {"remove": ["ann", "bob"]}, 1),
        ("DELETE", f"{students}/zoe", None, 0),
    ):
        done(served, method, path, body)
        clock.put_forward(NO_LONGER_YOUNG_S)
        assert overview(served) == ("miss", count)
