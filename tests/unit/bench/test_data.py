"""The benchmarks' data set is the same whenever and wherever it is made."""

from itertools import chain, pairwise

from bench import data
from bench.windows import Traffic, Window, changes_of, deployed_window

SIZE = 600


def test_a_day_is_the_same_each_time_it_is_made() -> None:
    assert data.rows_of_day(SIZE, 3) == data.rows_of_day(SIZE, 3)


def test_another_seed_makes_another_day() -> None:
    assert data.rows_of_day(SIZE, 3) != data.rows_of_day(SIZE, 3, seed=1)


def test_days_made_one_by_one_are_the_whole_data_set_in_order_of_time() -> None:
    whole = list(data.rows(SIZE))
    assert whole == list(chain.from_iterable(data.rows_of_day(SIZE, day) for day in range(data.DAYS)))
    assert len(whole) == SIZE
    assert all(one.time <= other.time for one, other in pairwise(whole))
    assert data.START <= whole[0].time < whole[-1].time < data.END


def test_events_that_do_not_divide_fall_on_the_first_days() -> None:
    assert [data.size_of_day(61, day) for day in (0, 1, 29)] == [3, 2, 2]


def test_a_bill_is_the_same_each_time_it_is_drawn_up() -> None:
    window = {"one minute": Window(60.0, 50)}
    first, second = (Traffic(3_000).bills(window, batches=5) for _ in range(2))
    assert first == second
    assert first["one minute"].batches == 5
    assert sum(first["one minute"].units.values()) > first["one minute"].events


def test_changes_are_numbered_in_the_order_of_their_rows() -> None:
    changes = changes_of(data.rows_of_day(SIZE, 0))
    assert [change.sequence for change in changes] == sorted(change.sequence for change in changes)
    assert [change.after.time for change in changes if change.after] == [row.time for row in data.rows_of_day(SIZE, 0)]


def test_the_deployed_window_is_read_from_the_template() -> None:
    window = deployed_window()
    assert window.seconds >= 0
    assert window.most > 1
