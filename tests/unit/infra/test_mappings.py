"""Mappings turn one row into one event, or say which cell is wrong."""

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from belvedere_cli.imports.batches import batches
from belvedere_cli.imports.feed import file_feed
from belvedere_cli.imports.kinds import KINDS
from belvedere_cli.imports.mappings import RowError
from belvedere_cli.imports.mappings.events import EVENTS
from belvedere_cli.imports.mappings.oatutor import OATUTOR
from belvedere_cli.sending.event_wire import WireEvent

REAL_LOG = Path(__file__).parents[4] / "shared" / "data" / "oatutor_events.csv"

ANSWER = {
    "": "7",
    "oatsUserId": "47221",
    "problemID": "RadRat17",
    "stepID": "RadRat17a",
    "hintID": "",
    "eventType": "answerStep",
    "isCorrect": "False",
    "firstAttempt": "True",
    "time": "2021-01-16 04:44:49",
    "skills": "['using_rational_roots', 'other']",
}


def event_of(**cells: str) -> WireEvent:
    event = OATUTOR.to_event({**ANSWER, **cells})
    assert event is not None
    return event


def test_an_answer_becomes_an_interaction() -> None:
    assert event_of() == WireEvent(
        id="oatutor-7",
        type="learning.interaction",
        time="2021-01-16T04:44:49.000Z",
        user="47221",
        properties={
            "success": False,
            "agent_type": "radrat",
            "concept": "using_rational_roots",
            "problem": "RadRat17",
            "step": "RadRat17a",
            "first_attempt": True,
        },
    )


@pytest.mark.parametrize("kind", ["unlockHint", "unlockSubHint", "hintScaffoldLog"])
def test_an_opened_hint_becomes_a_hint_without_success(kind: str) -> None:
    event = event_of(eventType=kind, hintID="RadRat17a-h2", isCorrect="True", firstAttempt="")
    assert event.type == "learning.hint"
    assert event.properties == {
        "hint": "RadRat17a-h2",
        "agent_type": "radrat",
        "concept": "using_rational_roots",
        "problem": "RadRat17",
        "step": "RadRat17a",
    }


@pytest.mark.parametrize(
    ("problem", "agent_type"),
    [("real11", "real"), ("RecCord26", "reccord"), ("ac3e97dclt1", "ac"), ("LinearModels", "linearmodels")],
)
def test_the_agent_type_is_the_leading_letters_of_the_problem_in_lower_case(problem: str, agent_type: str) -> None:
    assert event_of(problemID=problem).properties["agent_type"] == agent_type


def test_a_problem_without_leading_letters_has_no_agent_type() -> None:
    assert "agent_type" not in event_of(problemID="11a").properties


@pytest.mark.parametrize(
    ("time", "read_as"),
    [
        ("2021-01-16 04:44:49", "2021-01-16T04:44:49.000Z"),
        ("2022-04-25 23:40:20.359", "2022-04-25T23:40:20.359Z"),
        ("2022-04-25 23:40:20.3", "2022-04-25T23:40:20.300Z"),
    ],
)
def test_times_with_and_without_milliseconds_are_utc(time: str, read_as: str) -> None:
    assert event_of(time=time).time == read_as


@pytest.mark.parametrize("skills", ["[]", "", "  "])
def test_no_skill_is_no_concept(skills: str) -> None:
    assert "concept" not in event_of(skills=skills).properties


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        ({"eventType": "logout"}, "eventType"),
        ({"eventType": ""}, "eventType"),
        ({"isCorrect": "yes"}, "isCorrect"),
        ({"isCorrect": ""}, "isCorrect"),
        ({"firstAttempt": "1"}, "firstAttempt"),
        ({"oatsUserId": " "}, "oatsUserId"),
        ({"problemID": ""}, "problemID"),
        ({"": ""}, "first column"),
        ({"": "seven"}, "first column"),
        ({"": "-1"}, "first column"),
        ({"time": ""}, "time"),
        ({"time": "2021-01-16"}, "time"),
        ({"time": "2021-02-30 04:44:49"}, "time"),
        ({"time": "16/01/2021 04:44"}, "time"),
        ({"time": "2021-01-16 04:44:49+02:00"}, "time"),
        ({"skills": "['a'"}, "skills"),
        ({"skills": "{'a': 1}"}, "skills"),
        ({"skills": "[1]"}, "skills"),
        ({"skills": "a_name"}, "skills"),
        ({"skills": "[" * 9_000}, "skills"),
        ({"skills": "['" + "a" * 20_000 + "']"}, "skills"),
    ],
)
def test_a_wrong_cell_is_named_in_the_reason(cells: dict[str, str], named: str) -> None:
    with pytest.raises(RowError, match=named):
        event_of(**cells)


def test_skills_are_read_and_never_run(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with pytest.raises(RowError):
        event_of(skills=f"[open({str(trace)!r}, 'w').name]")
    assert not trace.exists()


def test_a_long_cell_is_cut_in_the_reason() -> None:
    with pytest.raises(RowError) as caught:
        event_of(isCorrect="x" * 5_000)
    assert len(str(caught.value)) < 200


def test_an_event_in_its_own_shape_passes_as_it_is() -> None:
    row = {"id": "a", "type": "ops.x", "time": 1610772289000, "user": "u", "properties": {"n": 1}}
    assert EVENTS.to_event(row) == WireEvent(id="a", type="ops.x", time=1610772289000, user="u", properties={"n": 1})


@pytest.mark.parametrize("wrong", [{"id": 1}, {"time": None}, {"properties": []}])
def test_an_event_of_another_shape_is_a_row_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(RowError):
        EVENTS.to_event({"id": "a", "type": "ops.x", "time": 1, **wrong})


def test_a_file_is_recognised_by_its_columns_whatever_else_it_has() -> None:
    def recognised(*columns: str) -> list[str]:
        return [kind.name for kind in KINDS if kind.recognises(frozenset(columns))]

    assert recognised(*ANSWER, "extra") == [OATUTOR.name] == ["oatutor"]
    assert recognised("id", "type", "time", "user") == [EVENTS.name] == ["events"]
    assert recognised("name", "age") == []


@pytest.mark.skipif(not REAL_LOG.exists(), reason="the tutoring log lies beside the project, not in it")
def test_the_real_log_maps_to_its_known_totals() -> None:
    problems: list[str] = []
    with file_feed(REAL_LOG, OATUTOR) as feed:
        rows = batches(feed.readings, skip=0, on_problem=lambda _line, why: problems.append(why))
        events = [msgspec.json.decode(line, type=WireEvent) for batch in rows for line in batch.lines]
    interactions = [event for event in events if event.type == "learning.interaction"]
    assert problems == []
    assert len({event.id for event in events}) == 24_556
    assert Counter(event.type for event in events) == {"learning.interaction": 11_239, "learning.hint": 13_317}
    assert len({event.user for event in interactions}) == 166
    assert len({event.properties["agent_type"] for event in interactions}) == 44
    assert sum(event.properties["success"] for event in interactions) == 6_613
