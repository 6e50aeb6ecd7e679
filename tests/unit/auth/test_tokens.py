"""Which tokens are taken: ours, of the right kind, in their time. All others are refused before anybody is asked."""

import base64
import json
from typing import Any

import jwt
import pytest

from belvedere.auth.bearer import algorithm_of
from belvedere.auth.tokens import ACCESS, LEEWAY_S, REFRESH, BadSignature, Claims, issue, looks_like_token, verify
from belvedere.errors import Unauthorized
from tests.clock import now_s as now

SECRET = "a secret that is long enough for every algorithm, also for those that are refused"
ANN = Claims("ann", "school", "session-1", "token-1")


def a_token(kind: str = ACCESS, *, secret: str = SECRET, now_s: int | None = None, ttl_s: int = 1800) -> str:
    return issue(kind, ANN, "student", secret=secret, now_s=now() if now_s is None else now_s, ttl_s=ttl_s)


def handmade(secret: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    told = jwt.decode(a_token(), options={"verify_signature": False}) | changes
    return jwt.encode({name: value for name, value in told.items() if value is not None}, secret, algorithm=algorithm)


def unsigned(algorithm: str) -> str:
    payload = a_token().split(".")[1]
    header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()).decode().rstrip("=")
    return f"{header}.{payload}."


def refused(token: str, kind: str = ACCESS, says: str = "Invalid token") -> None:
    with pytest.raises(Unauthorized, match=says):
        verify(kind, token, secret=SECRET)


def test_a_token_tells_who_it_was_given_to() -> None:
    issued = now()
    said = verify(ACCESS, a_token(now_s=issued), secret=SECRET)
    assert (said.user, said.workspace, said.session, said.token_id, said.issued_s) == (
        "ann", "school", "session-1", "token-1", issued,
    )  # fmt: skip


def test_a_client_can_read_the_documented_claims() -> None:
    told = jwt.decode(a_token(), options={"verify_signature": False})
    assert (told["sub"], told["user_id"], told["role"]) == ("ann", "ann", "student")
    assert told["exp"] - told["iat"] == 1800


def test_a_kind_never_stands_for_the_other() -> None:
    refused(a_token(REFRESH), ACCESS, "takes an access token")
    refused(a_token(ACCESS), REFRESH)


def test_a_token_ends() -> None:
    refused(a_token(now_s=now() - 1800 - LEEWAY_S - 2), says="Token has expired")


def test_a_token_of_the_future_is_refused() -> None:
    refused(a_token(now_s=now() + 3600))


def test_another_secret_is_told_apart_so_that_ours_can_be_read_again() -> None:
    with pytest.raises(BadSignature):
        verify(ACCESS, a_token(secret="another secret of forty characters, about"), secret=SECRET)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS256"])
def test_a_token_without_a_signature_is_refused(algorithm: str) -> None:
    refused(unsigned(algorithm))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused_even_with_our_secret(algorithm: str) -> None:
    refused(handmade(algorithm=algorithm))


def test_a_payload_that_was_changed_is_refused() -> None:
    header, _, signature = a_token().split(".")
    payload = handmade(secret="another secret of forty characters, about", role="admin").split(".")[1]
    refused(f"{header}.{payload}.{signature}")


@pytest.mark.parametrize("name", ["sub", "workspace", "typ", "sid", "jti", "iat", "exp", "iss"])
def test_a_token_that_lacks_a_claim_is_refused(name: str) -> None:
    refused(handmade(**{name: None}))


@pytest.mark.parametrize("changes", [{"iss": "somebody"}, {"workspace": 7}, {"workspace": ""}, {"sid": ["s"]}])
def test_a_claim_that_is_not_as_we_write_it_is_refused(changes: dict[str, Any]) -> None:
    refused(handmade(**changes))


@pytest.mark.parametrize("text", ["a.b.c", "..", "a..c", "é.é.é", ".".join(["x" * 2000] * 3)])
def test_what_only_has_the_form_of_a_token_is_refused(text: str) -> None:
    assert looks_like_token(text)
    refused(text)
    with pytest.raises(Unauthorized):
        algorithm_of(text)


@pytest.mark.parametrize("text", ["bv_read_" + "a" * 43, "word", "", "a.b", "a.b.c.d", "x" * 9000 + ".y.z"])
def test_what_has_not_even_the_form_is_no_token(text: str) -> None:
    assert not looks_like_token(text)
