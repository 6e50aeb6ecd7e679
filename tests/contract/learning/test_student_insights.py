"""GET /dashboard/student-insights/{user_id}, as the learning contract documents it."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from statistics import mean
from typing import Any

import numpy as np
import pytest

from tests.contract.learning.directory import concept, registered
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served, interaction

Json = dict[str, Any]
RANGE = {"start_date": "2025-01-01", "end_date": "2025-01-15"}
Z = 1.959963984540054

DOCUMENTED = json.loads("""
{
  "user_id": "user_123",
  "time_range": {"start": "2024-12-15T00:00:00", "end": "2025-01-15T00:00:00"},
  "progress_tracking": {"overall_score": 0.78, "learning_velocity": 0.65, "engagement_score": 0.82,
                        "concepts_mastered": 12, "total_concepts": 20},
  "concept_mastery": [{"concept": "Kinematics", "mastery_score": 0.89, "confidence": [0.85, 0.93]},
                      {"concept": "Forces", "mastery_score": 0.72, "confidence": [0.68, 0.76]}],
  "generated_at": "2025-01-15T10:30:00"
}
""")


def day_of(number: int, concept_name: str, good: int, bad: int, user: str = "ann") -> Iterator[Json]:
    """A January day's attempts at one concept, one a minute from nine o'clock."""
    for position in range(good + bad):
        time = f"2025-01-{number:02}T09:{position:02}:00Z"
        name = f"{user}-{number}-{concept_name}-{position}"
        yield interaction(name, time, user, "kinematics", ok=position < good, ms=100, concept=concept_name)


EVENTS = (
    *day_of(2, "velocity", 1, 3),
    *day_of(13, "velocity", 9, 0),
    *day_of(14, "velocity", 8, 1),
    *day_of(14, "forces", 1, 5),
    *day_of(10, "units", 1, 0),
    *day_of(1, "vectors", 2, 2, user="bob"),
    interaction("old", "2024-12-20T10:00:00Z", "ann", concept="velocity"),  # before the range; engagement looks back
    interaction("later", "2025-01-15T00:00:00Z", "ann", concept="torque"),  # the range's end belongs to the next one
)


@pytest.fixture(scope="module")
def board(served: Served) -> Served:
    served.send_and_fold(*EVENTS)
    return served


def insights(board: Served, user: str = "ann", **asked: Any) -> Json:
    answer = board.get(f"/dashboard/student-insights/{user}", **(RANGE | {"force_refresh": True} | asked))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def expected(concept_name: str) -> tuple[float, float, float]:
    """Score and interval of one of Ann's concepts, from the list of her attempts."""
    weight = successes = 0.0
    for event in EVENTS:
        day = date.fromisoformat(event["time"][:10])
        told = event["properties"]
        if event["user"] == "ann" and told["concept"] == concept_name and date(2025, 1, 1) <= day < date(2025, 1, 15):
            share = 0.95 ** (date(2025, 1, 14) - day).days
            weight, successes = weight + share, successes + share * told["success"]
    low, high = sorted(
        np.roots([1 + Z**2 / weight, -(2 * successes / weight + Z**2 / weight), (successes / weight) ** 2]).real
    )
    return (low + high) / 2, low, high


def test_the_documented_request_gets_the_documented_shape(board: Served) -> None:
    found = insights(board, include_predictions=True)
    assert_like(found, DOCUMENTED)
    assert "predictions" in found
    assert found["user_id"] == "ann"
    assert found["time_range"] == {"start": "2025-01-01T00:00:00Z", "end": "2025-01-15T00:00:00Z", "preset": None}


def test_presets_are_taken_and_ranges_are_whole_days_or_up_to_a_day_whole_hours(board: Served) -> None:
    assert insights(board, start_date="2025-01-02T10:00:00Z", end_date="2025-01-14T01:00:00Z")["time_range"] == {
        "start": "2025-01-02T00:00:00Z", "end": "2025-01-15T00:00:00Z", "preset": None,
    }  # fmt: skip
    answer = board.get("/dashboard/student-insights/ann", preset="1h")
    start, end = (datetime.fromisoformat(answer.json()["time_range"][edge]) for edge in ("start", "end"))
    assert (start.minute, start.second, end - start) == (0, 0, timedelta(hours=2))


def test_predictions_are_there_only_for_who_asks(board: Served) -> None:
    assert "predictions" not in insights(board)
    with_them, without = (
        board.get("/dashboard/student-insights/ann", **RANGE, include_predictions=asked) for asked in ("true", "false")
    )
    assert "predictions" in with_them.json()
    assert "predictions" not in without.json()
    assert with_them.headers["x-cache-key"] != without.headers["x-cache-key"]


def test_masteries_are_those_of_a_recount_and_always_inside_their_interval(board: Served) -> None:
    found = insights(board)["concept_mastery"]
    assert [row["concept"] for row in found] == ["velocity", "units", "forces"]
    for row in found:
        assert (row["mastery_score"], *row["confidence"]) == pytest.approx(expected(row["concept"]), abs=1e-9)
        assert 0 <= row["confidence"][0] <= row["mastery_score"] <= row["confidence"][1] <= 1
    assert [(row["attempts"], row["successes"]) for row in found] == [(22, 18), (1, 1), (6, 1)]


def test_one_attempt_already_has_an_honest_interval(board: Served) -> None:
    (units,) = (row for row in insights(board)["concept_mastery"] if row["concept"] == "units")
    assert units["attempts"] == 1
    assert units["confidence"][0] < 0.25
    assert units["confidence"][1] == pytest.approx(1.0)


