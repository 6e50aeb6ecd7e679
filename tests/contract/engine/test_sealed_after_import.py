"""After an import of old days the fold has them sealed by itself, and then many days cost no more reads than few."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

import fold.rollups
import fold.seal
from belvedere.query.reader.page_memory import MEMORY
from belvedere.rollups import seal_request
from belvedere.storage.meter import Meter
from belvedere.storage.tables import tables
from tests.clock import TODAY
from tests.worlds.served import CONTEXT, Served, interaction

SPARSE_DAYS = 9  # from one day with events to the next: 400 of them are ten years


class Started:
    """Stands for Lambda's client, and remembers what was started."""

    def __init__(self) -> None:
        self.payloads: list[Any] = []

    def invoke(self, FunctionName: str, InvocationType: str, Payload: bytes) -> None:
        assert (FunctionName, InvocationType) == ("the-seal-function", "Event")
        self.payloads.append(json.loads(Payload))

    def run(self) -> list[dict[str, dict[str, int]]]:
        """What the started sealings did."""
        done = [fold.seal.handler(payload, CONTEXT) for payload in self.payloads]
        self.payloads.clear()
        return done


@pytest.fixture
def started(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    lambda_client = Started()
    monkeypatch.setattr(fold.rollups, "lambda_", lambda: lambda_client)
    monkeypatch.setattr(seal_request, "QUIET_MS", 0)
    with served.with_environment(SEAL_FUNCTION="the-seal-function"):
        yield lambda_client


def imported(served: Served, workspace: str, days: int, *, days_ago: int = 10) -> None:
    """Send and fold two interactions on each of so many days, which lie apart, the last of them `days_ago`."""
    dates = [f"{TODAY - timedelta(days=days_ago + SPARSE_DAYS * n):%Y-%m-%d}" for n in range(days)]
    events = [
        interaction(f"{date}-{n}", f"{date}T1{n}:00:00Z", f"user{n}", concept="velocity")
        for date in dates
        for n in (1, 2)
    ]
    for first in range(0, len(events), 500):
        served.send_and_fold(*events[first : first + 500], workspace=workspace)


def calls_of_ten_years(served: Served, workspace: str) -> tuple[int, list[tuple[str, int]]]:
    """How many calls a ranking of users over everything takes in a process that remembers nothing, and the ranking."""
    MEMORY._pages.clear()
    time_range = {"from": f"{TODAY - timedelta(days=3652):%Y-%m-%d}T00:00:00Z", "to": f"{TODAY:%Y-%m-%d}T00:00:00Z"}
    question = {"board": "learning", "metrics": ["interaction_count"], "group_by": ["user"], "range": time_range}
    calls: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Meter, "record", lambda meter, operation, response: calls.append(operation))
        answer = served.post("/v1/query", {**question, "force_refresh": True}, key=served.key("read", workspace))
    assert answer.status_code == 200, answer.text
    return len(calls), [(row["user"], row["interaction_count"]) for row in answer.json()["rows"]]


def test_a_ranking_of_400_scattered_days_takes_as_many_calls_as_one_of_40(served: Served, started: Started) -> None:
    calls = {}
    for days in (40, 400):
        imported(served, f"days-{days}", days)
        assert [done[f"days-{days}"]["sealed"] for done in started.run()] == [days]
        calls[days], ranking = calls_of_ten_years(served, f"days-{days}")
        assert ranking == [("user1", days), ("user2", days)]
    assert calls[400] <= calls[40] + 4, calls


def test_a_few_late_events_wait_for_the_night(served: Served, started: Started) -> None:
    imported(served, "late", seal_request.FEW_CHANGES)
    assert started.payloads == []


def test_days_that_have_just_ended_wait_for_the_night_however_often_they_change(
    served: Served, started: Started
) -> None:
    for n in range(2 * seal_request.FEW_CHANGES):
        served.send_and_fold(
            interaction(f"young-{n}", f"{TODAY - timedelta(days=1):%Y-%m-%d}T10:00:00Z"), workspace="young"
        )
    assert started.payloads == []


def test_the_batches_of_an_import_start_one_sealing_and_the_next_import_another(
    served: Served, started: Started
) -> None:
    for days_ago in (10, 11, 12):
        imported(served, "batches", 20, days_ago=days_ago)
    assert started.payloads == [{"workspaces": ["batches"]}]
    assert started.run()[0]["batches"]["sealed"] == 60
    imported(served, "batches", 20, days_ago=13)
    assert started.run()[0]["batches"] == {"sealed": 20, "kept": 60, "left": 0}


def test_days_that_change_while_others_are_sealed_are_sealed_before_it_ends(
    served: Served, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_last, late = fold.seal.seal_last, iter([11])

    def seal_while_more_comes(*arguments: Any) -> dict[str, int]:
        outcome = seal_last(*arguments)
        for days_ago in late:
            imported(served, "meanwhile", 3, days_ago=days_ago)
        return outcome

    imported(served, "meanwhile", 20)
    monkeypatch.setattr(fold.seal, "seal_last", seal_while_more_comes)
    assert started.run()[0]["meanwhile"]["sealed"] == 23


def test_a_sealing_waits_as_long_as_the_last_batch_took(served: Served) -> None:
    state, present, waits = tables("slow").state, [1_000_000_000_000], list[float]()

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        present[0] += int(seconds * 1000)

    seal_request.add(state, {"2001-01-01"}, present[0], took_ms=40_000)
    assert seal_request.settled(state, lambda: present[0], 60, sleep)
    assert waits == [40.0]


def test_a_sealing_waits_until_nothing_has_changed_for_a_while(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal_request, "QUIET_MS", 3_000)
    state, present, waits = tables("waits").state, [1_000_000_000_000], list[float]()

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        present[0] += int(seconds * 1000)
        if len(waits) == 1:
            seal_request.add(state, {"2001-01-01"}, present[0])

    seal_request.add(state, {"2001-01-01"}, present[0] - 2_000)
    request = seal_request.settled(state, lambda: present[0], 60, sleep)
    assert (waits, request and request["changes"]) == ([1.0, 3.0], 2)
    seal_request.add(state, {"2001-01-01"}, present[0])
    assert not seal_request.finish(state, request)
    assert seal_request.settled(state, lambda: present[0], 2, sleep) is not None
    assert waits[2:] == [2.0]
