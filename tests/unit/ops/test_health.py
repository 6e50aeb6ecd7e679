"""GET /health says what answers and what does not."""

from typing import Any

import pytest

import ops.health
from tests.unit.http.lambda_requests import Answer, ask
from tests.unit.ops.conftest import TABLES


class Tables:
    """Answers for every table but those that are down."""

    def __init__(self, *down: str) -> None:
        self.down = {f"the-{name}" for name in down}
        self.asked: list[str] = []

    def get_item(self, *, TableName: str, **_: Any) -> dict[str, Any]:
        self.asked.append(TableName)
        if TableName in self.down:
            raise ConnectionError("no route to a-secret-host")
        return {}


def health(monkeypatch: pytest.MonkeyPatch, tables: Tables) -> Answer:
    monkeypatch.setattr("belvedere.health.dynamodb", lambda: tables)
    return ask(ops.health.endpoint, "/health")


def test_when_every_table_answers_it_is_healthy_and_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = Tables()
    answer = health(monkeypatch, tables)
    assert (answer.status, answer.json["status"]) == (200, "healthy")
    assert answer.json["services"] == dict.fromkeys([*TABLES, "fold"], "healthy")
    assert sorted(tables.asked) == sorted(f"the-{name}" for name in TABLES)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("helper", ["cache", "state"])
def test_without_a_helper_it_is_degraded_and_says_which(monkeypatch: pytest.MonkeyPatch, helper: str) -> None:
    answer = health(monkeypatch, Tables(helper))
    assert (answer.status, answer.json["status"]) == (206, "degraded")
    assert answer.json["services"][helper] == "unhealthy"


@pytest.mark.parametrize("essential", ["events", "rollups", "directory"])
def test_without_an_essential_table_it_is_down_in_the_error_envelope(
    monkeypatch: pytest.MonkeyPatch, essential: str
) -> None:
    answer = health(monkeypatch, Tables(essential, "cache"))
    assert (answer.status, answer.json["status"]) == (503, "unhealthy")
    assert answer.json["services"][essential] == "unhealthy"
    assert answer.json["services"]["state"] == "healthy"
    assert answer.json["code"] == "SERVICE_UNAVAILABLE"
    assert essential in answer.json["detail"]
    assert b"a-secret-host" not in answer.body
