"""gzip for answers that gain by it, to callers that take it."""

import gzip

import pytest

from belvedere.http import Endpoint, Response
from tests.unit.http.lambda_requests import Answer, ask


def get(size: int, accept: str | None, media_type: str = "application/json") -> Answer:
    endpoint = Endpoint("sized", scope=None)

    @endpoint.get("/thing")
    async def thing() -> Response:
        return Response(b"x" * size, media_type=media_type)

    return ask(endpoint, headers={"Accept-Encoding": accept} if accept is not None else {})


@pytest.mark.parametrize("accept", ["gzip", "gzip, deflate, br", "GZIP;q=0.5", "*", "br;q=1, *;q=0.1"])
def test_a_thousand_bytes_are_compressed_for_whoever_takes_gzip(accept: str) -> None:
    answer = get(1000, accept)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.base64, "API Gateway takes binary bodies as base64"
    assert gzip.decompress(answer.body) == b"x" * 1000


@pytest.mark.parametrize("accept", [None, "", "identity", "br", "gzip;q=0", "*;q=0", "gzip;q=0, *", "gzip;q=none"])
def test_others_get_it_as_it_is(accept: str | None) -> None:
    answer = get(1000, accept)
    assert answer.body == b"x" * 1000
    assert "content-encoding" not in answer.headers


def test_small_answers_are_left_alone() -> None:
    assert "content-encoding" not in get(999, "gzip").headers


def test_caches_are_told_even_when_this_answer_was_not_compressed() -> None:
    assert get(10, None).headers["vary"] == "Accept-Encoding"


def test_what_is_packed_already_is_not_packed_again() -> None:
    assert "content-encoding" not in get(5000, "gzip", media_type="application/zip").headers
