"""The events that files are measured with: each under an id of its own, however many there are."""

from bench import export_program
from bench.export_program import COLUMNS, NAMES, event_rows, rows


def test_a_large_file_repeats_events_under_other_ids() -> None:
    pool = event_rows()[:3]
    made = list(rows(pool, 7))
    assert len({row[NAMES.index("id")] for row in made}) == 7
    assert [list(row[1:]) for row in made[3:6]] == [list(row[1:]) for row in pool]


def test_rows_have_the_columns_of_raw_events() -> None:
    assert len(event_rows()[0]) == len(COLUMNS)
    assert export_program.KIND.name == "learning.interaction"
