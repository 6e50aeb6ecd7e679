"""An answer that its route gives in pages, put together: a file has all of them, or is refused."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from belvedere.errors import Conflict, Invalid

PAGE_SIZE = 100
MOST_ROWS = 20_000  # of one answer, which is in memory while it is written
MOST_READINGS = 3
PAGING = ("page", "page_size", "limit", "offset", "has_more")

AnswerOfPage = Callable[[int], Awaitable[dict[str, Any]]]  # pages count from 1


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The fields of the answer: the list that is paged, and how many there are in all.

    `raw` is the event type whose events are the same rows, for what is too long.
    """

    rows: str
    total: str
    raw: str

    def fields(self, page: int) -> dict[str, int]:
        """How a page is asked for."""
        return {"page": page, "page_size": PAGE_SIZE}


async def whole_answer(pages: Pages, page: AnswerOfPage) -> dict[str, Any]:
    """The answer with all of its rows. Raises Invalid for too many, Conflict where they do not hold still."""
    for _ in range(MOST_READINGS):
        answer = await _read(pages, page)
        if answer is not None:
            return {name: value for name, value in answer.items() if name not in PAGING}
    raise Conflict(
        f"date_range.end: rows arrived while the pages were read; end before the present, or export {pages.raw}"
    )


async def _read(pages: Pages, page: AnswerOfPage) -> dict[str, Any] | None:
    """All pages; None where rows came or went meanwhile, so that one may be there twice, or not at all."""
    answer = await page(1)
    total, rows = int(answer[pages.total]), list(answer[pages.rows])
    if total > MOST_ROWS:
        raise Invalid(f"date_range: {total} rows, of at most {MOST_ROWS}; ask for less, or export {pages.raw}")
    for number in range(2, -(-total // PAGE_SIZE) + 1):
        following = await page(number)
        if following[pages.total] != total:
            return None
        rows += following[pages.rows]
    return answer | {pages.rows: rows} if len(rows) == total else None
