"""Tokens of an issuer: RS256 by its listed keys, for our audience, and by nothing else."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from belvedere.auth import external
from belvedere.auth.bearer import algorithm_of, claims_of
from belvedere.auth.jwks import KNOWN_S, RETRY_S, KeySet
from belvedere.auth.rs256 import Rs256, RsaKey
from belvedere.errors import Unauthorized, Unavailable
from belvedere.settings import settings
from tests.clock import now_s

NOW = now_s()
ISSUER = "https://id.example.com"
CLAIMS = {"sub": "ann", "iss": ISSUER, "aud": "belvedere", "iat": NOW, "exp": NOW + 36_000, "jti": "t1"}
OWNER, STRANGER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


def jwk_of(key: rsa.RSAPrivateKey, **changes: Any) -> dict[str, Any]:
    told = dict(RSAAlgorithm.to_jwk(key.public_key(), as_dict=True))
    return told | {"kid": "k1", "use": "sig", "alg": "RS256"} | changes


def signed(key: Any = OWNER, *, algorithm: str = "RS256", kid: str = "k1", **changes: Any) -> str:
    """By PyJWT and the cryptography package, whatever this process has registered."""
    if algorithm != "RS256":
        return jwt.encode(CLAIMS | changes, key, algorithm=algorithm, headers={"kid": kid})
    made = jwt.PyJWS().encode
    payload = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return made(json.dumps(payload).encode(), key, algorithm="RS256", headers={"kid": kid})


@pytest.fixture(autouse=True)
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A configured issuer with one key; its document can be changed."""
    document: dict[str, Any] = {"keys": [jwk_of(OWNER)]}
    monkeypatch.setenv("JWT_JWKS_URL", "https://id.example.com/keys")
    monkeypatch.setenv("JWT_ISSUER", "https://id.example.com")
    monkeypatch.setenv("JWT_AUDIENCE", "belvedere")
    settings.cache_clear()
    monkeypatch.setattr(external, "fetch_jwks", lambda url: document)
    external.keys_of.cache_clear()
    yield document
    external.keys_of.cache_clear()


def refused(token: str, says: str = "Invalid token") -> None:
    with pytest.raises(Unauthorized, match=says):
        claims_of(token)


def test_a_token_of_the_issuer_tells_who_somebody_is_in_the_login_workspace() -> None:
    said = claims_of(signed())
    assert (said.user, said.workspace, said.token_id, said.issued_s) == ("ann", "demo", "t1", NOW)


def test_it_may_name_another_workspace() -> None:
    assert claims_of(signed(workspace="school")).workspace == "school"


def test_another_key_is_refused() -> None:
    refused(signed(STRANGER))


def test_a_key_that_is_not_listed_is_refused() -> None:
    refused(signed(kid="k2"), "no such key")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"},
        {"iss": "https://evil.example.com"},
        {"workspace": 7},
        {"workspace": "a#b"},
        {"workspace": ""},
        {"workspace": "x" * 64},
        {"sub": "a\nb"},
        {"sub": "x" * 201},
    ]
    + [{name: None} for name in ("aud", "iss", "sub", "exp", "iat")],
)
def test_a_token_for_or_from_somebody_else_is_refused(changes: dict[str, Any]) -> None:
    refused(signed(**changes))


def test_an_expired_token_is_refused() -> None:
    refused(signed(exp=NOW - 60), "Token has expired")