def test_progress_is_made_of_the_masteries(board: Served) -> None:
    found = insights(board)
    progress, scores = found["progress_tracking"], [row["mastery_score"] for row in found["concept_mastery"]]
    assert progress["overall_score"] == pytest.approx(mean(scores))
    assert progress["concepts_mastered"] == sum(score >= 0.7 for score in scores) == 1
    assert progress["total_concepts"] == 4  # those that anybody in the workspace attempted
    assert (progress["learning_velocity"], progress["concepts_per_week"]) == pytest.approx((1 / 3, 1.0))


def test_engagement_is_that_of_the_thirty_days_that_end_with_the_range(board: Served) -> None:
    found = insights(board)
    sizes = [4, 9, 15]  # of the days with two interactions or more
    rates = [1 / 4, 1.0, 9 / 15]
    hours = [(n - 1) / (n + 1) for n in sizes]  # expected of n moments within one hour
    parts = [min(mean(hours) / 0.5, 1), min(mean(sizes) / 10, 1), mean(rates), 5 / 7]
    assert found["progress_tracking"]["engagement_score"] == pytest.approx(mean(parts))
    assert list(found["details"]["engagement"].values()) == pytest.approx(parts)


def test_the_outlook_weighs_success_and_engagement(board: Served) -> None:
    found = insights(board)
    score = 0.6 * 20 / 29 + 0.4 * found["progress_tracking"]["engagement_score"]
    assert found["details"]["outcome"] == {"score": pytest.approx(score), "bucket": "average"}
    assert (found["details"]["interactions"], found["details"]["active_days"]) == (29, 4)


def test_whoever_is_unknown_gets_empty_insights_and_no_404(board: Served) -> None:
    found = insights(board, user="nobody", include_predictions=True)
    assert found["progress_tracking"] | {"total_concepts": 0} == {
        "overall_score": 0, "learning_velocity": 0, "engagement_score": 0, "concepts_mastered": 0, "total_concepts": 0,
        "concepts_per_week": 0,
    }  # fmt: skip
    assert found["concept_mastery"] == []
    assert found["details"]["outcome"] is None
    assert found["predictions"]["success_rate"]["predicted_value"] is None, "an object, as clients read it"
    assert "no model" in found["predictions"]["reason"]


def test_the_directory_s_concepts_are_what_there_is_to_master_and_tell_what_is_in_the_way(board: Served) -> None:
    with registered(concept("velocity"), concept("forces", "acceleration", "velocity"), concept("acceleration"),
                    concept("energy"), concept("momentum")):  # fmt: skip
        found = insights(board)
    assert found["progress_tracking"]["total_concepts"] == 6  # five registered, and one that was attempted all the same
    (gap,) = found["details"]["prerequisite_gaps"]
    assert gap["concept"] == "forces"
    assert gap["prerequisites"] == [{"concept": "acceleration", "mastery_score": None}]
    assert {row["concept"]: row["name"] for row in found["concept_mastery"]}["forces"] == "Forces"


def test_mastered_is_what_the_setting_says(board: Served) -> None:
    with board.with_environment(MASTERY_THRESHOLD="0.95"):
        found = insights(board)
    assert found["progress_tracking"]["concepts_mastered"] == 0
    assert found["details"]["mastery_threshold"] == 0.95


def test_it_is_kept_for_its_reader_as_documented(board: Served) -> None:
    answer = board.get("/dashboard/student-insights/ann", **RANGE)
    assert answer.headers["x-cache-type"] == "student_insights"
    assert answer.headers["cache-control"] == "private, max-age=300, stale-while-revalidate=600"
    assert answer.headers["etag"].startswith('W/"')
    again = board.get("/dashboard/student-insights/ann", headers={"If-None-Match": answer.headers["etag"]}, **RANGE)
    assert again.status_code == 304


def test_names_that_need_escaping_are_names(board: Served) -> None:
    board.send_and_fold(interaction("odd", "2025-01-14T10:00:00Z", "a#b|c é", concept="x|y#z"))
    found = insights(board, user="a%23b%7Cc%20%C3%A9")
    assert found["user_id"] == "a#b|c é"
    assert [row["concept"] for row in found["concept_mastery"]] == ["x|y#z"]


def test_another_workspace_s_students_are_never_seen(board: Served) -> None:
    answer = board.get("/dashboard/student-insights/ann", key=board.key(workspace="stranger"), **RANGE)
    assert answer.json()["concept_mastery"] == []


@pytest.mark.parametrize(
    ("user", "asked", "told"),
    [
        ("ann", {"preset": "2d"}, ("preset", "7d")),
        ("ann", {"start_date": "2025-01-01"}, ("start_date", "end_date")),
        ("ann", {"start_date": "soon", "end_date": "later"}, ("start_date", "ISO 8601")),
        ("ann", {"include_predictions": "perhaps"}, ("include_predictions",)),
        ("x" * 201, {}, ("user_id", "200")),
    ],
)
def test_what_cannot_be_asked_is_422_naming_the_field(
    board: Served, user: str, asked: Json, told: tuple[str, ...]
) -> None:
    assert_refused(board.get(f"/dashboard/student-insights/{user}", **asked), 422, "VALIDATION_ERROR", *told)


@pytest.mark.parametrize(
    ("path", "asked", "user"),
    [
        ("/50%2541", {}, "50%41"),
        ("/a/b", {}, "a/b"),
        ("/a%2Fb", {}, "a/b"),
        ("", {"user_id": "a/b?c=%41%2541#d"}, "a/b?c=%41%2541#d"),
    ],
)
def test_every_id_can_be_asked_for(board: Served, path: str, asked: dict[str, str], user: str) -> None:
    answer = board.get(f"/dashboard/student-insights{path}", **RANGE, **asked)
    assert (answer.status_code, answer.json()["user_id"]) == (200, user)
    assert_refused(board.get("/dashboard/student-insights", **RANGE), 422, "VALIDATION_ERROR", "user_id")
