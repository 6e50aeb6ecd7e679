"""Who a request comes from, and what they are told when it is nobody."""

import botocore.exceptions
import pytest

from belvedere.auth import lookup
from belvedere.auth.api_key import hashed, new_key
from belvedere.auth.caller import Caller, authenticate
from belvedere.auth.keys import create_key
from belvedere.auth.lookup import KeyMemory, KeyRecord
from belvedere.errors import Forbidden, Unauthorized
from belvedere.settings import settings


@pytest.fixture
def read_key(monkeypatch: pytest.MonkeyPatch) -> str:
    key = new_key("read")
    records = {hashed(key): KeyRecord("acme", "read", "key_1")}
    monkeypatch.setattr(lookup, "MEMORY", KeyMemory(records.get))
    return key


async def test_a_known_key_makes_a_caller(read_key: str) -> None:
    assert await authenticate({"x-api-key": read_key}, "", "read") == Caller("acme", "read", "key_1")


async def test_a_key_works_from_the_moment_it_is_made(directory: None) -> None:
    created = create_key("acme", "admin", "n")
    caller = await authenticate({"authorization": f"Bearer {created.key}"}, "", "write")
    assert caller == Caller("acme", "admin", created.key_id)


@pytest.mark.parametrize("key", ["bv_read_" + "u" * 43, "not-a-key", "bv_read_short"])
async def test_an_unknown_key_is_told_so_and_how_to_ask(read_key: str, key: str) -> None:
    with pytest.raises(Unauthorized, match="unknown or was revoked") as refused:
        await authenticate({"x-api-key": key}, "", "read")
    assert refused.value.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("bearer", ["not-a-token", "a.b", "undefined"])
async def test_a_bearer_that_never_was_a_key_is_an_invalid_token(read_key: str, bearer: str) -> None:
    with pytest.raises(Unauthorized, match=r"^Invalid token$"):
        await authenticate({"authorization": f"Bearer {bearer}"}, "", "read")


async def test_no_key_is_told_where_to_put_one() -> None:
    with pytest.raises(Unauthorized, match="send it as X-API-Key") as refused:
        await authenticate({}, "", "read")
    assert refused.value.headers["WWW-Authenticate"].startswith("Bearer")


async def test_too_small_a_scope_is_forbidden_and_the_one_needed_is_named(read_key: str) -> None:
    with pytest.raises(Forbidden, match="has the scope 'read'; this route needs 'write'"):
        await authenticate({"x-api-key": read_key}, "", "write")


async def test_what_never_was_a_key_is_refused_without_a_lookup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "MEMORY", None)
    with pytest.raises(Unauthorized):
        await authenticate({"x-api-key": "bv_read_'; DROP TABLE"}, "", "read")


async def test_a_directory_that_is_down_is_not_taken_for_a_bad_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(key_hash: str) -> KeyRecord | None:
        raise botocore.exceptions.EndpointConnectionError(endpoint_url="somewhere")

    monkeypatch.setattr(lookup, "MEMORY", KeyMemory(down))
    with pytest.raises(botocore.exceptions.EndpointConnectionError):
        await authenticate({"x-api-key": new_key("read")}, "", "read")


def public_read(monkeypatch: pytest.MonkeyPatch, deployment: str) -> None:
    monkeypatch.setenv("PUBLIC_READ", "true")
    monkeypatch.setenv("BELVEDERE_ENVIRONMENT", deployment)
    monkeypatch.setenv("JWT_SECRET", "a-secret/of+97dice,32characters!")
    settings.cache_clear()


async def test_in_development_anybody_may_read_the_demo_workspace_when_that_is_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    public_read(monkeypatch, "development")
    assert (await authenticate({}, "", "read", public=True)).workspace == "demo"


@pytest.mark.parametrize("needed", ["write", "admin"])
async def test_nobody_writes_without_a_key(monkeypatch: pytest.MonkeyPatch, needed: str) -> None:
    public_read(monkeypatch, "development")
    with pytest.raises(Unauthorized):
        await authenticate({}, "", needed, public=True)


@pytest.mark.parametrize("deployment", ["production", "staging", ""])
async def test_elsewhere_public_reading_stays_off_whatever_is_set(
    monkeypatch: pytest.MonkeyPatch, deployment: str
) -> None:
    public_read(monkeypatch, deployment)
    with pytest.raises(Unauthorized):
        await authenticate({}, "", "read", public=True)


async def test_a_route_that_is_not_public_wants_a_key_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    public_read(monkeypatch, "development")
    with pytest.raises(Unauthorized):
        await authenticate({}, "", "read")


async def test_a_bad_key_is_refused_even_where_no_key_would_do(monkeypatch: pytest.MonkeyPatch, read_key: str) -> None:
    public_read(monkeypatch, "development")
    with pytest.raises(Unauthorized):
        await authenticate({"x-api-key": new_key("read")}, "", "read")
