"""Any page of any list equals that of a plain sort of all sessions, whatever the order, the filters and the range."""

import random
from itertools import product
from typing import Any

import pytest

from belvedere.query.listing import lister as listing
from belvedere.query.listing import run as listing_run
from belvedere.query.listing import value_order as listing_value
from tests.contract.productivity.team import Json, ms, session
from tests.worlds.served import Served

SEED = 7
NUMBER = 400
DAYS = tuple(f"2025-03-{day:02}" for day in (1, 2, 3, 7, 8, 20))
CUT = ("2025-03-02T05:17:30.250Z", "2025-03-08T11:40:00.001Z")
EVER = (None, None)
RANGES = (
    EVER, ("2025-03-02", "2025-03-08"), CUT, (CUT[0], None), (None, "2025-03-02T05:17:30.251Z"),
    ("2025-03-02T05:17:00Z", "2025-03-02T05:17:31Z"),
)  # fmt: skip
FILTERS: tuple[Json, ...] = (
    {}, {"model": "m/one"}, {"model": "rare"}, {"developer_id": "ann"}, {"developer_id": "ann", "model": "m/one"},
    {"status": "error"}, {"status": "success", "model": "m/one"}, {"repo": "acme/api"},
    {"developer_id": "bob#1", "status": "success"}, {"model": "M/ONE"},
)  # fmt: skip
ORDERS = tuple(product(("timestamp", "cost_usd", "tokens"), ("asc", "desc")))


def made(rng: random.Random, number: int) -> Json:
    """A session with ties of every kind: same time, same cost, both; busy minutes, and free calls."""
    clock = f"{rng.choice((0, 5, 5, 5, 11, 23)):02}:{rng.choice((0, 17, 17, 40, 59)):02}:{rng.choice((0, 30, 59)):02}"
    tokens = rng.choice((0, 10, 1000, rng.randrange(100_000)))
    return session(
        f"{rng.choice(('a', 'Z', 'é', '#'))}{number}", f"{rng.choice(DAYS)}T{clock}.{rng.choice((0, 250, 999)):03}Z",
        rng.choice(("ann", "bob#1", None)), tokens=(tokens, rng.randrange(3)),
        model=rng.choice(("m/one", "m/one", "two", None)) if number % 97 else "rare",
        cost=rng.choice((0, 0, 0.01, 0.01, 0.0100001, rng.random(), rng.random() / 1000)),
        status=rng.choice((200, 404, 500, None)), repo=rng.choice(("acme/api", "acme/web", None)),
    )  # fmt: skip


RNG = random.Random(SEED)
EVENTS = tuple(made(RNG, number) for number in range(NUMBER))


def expected(order: str, direction: str, part: tuple[str | None, str | None], filters: Json) -> list[str]:
    """The ids of a list, by a plain sort."""
    first, last = ms(part[0]) if part[0] else 0, ms(part[1]) if part[1] else 10**15

    def listed(one: Json) -> bool:
        own = one["properties"]
        failed = own.get("status_code", 0) >= 400
        told = {"developer_id": one.get("user"), "model": own.get("model"), "repo": own.get("repo_slug"),
                "status": "error" if failed else "success"}  # fmt: skip
        return first <= ms(one["time"]) < last and all(told[name] == value for name, value in filters.items())

    def rank(one: Json) -> tuple[Any, ...]:
        own = one["properties"]
        value = {"timestamp": 0, "cost_usd": own["cost_usd"], "tokens": own["tokens_in"] + own["tokens_out"]}[order]
        return value, ms(one["time"]), one["id"]

    return [one["id"] for one in sorted(filter(listed, EVENTS), key=rank, reverse=direction == "desc")]


@pytest.fixture(scope="module")
def listed(served: Served) -> Served:
    """Everybody's sessions, and those of two more workspaces."""
    served.send_and_fold(*EVENTS)
    for other in ("east", "west"):
        served.send_and_fold(*(one | {"user": other} for one in EVENTS[:30]), workspace=other)
    return served


