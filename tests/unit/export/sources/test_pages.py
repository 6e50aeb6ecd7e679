"""An answer in pages is exported whole, or refused."""

from typing import Any, cast

import pytest

from belvedere.auth.caller import Caller
from belvedere.errors import Conflict, Invalid
from belvedere.export.sources.data_type import RouteRequest, Selection, SourceContext
from belvedere.export.sources.pages import MOST_ROWS, Pages
from belvedere.export.sources.route_answer import RouteAnswer
from belvedere.storage.tables import Tables

ANALYST = Caller("demo", "read", "key", "ada", "analyst")
PAGES = Pages(rows="things", total="total", raw="a.raw")
LIST = RouteAnswer(name="a.list", method="GET", path="/a/list", roles=("analyst",), pages=PAGES)
RANGE = Selection(start=0, end=1_000)


async def items(*counts: int) -> list[Any]:
    """The numbers in the file of a list that has so many things at each request, the last count from then on."""
    left = list(counts)

    async def answer_of(request: RouteRequest, _: Caller) -> Any:
        total = left.pop(0) if len(left) > 1 else left[0]
        page, size = request.query["page"], request.query["page_size"]
        shown = range(total)[(page - 1) * size : page * size]
        return {"things": [{"n": n} for n in shown], "total": total, "page": page, "page_size": size}

    context = SourceContext(tables=cast(Tables, None), slices=1, now=0, caller=ANALYST, answer_of=answer_of)
    source = LIST.source(RANGE, context)
    (part,) = await source.plan()
    rows = list((await source.read(part)).rows)
    assert {row[0] for row in rows} <= {"things", "total"}, "a file has no pages"
    return [row[3] for row in rows if row[0] == "things"]


@pytest.mark.parametrize("total", [0, 1, 100, 101, 250])
async def test_the_file_has_the_rows_of_all_pages(total: int) -> None:
    assert await items(total) == list(range(total))


async def test_pages_are_read_again_where_rows_arrived_meanwhile() -> None:
    assert await items(150, 151, 151) == list(range(151))


async def test_a_list_that_does_not_hold_still_is_refused_with_what_to_export_instead() -> None:
    with pytest.raises(Conflict, match=r"date_range\.end: rows arrived .*, or export a\.raw"):
        await items(*range(200, 220))


async def test_a_list_that_is_too_long_is_refused_with_what_to_export_instead() -> None:
    with pytest.raises(Invalid, match=r"date_range: 20001 rows, of at most 20000; ask for less, or export a\.raw"):
        await items(MOST_ROWS + 1)


@pytest.mark.parametrize("name", ["page", "page_size", "limit", "offset"])
def test_an_export_of_one_page_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match=rf"filters\.{name}: is not for an export, which has all pages"):
        LIST.request(Selection(start=0, end=1_000, filters={name: 1}), 0)
