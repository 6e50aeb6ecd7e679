"""The arithmetic of the steps: parts that are joined, files of several parts, archives, errors in plain words."""

import io
import json
import zipfile
from itertools import pairwise
from typing import Any

import pytest

from belvedere.export.jobs.archive import Archive
from belvedere.export.jobs.assemble import grouped, joined_with
from belvedere.export.jobs.finish import TIMED_OUT, UNEXPECTED, readable
from belvedere.export.jobs.plan import joined, shared
from belvedere.export.sources.data_type import Part


def test_a_few_parts_stay_as_they_are() -> None:
    parts = [Part(number, number, number + 1, 10) for number in range(3)]
    assert joined(parts, most=3) == parts


def test_too_many_parts_become_fewer_that_cover_the_same() -> None:
    parts = [Part(number, 10 * number, 10 * number + 10, 5) for number in range(11)]
    fewer = joined(parts, most=4)
    assert len(fewer) <= 4
    assert [part.number for part in fewer] == list(range(len(fewer)))
    assert (fewer[0].start, fewer[-1].end, sum(part.rows for part in fewer)) == (0, 110, 55)
    assert all(one.end == following.start for one, following in pairwise(fewer))


def test_all_data_types_of_a_job_share_its_parts_and_what_one_does_not_need_is_for_the_others() -> None:
    counts = (11, 1, 2, 30)
    parts = [[Part(number, number, number + 1, 1) for number in range(count)] for count in counts]
    assert shared(parts, most=100) == parts
    fewer = shared(parts, most=12)
    assert sum(map(len, fewer)) <= 12
    assert [sum(part.rows for part in listed) for listed in fewer] == list(counts)
    assert fewer[1:3] == parts[1:3]
    assert all(len(listed) >= 3 for listed in (fewer[0], fewer[3]))


def test_parts_go_into_files_of_at_most_so_many_rows_and_none_is_lost() -> None:
    rows = {0: 6, 1: 5, 2: 5, 3: 0, 4: 11}
    assert grouped([0, 1, 2, 3, 4], rows, most=10) == [[0], [1, 2, 3], [4]]
    assert grouped([], {}, most=10) == [[]]


def test_texts_are_separated_only_between_each_other() -> None:
    out = io.BytesIO()
    joined_with(b",", out, b"[", [[b"1", b"2"], [b"3"]], b"]")
    joined_with(b",", out, b"[", [], b"]")
    assert out.getvalue() == b"[12,3][]"


@pytest.mark.parametrize("compress", [True, False])
def test_an_archive_is_written_without_going_back_and_is_whole(compress: bool) -> None:
    written: list[bytes] = []

    class Sink:
        def write(self, data: Any) -> int:
            written.append(bytes(data))
            return len(data)

    with Archive(Sink(), compress=compress) as archive:
        for name, content in (("a.csv", b"a" * 10_000), ("manifest.json", b"{}")):
            with archive.member(name) as member:
                member.write(content)
    packed = zipfile.ZipFile(io.BytesIO(b"".join(written)))
    assert packed.testzip() is None
    assert {entry.filename: len(packed.read(entry)) for entry in packed.infolist()} == {
        "a.csv": 10_000, "manifest.json": 2,
    }  # fmt: skip
    assert (sum(map(len, written)) < 10_000) is compress


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"Error": "States.Timeout", "Cause": "Task timed out after 905 seconds"}, TIMED_OUT),
        ({"Error": "Runtime.HandlerError", "Cause": json.dumps({"errorType": "TimedOut"})}, TIMED_OUT),
        ({"Error": "KeyError", "Cause": json.dumps({"errorType": "KeyError", "errorMessage": "'secret'"})}, UNEXPECTED),
        ({"Error": "Lambda.Unknown", "Cause": "The worker exited"}, UNEXPECTED),
        ({}, UNEXPECTED),
    ],
)
def test_a_failure_is_told_in_our_own_words(error: dict[str, str], told: str) -> None:
    assert readable(error) == told


def test_busy_tables_are_told_as_such() -> None:
    told = readable({"Error": "DatabaseUnavailable", "Cause": json.dumps({"errorType": "DatabaseUnavailable"})})
    assert "busy" in told
