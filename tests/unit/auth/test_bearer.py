"""A person is read anew for a token that the remembered record does not accept; void tokens do not become reads."""

import asyncio
from dataclasses import dataclass, replace

import pytest

from belvedere.auth import bearer, people
from belvedere.auth.lookup import UNKNOWN_S, KeyMemory
from belvedere.auth.people import Person
from belvedere.auth.tokens import Claims
from belvedere.clock import now_ms

ADA = Person("demo", "ada", "student", active=True, demo=False, stamp="second")


@dataclass
class Directory:
    """One person's record, how often it was read, and how many seconds have gone."""

    person: Person = ADA
    reads: int = 0
    gone_s: float = 0.0

    def fetch(self, _: str) -> Person:
        self.reads += 1
        return self.person


@pytest.fixture
def directory(monkeypatch: pytest.MonkeyPatch) -> Directory:
    store, began = Directory(), now_ms()
    monkeypatch.setattr(people, "MEMORY", KeyMemory(store.fetch, lambda: store.gone_s))
    monkeypatch.setattr(bearer, "now_ms", lambda: began + int(store.gone_s * 1000))
    return store


def token(stamp: str, issued_s: int | None = None) -> Claims:
    """What a token says that was given a minute ago, if not told otherwise."""
    issued = now_ms() // 1000 - 60 if issued_s is None else issued_s
    return Claims(workspace="demo", user="ada", stamp=stamp, issued_s=issued, token_id="t", session="s")


def accepted(claims: Claims) -> bool:
    person = asyncio.run(bearer._person(claims))
    return person is not None and person.accepts(claims)


def test_a_void_token_is_refused_without_a_read_each_time(directory: Directory) -> None:
    assert [accepted(token("first")) for _ in range(5)] == [False] * 5
    assert directory.reads == 1


def test_a_token_given_after_the_record_was_read_has_it_read_anew(directory: Directory) -> None:
    assert accepted(token("second"))
    directory.person, directory.gone_s = replace(ADA, stamp="third"), 1.0
    assert accepted(token("third", issued_s=now_ms() // 1000 + 1))


def test_who_is_switched_on_again_is_known_within_seconds(directory: Directory) -> None:
    directory.person = replace(ADA, active=False)
    assert not accepted(token("second"))
    directory.person, directory.gone_s = ADA, UNKNOWN_S
    assert accepted(token("second"))
