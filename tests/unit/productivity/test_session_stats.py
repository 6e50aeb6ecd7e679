"""One developer's points, which are to be what answers about everybody are."""

import asyncio
from collections.abc import Sequence

from belvedere.boards.productivity.sessions.stats import DeveloperSessions
from belvedere.clock import DAY_MS
from belvedere.query.reader.answer import Point
from belvedere.query.reader.entity_cells import Cell
from belvedere.time_ranges import TimeRange

WEEK = TimeRange(0, 7 * DAY_MS)


def cells(day: int, tag: str, values: tuple[str, ...], **counts: int) -> list[Cell]:
    return [Cell(day * DAY_MS, tag, values, measure, number) for measure, number in counts.items()]


SOMEBODY = DeveloperSessions(
    WEEK,
    [
        *cells(1, "h", ("09", "gpt"), count=2, accepted=1, accepted_n=2, tokens_in=10, tokens_out=5),
        *cells(1, "h", ("13", "gpt"), count=1, accepted=1, accepted_n=1, tokens_in=1, tokens_out=1),
        *cells(1, "h", ("13", ""), count=3, tokens_in=7, tokens_out=0),
        *cells(4, "h", ("13", "opus"), count=1, accepted=0, accepted_n=1),
        *cells(1, "r", ("acme/api",), count=5),
        *cells(4, "l", ("Go",), count=1),
    ],
)


def points(*metrics: str, by: str | None = None, daily: bool = False) -> Sequence[Point]:
    return asyncio.run(SOMEBODY.points(*metrics, by=by, daily=daily))


def test_the_whole_is_one_point_finished_from_merged_counters() -> None:
    (point,) = points("acceptance_rate", "total_tokens")
    assert (point.start, point.dims) == (0, {})
    assert point.metrics == {"session_count": 7, "acceptance_rate": 0.5, "total_tokens": 24}


def test_days_come_in_order_and_only_those_with_sessions() -> None:
    found = points("active_developers", daily=True)
    assert [(point.start // DAY_MS, point.metrics["session_count"]) for point in found] == [(1, 6), (4, 1)]
    assert {point.metrics["active_developers"] for point in found} == {1}


def test_sessions_without_a_model_are_in_the_whole_and_in_no_model() -> None:
    assert [(point.dims, point.metrics["session_count"]) for point in points(by="model")] == [
        ({"model": "gpt"}, 3),
        ({"model": "opus"}, 1),
    ]


def test_repositories_and_languages_have_counts() -> None:
    assert [(point.dims, point.metrics["session_count"]) for point in points(by="repo_slug")] == [
        ({"repo_slug": "acme/api"}, 5)
    ]
    (spoken,) = points(by="language", daily=True)
    assert (spoken.start, spoken.dims, spoken.metrics["session_count"]) == (4 * DAY_MS, {"language": "Go"}, 1)


def test_nobody_has_no_points() -> None:
    assert list(asyncio.run(DeveloperSessions(WEEK, []).points("total_tokens"))) == []
