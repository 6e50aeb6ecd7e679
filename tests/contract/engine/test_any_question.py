"""Questions made of names that exist, in every combination: each is answered, or refused for a reason that is told."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belvedere.boards.registry import CATALOG
from tests.contract.learning.school import EVENTS
from tests.contract.shapes import ENVELOPE
from tests.worlds.served import Served

Json = dict[str, Any]
KNOWN = sorted(CATALOG.metrics["learning"])
VALUES = {
    "agent_type": ["kinematics", "forces", "nobody", "", "a|b#c%d", "naïve ü\x00"],
    "user": ["user1", "user2", "nobody", "", "#", "u" * 200],
    "concept": ["velocity", "friction", "nobody"],
    "hour": ["10", "99", "x"],
    "day": ["2025-01-14"],
}
DIMENSIONS = [*VALUES, "planet"]
MOMENTS = [
    "2024-12-30T22:31:00Z", "2025-01-08T00:00:00Z", "2025-01-10", "2025-01-14T10:20:30.123+05:30",
    "2025-01-15T00:00:00Z", "2025-03-30T01:30:00+01:00", "1970-01-01", "9999-12-31T23:59:59Z", "soon",
]  # fmt: skip
ZONES = [
    None,
    "UTC",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Apia",
    "Etc/GMT+12",
    "nowhere",
    "",
]
WIDTHS = [None, "1m", "5m", "1h", "6h", "1d", "1w", "1mo", "auto", "2h"]

leaf = st.sampled_from(sorted(VALUES)).flatmap(
    lambda dimension: st.fixed_dictionaries(
        {
            "dimension": st.just(dimension),
            "in": st.lists(st.sampled_from(VALUES[dimension]), min_size=1, max_size=3),
        }
    )
)
filters = st.recursive(
    leaf,
    lambda part: st.one_of(
        st.fixed_dictionaries({"not": part}),
        st.fixed_dictionaries({"and": st.lists(part, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"or": st.lists(part, min_size=1, max_size=3)}),
    ),
    max_leaves=4,
)
ranges = st.one_of(
    st.fixed_dictionaries({"preset": st.sampled_from(["1h", "24h", "7d", "90d", "1y", "2y"])}),
    st.fixed_dictionaries({"from": st.sampled_from(MOMENTS[:5]), "to": st.sampled_from(MOMENTS)}),
)
questions = st.fixed_dictionaries(
    {
        "board": st.just("learning"),
        "metrics": st.lists(st.sampled_from(KNOWN), min_size=1, max_size=3),
        "range": ranges,
    },
    optional={
        "granularity": st.sampled_from(WIDTHS),
        "tz": st.sampled_from(ZONES),
        "group_by": st.lists(st.sampled_from(DIMENSIONS), max_size=3),
        "filters": filters,
        "limit": st.sampled_from([1, 7, 10_000]),
        "compare": st.sampled_from([None, "previous"]),
        "explain": st.booleans(),
    },
)
CALMLY = settings(
    max_examples=250, derandomize=True, database=None, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


@pytest.fixture(scope="module")
def engine(served: Served) -> Served:
    """The API after the school's week."""
    served.send_and_fold(*EVENTS)
    return served


def answered(engine: Served, question: Json) -> Json | None:
    """The answer; None where it was refused, which has to be 422 and told."""
    answer = engine.post("/v1/query", question)
    body = answer.json()
    if answer.status_code == 200:
        return dict(body)
    assert answer.status_code == 422, (question, body)
    assert body.keys() >= ENVELOPE
    assert body["detail"].split(":")[0]
    return None


@CALMLY
@given(question=questions)
def test_every_question_is_answered_or_refused_with_a_reason(engine: Served, question: Json) -> None:
    found = answered(engine, question)
    if found is None:
        return
    dims = dict.fromkeys(question.get("group_by", []))
    for row in found["rows"]:
        expected = [*(["time"] if found["granularity"] else []), *dims, *dict.fromkeys(question["metrics"])]
        assert list(row) == [*expected, *(["previous"] if question.get("compare") else [])]
    assert len(found["rows"]) <= min(found["total"], question.get("limit", 1000))


@CALMLY
@given(question=questions, by=st.sampled_from(["1h", "1d", "1w"]), zone=st.sampled_from(ZONES[:7]))
def test_the_buckets_of_a_count_add_up_to_the_count(engine: Served, question: Json, by: str, zone: str | None) -> None:
    part: Json = {"board": "learning", "metrics": ["interaction_count"], "range": question["range"], "limit": 10_000}
    part |= {"filters": question["filters"]} if "filters" in question else {}
    whole, split = answered(engine, part), answered(engine, part | {"granularity": by, "tz": zone})
    if whole and split and whole["time_range"] == split["time_range"]:
        assert sum(row["interaction_count"] for row in split["rows"]) == whole["rows"][0]["interaction_count"]
