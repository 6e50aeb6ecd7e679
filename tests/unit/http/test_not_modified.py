"""A weak ETag over what an answer means, and 304 for those who have it."""

import itertools

import pytest

from belvedere.http import Endpoint, Response
from tests.unit.http.lambda_requests import Answer, ask


def a_clocked_endpoint() -> Endpoint:
    endpoint, ticks = Endpoint("clocked", scope=None, fresh_s=60, cache_type="t"), itertools.count()

    @endpoint.get("/thing")
    async def thing(total: int = 1) -> Response:
        payload = {"total": total, "generated_at": next(ticks)}
        return endpoint.answer(payload, etag_source={"total": total})

    return endpoint


def test_the_tag_stays_while_only_the_time_of_making_changes() -> None:
    endpoint = a_clocked_endpoint()
    first, second = ask(endpoint), ask(endpoint)
    assert first.body != second.body
    assert first.headers["etag"] == second.headers["etag"]
    assert first.headers["etag"].startswith('W/"')


def test_the_tag_changes_with_the_meaning() -> None:
    endpoint = a_clocked_endpoint()
    assert ask(endpoint).headers["etag"] != ask(endpoint, query="total=2").headers["etag"]


def test_the_order_of_keys_means_nothing() -> None:
    endpoint = Endpoint("e", scope=None)
    endpoint.get("/thing")(_never)
    one = endpoint.answer({}, etag_source={"a": 1, "b": 2}).headers["etag"]
    assert one == endpoint.answer({}, etag_source={"b": 2, "a": 1}).headers["etag"]


async def _never() -> Response:
    raise AssertionError


def revalidate(held: str) -> Answer:
    return ask(a_clocked_endpoint(), headers={"If-None-Match": held.replace("TAG", _tag())})


def _tag() -> str:
    return ask(a_clocked_endpoint()).headers["etag"].removeprefix("W/")


@pytest.mark.parametrize("held", ["W/TAG", "TAG", 'W/"other", W/TAG', "*"])
def test_who_holds_the_tag_is_told_that_nothing_changed(held: str) -> None:
    answer = revalidate(held)
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["etag"] == f"W/{_tag()}"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["x-request-id"]
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("held", ['W/"other"', "nonsense", ""])
def test_who_holds_another_tag_gets_the_answer(held: str) -> None:
    answer = revalidate(held)
    assert (answer.status, answer.json["total"]) == (200, 1)
