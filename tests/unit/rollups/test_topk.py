"""Tops of days are added up to one, whichever form each day's comes in."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from belvedere.boards.learning.rollup_tables import BY_USER
from belvedere.clock import HOUR_MS
from belvedere.rollups.pages import pack, unpack
from belvedere.rollups.ranking import OTHERS, leading, united
from belvedere.rollups.topk import CUT, by_columns, top_k
from belvedere.rollups.totals import totals_of_days
from belvedere.storage.attributes import Item
from tests.unit.query.memory import folded
from tests.unit.rollups.builders import NOON, interaction

FIRST, SECOND = "2025-01-15", "2025-01-16"
measures = st.fixed_dictionaries({"count": st.integers(1, 9), "success": st.integers(0, 9), "other": st.integers(0, 9)})
days = st.dictionaries(st.sampled_from(["ann", "bob", "cy%23", "dee"]), measures)


def rows(day: str, counted: dict[str, dict[str, int]]) -> list[Item]:
    return [{"sk": f"{day}#{name}", **counts} for name, counts in counted.items()]


@given(days, days, st.booleans(), st.booleans())
def test_columns_and_rows_add_up_to_the_same(
    one: dict[str, dict[str, int]], other: dict[str, dict[str, int]], packs_one: bool, packs_other: bool
) -> None:
    parts = [(FIRST, one, packs_one), (SECOND, other, packs_other)]
    given_rows = [
        row
        for day, counted, packs in parts
        for row in (unpack(pack([by_columns(rows(day, counted), day)])) if packs else rows(day, counted))
    ]
    found = {str(row["sk"]): (row["count"], row["success"]) for row in united(given_rows, FIRST, ["success"])}
    assert found == {
        f"{FIRST}#{name}": tuple(
            one.get(name, {}).get(m, 0) + other.get(name, {}).get(m, 0) for m in ("count", "success")
        )
        for name in one.keys() | other.keys()
    }


def test_only_the_measures_that_are_asked_for_are_added_up() -> None:
    (row,) = united(rows(FIRST, {"ann": {"count": 2, "success": 1, "other": 5}}), FIRST, ["success"])
    assert row == {"sk": f"{FIRST}#ann", "count": 2, "success": 1}


def test_what_each_day_left_out_is_added_up() -> None:
    three = rows(FIRST, {"ann": {"count": 5}, "bob": {"count": 4}, "cy": {"count": 3}})
    packed = by_columns(top_k(three, FIRST, size=1), FIRST)
    plain = top_k([{**row, "sk": str(row["sk"]).replace(FIRST, SECOND)} for row in three], SECOND, size=2)
    assert united([packed, *plain], FIRST, []) == [
        {"sk": f"{FIRST}#ann", "count": 10},
        {"sk": f"{FIRST}#bob", "count": 4},
        {"sk": FIRST, CUT: 7},
    ]


def test_a_day_on_which_nobody_was_busy_adds_nothing() -> None:
    assert united([by_columns([], FIRST)], FIRST, ["success"]) == []


ranks = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 30), min_size=1), min_size=1, max_size=4)


@given(ranks, st.integers(1, 4), st.integers(1, 4))
def test_heads_tell_the_leaders_rightly_or_not_at_all(counts: list[dict[str, int]], size: int, reach: int) -> None:
    heads, truth = [], Counter[str]()
    for number, counted in enumerate(counts):
        day = f"2025-01-{number + 10}"
        heads.append(by_columns(top_k(rows(day, {name: {"count": n} for name, n in counted.items()}), day, size), day))
        truth.update(counted)
    found = leading(heads, FIRST, ["count"], reach)
    if found is None:
        assert any(CUT in head and head[CUT] for head in heads)
        return
    expected = sorted(truth.items(), key=lambda item: (-item[1], item[0]))[:reach]
    assert [(str(row["sk"])[-1], row["count"]) for row in found[:-1]] == expected
    assert found[-1][CUT] == 0


def test_heads_that_are_whole_always_tell() -> None:
    heads = [by_columns(rows(day, {"ann": {"count": 1}, "bob": {"count": 1}}), day) for day in (FIRST, SECOND)]
    assert leading(heads, FIRST, ["count"], 1) == [
        {"sk": f"{FIRST}#ann", "count": 2},
        {"sk": FIRST, CUT: 0, OTHERS: 1},
    ]


def test_the_rows_of_a_day_s_parts_are_one_entity_s_total() -> None:
    table = folded(
        interaction("e1", user="a#b", at=NOON, concept="work"),
        interaction("e2", user="a#b", at=NOON - 9 * HOUR_MS, concept="work", success=False),
        interaction("e3", user="cy", at=NOON + 9 * HOUR_MS, execution_time_ms=3),
        interaction("e4", user="cy", at=NOON + 12 * HOUR_MS),
    )
    found = {row["sk"]: row for row in totals_of_days(table, BY_USER, [FIRST])}  # type: ignore[arg-type]
    assert found[f"{FIRST}#a%23b"] == {"sk": f"{FIRST}#a%23b", "count": 2, "success": 1}
    times = {"response_time": 3_000, "response_time_n": 1, "success_time": 3_000, "success_time_n": 1}
    assert found[f"{FIRST}#cy"] == {"sk": f"{FIRST}#cy", "count": 1, "success": 1, **times}
    assert len(found) == 2