def page(served: Served, **params: Any) -> Json:
    """A page of the demo workspace."""
    answer = served.get("/api/sessions", **{name: value for name, value in params.items() if value is not None})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def check(served: Served, order: str, direction: str, part: tuple[str | None, str | None], filters: Json,
          *, size: int, numbers: set[int] | None = None) -> None:  # fmt: skip
    """Pages, all of them and one past the end unless told, are those of a plain sort."""
    wanted = expected(order, direction, part, filters)
    asked = {"sort_by": order, "sort_order": direction, "start_date": part[0], "end_date": part[1], **filters}
    last = -(-len(wanted) // size)
    for number in sorted({one for one in numbers or range(1, last + 2) if one <= last + 1} | {last + 1}):
        found = page(served, page=number, page_size=size, **asked)
        shown = [session["id"] for session in found["sessions"]]
        assert shown == wanted[(number - 1) * size : number * size], (part, number)
        assert (found["total_count"], found["has_more"]) == (len(wanted), number * size < len(wanted))


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize(("order", "direction"), ORDERS)
def test_all_pages_together_are_every_session_once_and_in_order(
    listed: Served, order: str, direction: str, filters: Json
) -> None:
    check(listed, order, direction, EVER, filters, size=37)


@pytest.mark.parametrize("part", RANGES[1:], ids=str)
@pytest.mark.parametrize(("order", "direction"), ORDERS)
def test_a_range_is_cut_to_the_millisecond(
    listed: Served, order: str, direction: str, part: tuple[str | None, str | None]
) -> None:
    for filters in ({}, {"model": "m/one"}, {"developer_id": "ann"}):
        check(listed, order, direction, part, filters, size=11, numbers={1, 2, 5})


@pytest.mark.parametrize("part", [EVER, CUT], ids=str)
@pytest.mark.parametrize("filters", [{}, {"model": "m/one"}], ids=str)
@pytest.mark.parametrize(("order", "direction"), ORDERS[2:])
def test_runs_of_one_number_are_entered_by_time(
    listed: Served, order: str, direction: str, filters: Json, part: tuple[str | None, str | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(listing_value, "LONG_WAY", 1)
    monkeypatch.setattr(listing_run, "ENOUGH", 2)
    monkeypatch.setattr(listing, "WHOLE_ITEMS", 10**6)  # so that the index is read however much it has in between
    check(listed, order, direction, part, filters, size=13)


@pytest.mark.parametrize(
    ("asked", "field", "way"),
    [
        ({"repo": "acme/api"}, "start_date, end_date", "ask for a shorter range"),
        ({"repo": "acme/api", "sort_by": "cost_usd"}, "start_date, end_date", "ask for a shorter range"),
        ({"status": "error", "sort_by": "tokens"}, "sort_by", "ask for a shorter range, or in order of time"),
    ],
)
def test_what_nothing_counts_is_refused_beyond_a_bound_and_told_what_would_do(
    listed: Served, monkeypatch: pytest.MonkeyPatch, asked: Json, field: str, way: str
) -> None:
    monkeypatch.setattr(listing, "MOST_READ", 100)
    answer = listed.get("/api/sessions", **asked)
    assert answer.status_code == 422
    detail = answer.json()["detail"]
    assert detail.startswith(f"{field}: ")
    assert detail.endswith(f" 100 at most; {way}")


def test_what_nothing_counts_is_answered_within_that_bound(listed: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_READ", 100)
    check(listed, "timestamp", "desc", ("2025-03-20", None), {"repo": "acme/api"}, size=20)


@pytest.mark.parametrize("workspace", ["east", "west"])
def test_a_workspace_sees_its_own_sessions_only(listed: Served, workspace: str) -> None:
    for asked in ({}, {"sort_by": "cost_usd"}, {"developer_id": workspace}):
        answer = listed.get("/api/sessions", key=listed.key("read", workspace), page_size=100, **asked).json()
        assert answer["total_count"] == 30
        assert {session["developer_id"] for session in answer["sessions"]} == {workspace}
    assert page(listed, developer_id=workspace)["total_count"] == 0