def test_the_public_key_is_no_secret_of_ours() -> None:
    """The old confusion: a token that says HS256 and is signed with the bytes of the issuer's public key."""
    pem = OWNER.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    parts = (b'{"alg":"HS256","kid":"k1"}', b'{"sub":"ann"}')
    head, payload = (base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mac = base64.urlsafe_b64encode(hmac.new(pem, head + b"." + payload, hashlib.sha256).digest()).rstrip(b"=")
    refused((head + b"." + payload + b"." + mac).decode())


@pytest.mark.parametrize("algorithm", ["PS256", "RS384", "RS512"])
def test_another_algorithm_of_the_same_key_is_refused(algorithm: str) -> None:
    refused(signed(algorithm=algorithm), "signed in a way")


def test_without_an_issuer_no_such_token_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JWT_JWKS_URL")
    settings.cache_clear()
    with pytest.raises(Unauthorized, match="signed in a way"):
        algorithm_of(signed())


@pytest.mark.parametrize(
    "jwk",
    [
        jwk_of(OWNER, use="enc"),
        jwk_of(OWNER, alg="RS512"),
        jwk_of(OWNER, kty="EC"),
        jwk_of(OWNER, e="AQ"),
        jwk_of(OWNER, e="Ag"),
        jwk_of(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
        {"kid": "k1", "kty": "RSA"},
        {"kid": "k1", "kty": "RSA", "n": 7, "e": "AQAB"},
    ],
)
def test_a_key_of_another_kind_or_too_weak_is_not_taken(jwk: dict[str, Any]) -> None:
    assert RsaKey.of_jwk(jwk) is None


def test_every_bit_of_a_signature_and_of_a_message_counts() -> None:
    key = RsaKey.of_jwk(jwk_of(OWNER))
    assert key is not None
    token = signed()
    message, _, encoded = token.rpartition(".")
    signature = jwt.utils.base64url_decode(encoded)
    verify = Rs256().verify
    assert verify(message.encode(), key, signature)
    assert not verify(message.encode() + b"x", key, signature)
    for position in (0, 1, 100, 255):
        changed = bytearray(signature)
        changed[position] ^= 1
        assert not verify(message.encode(), key, bytes(changed))
    assert not verify(message.encode(), key, b"")
    assert not verify(message.encode(), key, b"\x00" + signature)
    assert not verify(message.encode(), key, (int.from_bytes(signature) + key.n).to_bytes(257))


class Issuer:
    """A document, a clock, and how often it was fetched."""

    def __init__(self, *documents: Any) -> None:
        self.documents = list(documents)
        self.fetched = 0
        self.now = 0.0

    def __call__(self) -> dict[str, Any]:
        self.fetched += 1
        document = self.documents[min(self.fetched, len(self.documents)) - 1]
        if isinstance(document, Exception):
            raise document
        return dict(document)


def test_keys_are_kept_and_a_new_one_is_found() -> None:
    issuer = Issuer({"keys": [jwk_of(OWNER)]}, {"keys": [jwk_of(OWNER), jwk_of(STRANGER, kid="k2")]})
    keys = KeySet(issuer, lambda: issuer.now)
    assert keys.find("k1")
    assert keys.find("k2") is None
    issuer.now = RETRY_S
    assert keys.find("k2")
    assert keys.find("k1")
    assert issuer.fetched == 2


def test_unknown_keys_do_not_become_requests() -> None:
    issuer = Issuer({"keys": [jwk_of(OWNER)]})
    keys = KeySet(issuer, lambda: issuer.now)
    assert [keys.find(f"k{n}") for n in range(2, 20)] == [None] * 18
    assert issuer.fetched == 1


@pytest.mark.parametrize("trouble", [OSError("away"), ValueError("no JSON"), {}, {"keys": 7}, {"keys": [7]}])
def test_while_an_issuer_is_away_known_keys_stay_good(trouble: Any) -> None:
    issuer = Issuer({"keys": [jwk_of(OWNER)]}, trouble)
    keys = KeySet(issuer, lambda: issuer.now)
    assert keys.find("k1")
    issuer.now = KNOWN_S
    assert keys.find("k1")
    assert issuer.fetched == 2


def test_an_issuer_that_was_never_reached_is_an_outage_and_no_bad_token() -> None:
    keys = KeySet(Issuer(OSError("away")), lambda: 0.0)
    for _ in range(2):
        with pytest.raises(Unavailable, match="issuer's keys cannot be read"):
            keys.find("k1")
