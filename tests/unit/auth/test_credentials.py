"""Where a key may stand in a request, and which one counts."""

import base64

import pytest

from belvedere.auth.api_key import hashed, new_key, new_key_id, permits, well_formed
from belvedere.auth.credentials import presented_key
from belvedere.errors import Unauthorized

MINE, OTHER = (f"bv_read_{letter * 43}" for letter in "mo")


def basic(user: str, password: str = "") -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"x-api-key": MINE}, ""),
        ({"x-api-key": f"  {MINE} "}, ""),
        ({"authorization": f"Bearer {MINE}"}, ""),
        ({"authorization": f"bearer  {MINE}"}, ""),
        ({"authorization": basic(MINE)}, ""),
        ({"authorization": basic(MINE, "anything")}, ""),
        ({}, f"user_id=u&token={MINE}"),
        ({"x-api-key": MINE, "authorization": f"Bearer {MINE}"}, f"token={MINE}"),
        ({"x-api-key": MINE, "authorization": basic("proxy", "secret")}, ""),
        ({"x-api-key": MINE, "authorization": "Bearer eyJhbGciOi.of.a-proxy"}, ""),
    ],
)
def test_a_key_is_found_wherever_it_may_stand(headers: dict[str, str], query: str) -> None:
    assert presented_key(headers, query) == MINE


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({}, ""),
        ({"x-api-key": " "}, ""),
        ({"authorization": "Bearer"}, ""),
        ({"authorization": "Digest abc"}, ""),
        ({"authorization": basic("", "only-a-password")}, ""),
        ({}, "token="),
        ({}, f"other_token={MINE}"),
    ],
)
def test_a_request_without_a_key_has_none(headers: dict[str, str], query: str) -> None:
    assert presented_key(headers, query) is None


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"x-api-key": MINE, "authorization": f"Bearer {OTHER}"}, ""),
        ({"x-api-key": MINE, "authorization": basic(OTHER)}, ""),
        ({"authorization": f"Bearer {MINE}"}, f"token={OTHER}"),
    ],
)
def test_two_different_keys_are_refused_rather_than_guessed_between(headers: dict[str, str], query: str) -> None:
    with pytest.raises(Unauthorized, match="two different API keys"):
        presented_key(headers, query)


@pytest.mark.parametrize("encoded", ["%%%", base64.b64encode(b"\xff\xfe").decode()])
def test_unreadable_basic_credentials_are_an_unknown_key_and_not_an_absent_one(encoded: str) -> None:
    assert presented_key({"authorization": f"Basic {encoded}"}, "") == encoded


@pytest.mark.parametrize("scope", ["write", "read", "admin"])
def test_a_key_shows_its_scope_and_holds_256_random_bits(scope: str) -> None:
    key = new_key(scope)
    assert well_formed(key)
    assert key.startswith(f"bv_{scope}_")
    assert len(key.removeprefix(f"bv_{scope}_")) == 43


def test_no_two_keys_and_no_two_ids_are_alike() -> None:
    assert len({new_key("read") for _ in range(50)}) == 50
    assert len({new_key_id() for _ in range(50)}) == 50


@pytest.mark.parametrize("text", ["", "bv_read_", "bv_root_" + "a" * 43, MINE[:-1], MINE + "a", MINE + "\n", "é" * 43])
def test_what_never_was_a_key_is_told_by_its_form(text: str) -> None:
    assert not well_formed(text)


def test_a_key_is_hashed_with_sha256() -> None:
    assert hashed("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("scope", "needed", "allowed"),
    [
        ("write", "write", True),
        ("write", "read", False),
        ("write", "admin", False),
        ("read", "write", False),
        ("read", "read", True),
        ("read", "admin", False),
        ("admin", "write", True),
        ("admin", "read", True),
        ("admin", "admin", True),
    ],
)
def test_write_keys_ingest_read_keys_read_and_admin_keys_do_both(scope: str, needed: str, allowed: bool) -> None:
    assert permits(scope, needed) is allowed
