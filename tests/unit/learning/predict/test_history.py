"""A student's history is the same of single events and of day rows, and forgets as it should."""

import math
import random
from collections import Counter

import pytest

from belvedere.boards.learning.predict.history import FACTORS, FEATURES, History
from belvedere.boards.learning.predict.student import history_of, working_on
from belvedere.clock import DAY_MS
from belvedere.query.reader.entity_cells import Cell
from belvedere.time_ranges import TimeRange

CONCEPTS = ("velocity", "friction", None)


def told(history: History, day: int, concept: str | None) -> dict[str, float]:
    return dict(zip(FEATURES, history.features(day, concept), strict=True))


def test_events_and_day_rows_tell_the_same() -> None:
    rng, of_events = random.Random(1), History()
    cells: Counter[tuple[str, int, str, str, str]] = Counter()
    for day in sorted(rng.choices(range(100, 120), k=200)):
        concept, hour, good = rng.choice(CONCEPTS), f"{rng.randrange(24):02}", rng.random() < 0.6
        kind = rng.choice(["answer", "answer", "hint"])
        if kind == "hint":
            of_events.add(day, concept, hints=1)
        else:
            of_events.add(day, concept, successes=int(good), failures=int(not good))
            cells[kind, day, "h", hour, "success"] += good
            if concept:
                cells[kind, day, "c", concept, "success"] += good
        cells[kind, day, "h", hour, "count"] += 1
        if concept:
            cells[kind, day, "c", concept, "count"] += 1
    rows = {
        kind: [Cell(day * DAY_MS, tag, (value,), m, n) for (k, day, tag, value, m), n in cells.items() if k == kind]
        for kind in ("answer", "hint")
    }
    of_rows = history_of(rows["answer"], rows["hint"])
    for concept in CONCEPTS:
        assert of_rows.features(125, concept) == pytest.approx(of_events.features(125, concept))


def test_features_by_hand() -> None:
    history = History()
    history.add(10, "velocity", successes=3, failures=1)
    history.add(12, "velocity", failures=1, hints=2)
    now = told(history, 12, "velocity")
    weight = 0.95**2
    assert now["concept_successes"] == pytest.approx(math.log(4))
    assert now["concept_failures"] == pytest.approx(math.log(3))
    assert now["concept_recent"] == pytest.approx(math.log(1 + 3 * weight) - math.log(2 + weight))
    assert now["concept_successes_today"] == 0.0
    assert now["concept_failures_today"] == pytest.approx(math.log(2))
    assert now["concept_hints_today"] == pytest.approx(math.log(3))
    assert now["hint_share"] == pytest.approx(2 / (4 * weight + 1 + 2 + 2))
    assert now["days_away"] == pytest.approx(math.log(3))


def test_a_new_day_has_no_today_and_a_new_concept_no_past() -> None:
    history = History()
    history.add(10, "velocity", successes=3, failures=1)
    assert told(history, 11, "velocity")["concept_successes_today"] == 0.0
    new = told(history, 11, "friction")
    assert (new["concept_successes"], new["concept_failures"]) == (0.0, 0.0)
    assert new["overall_success"] == pytest.approx(math.log(4) - math.log(2))


def test_every_feature_is_part_of_one_factor() -> None:
    assert sorted(name for names in FACTORS.values() for name in names) == sorted(FEATURES[1:])


def test_what_is_worked_on_goes_by_recent_attempts_in_the_range() -> None:
    history = History()
    history.add(50, "old", successes=5)
    history.add(99, "velocity", successes=1, failures=2)
    history.add(100, "friction", successes=1)
    cases = working_on(history, TimeRange(90 * DAY_MS, 101 * DAY_MS), 100 * DAY_MS)
    shares = {concept: weight for weight, concept, _ in cases}
    assert shares == pytest.approx({"velocity": 2.85 / 3.85, "friction": 1 / 3.85})


def test_who_did_nothing_in_the_range_works_on_nothing() -> None:
    history = History()
    assert working_on(history, TimeRange(0, DAY_MS), 0) == []
    history.add(50, "old", successes=5)
    assert working_on(history, TimeRange(90 * DAY_MS, 101 * DAY_MS), 100 * DAY_MS) == []


def test_answers_without_a_concept_are_asked_about_without_one() -> None:
    history = History()
    history.add(100, None, successes=2)
    ((weight, concept, _),) = working_on(history, TimeRange(90 * DAY_MS, 101 * DAY_MS), 100 * DAY_MS)
    assert (weight, concept) == (1.0, None)
