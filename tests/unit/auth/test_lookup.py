"""Keys are remembered for a while, unknown ones briefly, and never without bound."""

import pytest

from belvedere.auth import lookup
from belvedere.auth.lookup import KNOWN_S, UNKNOWN_S, KeyMemory, KeyRecord

ACME = KeyRecord("acme", "read", "key_1")


class Directory:
    """Counts what it is asked."""

    def __init__(self, **records: KeyRecord) -> None:
        self.records = records
        self.asked: list[str] = []

    def __call__(self, key_hash: str) -> KeyRecord | None:
        self.asked.append(key_hash)
        return self.records.get(key_hash)


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_a_known_key_is_looked_up_once_a_minute(watch: Watch) -> None:
    directory = Directory(h=ACME)
    memory = KeyMemory(directory, watch)
    assert [memory.find("h") for _ in range(3)] == [ACME] * 3
    watch.now = KNOWN_S - 0.1
    memory.find("h")
    assert directory.asked == ["h"]
    watch.now = KNOWN_S
    memory.find("h")
    assert directory.asked == ["h", "h"]


def test_a_revoked_key_stops_working_when_its_minute_is_over(watch: Watch) -> None:
    directory = Directory(h=ACME)
    memory = KeyMemory(directory, watch)
    assert memory.find("h") == ACME
    directory.records.clear()
    watch.now = KNOWN_S
    assert memory.find("h") is None


def test_an_unknown_key_is_not_asked_for_again_at_once_but_soon(watch: Watch) -> None:
    directory = Directory()
    memory = KeyMemory(directory, watch)
    assert (memory.find("h"), memory.find("h")) == (None, None)
    assert directory.asked == ["h"]
    directory.records["h"] = ACME
    watch.now = UNKNOWN_S
    assert memory.find("h") == ACME


def test_it_tells_whether_an_answer_needs_the_directory(watch: Watch) -> None:
    memory = KeyMemory(Directory(h=ACME), watch)
    assert not memory.remembers("h")
    memory.find("h")
    memory.find("unknown")
    assert memory.remembers("h")
    assert memory.remembers("unknown")
    watch.now = KNOWN_S
    assert not memory.remembers("h")
    assert not memory.remembers("unknown")


def test_guessing_keys_neither_fills_memory_nor_pushes_real_keys_out(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "MOST_UNKNOWN", 3)
    directory = Directory(h=ACME)
    memory = KeyMemory(directory, watch)
    memory.find("h")
    for guess in range(10):
        memory.find(f"guess-{guess}")
    assert memory.remembers("h")
    assert sum(memory.remembers(f"guess-{guess}") for guess in range(10)) == 3


def test_with_too_many_keys_the_least_used_is_forgotten(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "MOST_KNOWN", 2)
    memory = KeyMemory(Directory(a=ACME, b=ACME, c=ACME), watch)
    for key_hash in ("a", "b", "a", "c"):
        memory.find(key_hash)
    assert [memory.remembers(key_hash) for key_hash in "abc"] == [True, False, True]


def test_trouble_of_the_directory_is_not_remembered_as_an_answer(watch: Watch) -> None:
    def down(key_hash: str) -> KeyRecord | None:
        raise OSError

    memory = KeyMemory(down, watch)
    with pytest.raises(OSError):
        memory.find("h")
    assert not memory.remembers("h")
