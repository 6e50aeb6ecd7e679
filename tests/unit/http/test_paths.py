"""Ids in paths are what the client meant, however API Gateway hands them on."""

from typing import Annotated

import pytest

from belvedere.http import Endpoint, Path, Response
from tests.unit.http.lambda_requests import ask


@pytest.fixture
def endpoint() -> Endpoint:
    made = Endpoint("a.name", scope=None)

    @made.get("/things/{name:path}")
    async def named(name: Annotated[str, Path()]) -> Response:
        return made.answer({"name": name})

    return made


@pytest.mark.parametrize(
    ("handed_on", "meant"),
    [
        ("50%41", "50%41"),  # decoded, as captures of rawPath show
        ("50%2541", "50%41"),  # decoded but for %25, as others do
        ("100%", "100%"),
        ("a/b", "a/b"),
        ("a b", "a b"),
        ("naïve#1", "naïve#1"),
        ("a+b", "a+b"),
        ("%zz", "%zz"),
    ],
)
def test_a_path_is_decoded_once(endpoint: Endpoint, handed_on: str, meant: str) -> None:
    assert ask(endpoint, f"/things/{handed_on}").json == {"name": meant}
