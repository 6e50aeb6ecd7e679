"""The answer of the generic query, in rows; with the previous period beside it where that was asked."""

import asyncio
from dataclasses import replace
from typing import Any

from belvedere.clock import iso, iso_in
from belvedere.query.planner.cursor import cursor_at
from belvedere.query.planner.question import Question
from belvedere.query.planner.request import QueryBody, question_of
from belvedere.query.reader.answer import Answer, Point, answer
from belvedere.query.reader.read import Reader
from belvedere.time_ranges import before, oldest_minute

NOWHERE = -1


async def respond(body: QueryBody, reader: Reader, now: int, *, whole: bool = False) -> dict[str, Any]:
    """Rows of the answer, how many there are, and how to get the rest; all of them where it is to be `whole`.

    Raises Invalid when it cannot be asked.
    """
    question = question_of(body, now)
    if whole:
        question = replace(question, limit=None, offset=0)
    as_of = await reader.as_of()
    questions = [question, *([previous(question, now)] if body.compare else [])]
    current, *earlier = await asyncio.gather(*(answer(one_question, reader) for one_question in questions))
    rows = [row(point, question) for point in current.points]
    if earlier:
        add_previous(rows, current, earlier[0])
    shown = question.offset + len(rows)
    return {
        "board": question.board,
        "metrics": list(question.metrics),
        "time_range": question.range.to_json(),
        "granularity": question.granularity.name if question.granularity else None,
        "tz": question.zone.key if question.zone else "UTC",
        **({"previous_range": questions[1].range.to_json()} if earlier else {}),
        "rows": rows,
        "inexact": inexact_json(current, *earlier),
        "total": current.total,
        "cursor": cursor_at(shown) if shown < current.total else None,
        "as_of": iso(as_of) if as_of is not None else None,
        "explain": {"plans": [result.explain for result in (current, *earlier)]},
    }


def row(point: Point, question: Question) -> dict[str, Any]:
    """A point as one flat row: its bucket where there are buckets, its dimensions, its metrics."""
    time: dict[str, Any] = {"time": iso_in(point.start, question.zone)} if question.granularity else {}
    return time | dict(point.dims) | dict(point.metrics)


def inexact_json(*answers: Answer) -> dict[str, str] | None:
    """From when to when answers are inexact, because hours were counted whole; None where they are exact."""
    inexact = [answer.inexact for answer in answers if answer.inexact]
    if not inexact:
        return None
    return {
        "start": iso(min(time_range.start for time_range in inexact)),
        "end": iso(max(time_range.end for time_range in inexact)),
    }


def previous(question: Question, now: int) -> Question:
    """The same question about the period just before, all of it: what it is compared with may rank differently."""
    earlier = before(question.range)
    live = question.minutes and earlier.start > oldest_minute(now)
    return replace(question, range=earlier, minutes=live, limit=None, offset=0, order=())


def add_previous(rows: list[dict[str, Any]], current: Answer, earlier: Answer) -> None:
    """Give each row the metrics of its group in the same bucket (by position) one period earlier, None without data.

    Clocks that were set back over midnight make a date come twice: what is of it then is in no position.
    """
    now_at, then_at = (_positions(result.question) for result in (current, earlier))
    held = {(then_at.get(point.start), tuple(point.dims.items())): point.metrics for point in earlier.points}
    for flat_row, point in zip(rows, current.points, strict=True):
        position = now_at.get(point.start, NOWHERE)
        metrics = held.get((position, tuple(point.dims.items())))
        flat_row["previous"] = dict(metrics) if metrics else dict.fromkeys(current.question.metrics)


def _positions(question: Question) -> dict[int, int]:
    return {start: position for position, start in enumerate(question.buckets())}
