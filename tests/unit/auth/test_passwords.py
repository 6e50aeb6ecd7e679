"""Passwords: slow to guess, impossible to read, and the same work for who is unknown."""

import hashlib
from typing import Any

import pytest
from pydantic import ValidationError

from belvedere.auth import passwords
from belvedere.auth.passwords import hashed_password, is_password
from belvedere.auth.user_requests import NewUserBody


def test_the_right_password_is_known_and_another_is_not() -> None:
    stored = hashed_password("correct horse")
    assert is_password("correct horse", stored)
    assert not is_password("correct horse ", stored)
    assert not is_password("", stored)


def test_a_hash_shows_its_parameters_and_not_the_password() -> None:
    stored = hashed_password("correct horse")
    assert stored.startswith("scrypt$14$8$5$")
    assert "correct" not in stored
    assert stored != hashed_password("correct horse"), "each has a salt of its own"


def test_a_hash_of_other_parameters_is_still_known() -> None:
    salt = b"0123456789abcdef"
    hashed = hashlib.scrypt(b"an old password", salt=salt, n=2**10, r=4, p=1, dklen=32)
    assert is_password("an old password", f"scrypt$10$4$1${passwords._text(salt)}${passwords._text(hashed)}")


def test_nobodys_password_takes_the_same_work_and_is_never_right(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[Any, ...]] = []
    real = passwords._scrypt

    def counted(*args: Any) -> bytes:
        done.append(args[2:])
        return real(*args)

    monkeypatch.setattr(passwords, "_scrypt", counted)
    stored = hashed_password("somebody's password")
    passwords.nobodys_hash.cache_clear()  # it may have been made where hashes are quick
    passwords.nobodys_hash()
    done.clear()
    is_password("somebody's password", stored)
    is_password("somebody's password", None)
    assert done == [(14, 8, 5)] * 2


def test_nobodys_password_is_not_right_even_when_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = hashed_password("a lucky guess")
    monkeypatch.setattr(passwords, "nobodys_hash", lambda: stored)
    assert not is_password("a lucky guess", None)


@pytest.mark.parametrize("password", ["seven77", "x" * 201])
def test_a_new_password_is_neither_too_short_nor_too_long(password: str) -> None:
    with pytest.raises(ValidationError, match="password"):
        NewUserBody.model_validate({"user_id": "ann", "role": "viewer", "password": password})


def test_a_password_beyond_the_longest_is_not_even_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = hashed_password("correct horse")
    monkeypatch.setattr(passwords, "_scrypt", None)
    assert not is_password("x" * 201, stored)
