"""What a page holds is what its rows hold, and the hours of a day united from either side make what they made."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from belvedere.rollups.pages import BINS, COUNTS, FROM, MEMBERS, SKETCH, SKETCHES, UNTIL, pack, page_rows, unpack
from belvedere.sketches.distinct import Distinct, member
from belvedere.storage.attributes import Item

DAY = "2025-01-15"
hours = st.dictionaries(st.integers(0, 23), st.tuples(st.integers(0, 500), st.integers(1, 400)), max_size=8)
bins = st.dictionaries(st.sampled_from(["z", "b-3", "b7", "b120"]), st.integers(1, 9), max_size=3)


def sketched(first: int, number: int) -> bytes:
    return Distinct(member(f"u{i}") for i in range(first, first + number)).to_bytes()


@given(st.lists(st.tuples(st.integers(0, 9), bins), max_size=5))
def test_rows_come_back_as_they_were_packed(given_rows: list[tuple[int, dict[str, int]]]) -> None:
    rows: list[dict[str, Any]] = [
        {"sk": f"{DAY}T{i:02}", "count": number, BINS + "ms": found} for i, (number, found) in enumerate(given_rows)
    ]
    back = [{"count": 0, BINS + "ms": {}} | row for row in unpack(pack(rows))]
    assert [{**row, BINS + "ms": row[BINS + "ms"] or {}} for row in back] == rows


@settings(deadline=None, max_examples=30)
@given(hours)
def test_hours_united_to_the_end_and_from_the_start_of_a_day_make_what_they_made(
    users: dict[int, tuple[int, int]],
) -> None:
    rows: list[Item] = [{"sk": f"{DAY}T{hour:02}", "sketch": sketched(*who)} for hour, who in sorted(users.items())]
    for form in (FROM, UNTIL):
        packed = unpack(pack(page_rows(form, {"distinct.user": rows})))
        for cut in range(24):
            inside = [f"{DAY}T{hour:02}" for hour in (range(cut, 24) if form == FROM else range(cut))]
            told, truth = Distinct(), Distinct()
            for row in packed:
                if row["sk"] in inside:
                    told.merge(Distinct.from_bytes(row[SKETCH + "user"]))
            for item in rows:
                if item["sk"] in inside:
                    truth.merge(Distinct.from_bytes(bytes(item["sketch"])))  # type: ignore[arg-type]
            assert (told.count(), told.exact) == (truth.count(), truth.exact)


def test_counters_and_numbers_of_members_share_a_row_and_estimates_are_negative() -> None:
    rows: dict[str, list[Item]] = {
        "counters": [{"sk": DAY, "pk": "p", "rev": 3, "count": 5}],
        "histogram.ms": [{"sk": DAY, "rev": 1, "b7": 2}],
        "distinct.user": [{"sk": DAY, "rev": 1, "sketch": sketched(0, 3)}],
        "distinct.agent": [{"sk": DAY, "rev": 1, "sketch": sketched(0, 400)}],
    }
    (counts,) = page_rows(COUNTS, rows)
    assert {**counts, MEMBERS + "agent": 0} == {"sk": DAY, "count": 5, MEMBERS + "user": 3, MEMBERS + "agent": 0}
    assert counts[MEMBERS + "agent"] < -350
    (sketches,) = page_rows(SKETCHES, rows)
    assert sketches == {"sk": DAY, BINS + "ms": {"b7": 2}, SKETCH + "user": sketched(0, 3),
                        SKETCH + "agent": sketched(0, 400)}  # fmt: skip
