"""The engine and SQLite give the same answers to the benchmark's questions, and a wrong one is noticed."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from belvedere.query.reader.answer import Answer, answer
from belvedere.query.reader.read import Reader
from belvedere.storage.keys import Key
from belvedere.time_buckets import bucket_of
from bench import data, loading, questions
from bench.bill import size_of, units
from bench.compare import Comparison
from bench.peers import Sqlite, write_csv
from bench.questions import QUESTIONS, BenchQuery, result_of
from tests.unit.query.memory import MemoryRollups

SIZE = 3_000


@pytest.fixture(scope="module")
def rollups() -> MemoryRollups:
    """A small data set, loaded as the benchmark loads it."""
    table = MemoryRollups()
    table.workspace = questions.WORKSPACE
    loading.fill(table, loading.days_of(SIZE, questions.WORKSPACE))
    return table


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """The same data set as raw events."""
    file = tmp_path_factory.mktemp("bench") / "events.csv"
    write_csv(SIZE, file)
    peer = Sqlite(":memory:")
    peer.load(Path(file))
    return peer


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.name)
def test_rollups_answer_as_raw_events_do(asked: BenchQuery, rollups: MemoryRollups, sqlite: Sqlite) -> None:
    comparison, ours = Comparison(), _asked(asked, rollups)
    comparison.add(asked, result_of(asked, ours), sqlite.ask(asked), ours.explain["relative_error"], "SQLite")
    assert comparison.differences == []
    assert result_of(asked, ours)


def test_a_count_that_is_off_by_one_is_told(rollups: MemoryRollups, sqlite: Sqlite) -> None:
    comparison, asked = Comparison(), QUESTIONS[0]
    ours = _asked(asked, rollups)
    wrong = {group: (values[0] + 1, *values[1:]) for group, values in result_of(asked, ours).items()}
    comparison.add(asked, wrong, sqlite.ask(asked), ours.explain["relative_error"], "SQLite")
    assert len(comparison.differences) == 1
    assert "interaction_count" in comparison.differences[0]


def test_a_group_too_many_is_told(rollups: MemoryRollups, sqlite: Sqlite) -> None:
    comparison, asked = Comparison(), QUESTIONS[1]
    ours = result_of(asked, _asked(asked, rollups))
    comparison.add(asked, {**ours, (0,): (1.0, 1.0, 1.0)}, sqlite.ask(asked), {}, "SQLite")
    assert comparison.differences == ["series 24h: other groups than SQLite"]


def test_the_top_users_are_compared_in_their_order(rollups: MemoryRollups, sqlite: Sqlite) -> None:
    comparison, asked = Comparison(), QUESTIONS[-1]
    backwards = dict(reversed(result_of(asked, _asked(asked, rollups)).items()))
    comparison.add(asked, backwards, sqlite.ask(asked), {}, "SQLite")
    assert comparison.differences == ["top users 30d: other groups than SQLite"]


def test_sealed_days_are_what_the_questions_read(rollups: MemoryRollups) -> None:
    day = bucket_of(data.START, loading.Grain.DAY)
    pages = [key for key in rollups.items if "+" in key.pk and key.sk == day]
    assert pages
    assert all("page" in rollups.items[key] for key in pages)


def test_a_row_is_billed_by_the_kilobyte_it_begins() -> None:
    key = Key("a#b", "c")
    item = {"pk": key.pk, "sk": key.sk, "count": 12345}
    assert size_of(item) == len("pka#bskccount") + 4
    assert [units(size) for size in (0, 1, 1024, 1025)] == [1, 1, 1, 2]


def test_a_question_asks_sql_for_no_more_than_it_wants() -> None:
    asked = replace(QUESTIONS[-1], metrics=("interaction_count",), top=3)
    text = asked.sql({"divide": "/"})
    assert text.endswith("GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT 3")
    assert "DISTINCT" not in text


def _asked(asked: BenchQuery, rollups: Any) -> Answer:
    return asyncio.run(answer(asked.question(), Reader(rollups, rollups)))
