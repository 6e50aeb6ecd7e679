"""Numbers of one entity over the rows beside each other: each attribute in one row, no row too large."""

from belvedere.rollups.overflow import FULL, MAX_ROW, Write, blind, first_row, placed, weight
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key

FIRST = Key("demo#f#day#counters#ann", "2025-01-15T12")
LONG = MAX_ROW // 10


def row(sort: str, rev: int = 1, **counts: int) -> Item:
    return {"pk": FIRST.pk, "sk": sort, "rev": rev, "listing": "l", "width": 7, **counts}


def named(*letters: str) -> dict[str, int]:
    """Attributes of which nine fill a row."""
    return {letter * LONG: 1 for letter in letters}


def by_sort(writes: list[Write]) -> dict[str, set[str]]:
    return {write.key.sk: {name[0] for name in write.counts} for write in writes}


def test_a_row_that_nobody_has_read_gains_numbers_and_their_weight() -> None:
    assert blind(FIRST, {"c|x|n": 1}) == Write(FIRST, {"c|x|n": 1}, weight({"c|x|n": 1}))


def test_numbers_that_are_too_many_for_any_row_are_not_written_blindly() -> None:
    assert blind(FIRST, named(*"abcdefghijkl")) is None


def test_a_row_that_was_only_thought_large_gets_its_true_size() -> None:
    (write,) = placed(FIRST, {"c|x|n": 1}, [row(FIRST.sk, rev=9, **{"c|x|n": 5})])
    assert (write.key, write.revision) == (FIRST, 9)
    assert write.width == weight({"c|x|n": 5})


def test_what_finds_no_room_begins_a_further_row_and_the_first_one_is_full() -> None:
    writes = placed(FIRST, named("x"), [row(FIRST.sk, rev=3, **named(*"abcdefghi"))])
    assert by_sort(writes) == {FIRST.sk: set(), f"{FIRST.sk}#1": {"x"}}
    assert [(write.revision, write.width) for write in writes] == [(3, FULL), (0, FULL)]


def test_an_attribute_goes_where_it_is_and_a_new_one_to_the_last_row() -> None:
    rows = [row(FIRST.sk, **named(*"abcdefghi")), row(f"{FIRST.sk}#2", **named(*"rs")), row(f"{FIRST.sk}#10", z=1)]
    assert by_sort(placed(FIRST, named("a", "r", "n"), rows)) == {
        FIRST.sk: {"a"}, f"{FIRST.sk}#2": {"r"}, f"{FIRST.sk}#10": {"n"},
    }  # fmt: skip


def test_a_hundred_names_fill_as_many_rows_as_they_need() -> None:
    counts = {f"{number:03}" + "x" * LONG: 1 for number in range(100)}
    writes = placed(FIRST, counts, [])
    assert {name for write in writes for name in write.counts} == counts.keys()
    assert sum(len(write.counts) for write in writes) == 100
    assert all(weight(write.counts) <= MAX_ROW for write in writes)
    assert {first_row(write.key) for write in writes} == {FIRST}
