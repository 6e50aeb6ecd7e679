"""The signing secret is read once, and again when a signature does not fit, but not for everybody who says so."""

import pytest

from belvedere.auth.secret import REREAD_S, RETRY_S, SigningSecret


class Store:
    """A secret that may change, and how often it was read."""

    def __init__(self) -> None:
        self.value = "first"
        self.reads = 0
        self.now = 0.0
        self.down = False

    def __call__(self) -> str:
        self.reads += 1
        if self.down:
            raise OSError
        return self.value


def test_it_is_read_once() -> None:
    store = Store()
    secret = SigningSecret(store, lambda: store.now)
    assert not secret.known
    assert [secret.value(), secret.value()] == ["first", "first"]
    assert (secret.known, store.reads) == (True, 1)


def test_a_new_one_is_noticed_after_a_while() -> None:
    store = Store()
    secret = SigningSecret(store, lambda: store.now)
    secret.value()
    store.value, store.now = "second", REREAD_S
    assert secret.changed()
    assert secret.value() == "second"


def test_bad_tokens_do_not_become_reads() -> None:
    store = Store()
    secret = SigningSecret(store, lambda: store.now)
    secret.value()
    store.now = REREAD_S - 1
    assert [secret.changed() for _ in range(5)] == [False] * 5
    assert store.reads == 1
    store.now = REREAD_S
    assert [secret.changed() for _ in range(5)] == [False] * 5
    assert store.reads == 2


def test_a_store_that_is_down_takes_nobody_elses_secret_away() -> None:
    store = Store()
    secret = SigningSecret(store, lambda: store.now)
    secret.value()
    store.down, store.now = True, REREAD_S
    with pytest.raises(OSError):
        secret.changed()
    assert (secret.value(), secret.changed(), store.reads) == ("first", False, 2)
    store.down, store.value, store.now = False, "second", 2 * REREAD_S
    assert secret.changed()
    assert secret.value() == "second"


def test_a_store_that_is_down_at_first_is_not_asked_by_every_request() -> None:
    store = Store()
    secret = SigningSecret(store, lambda: store.now)
    store.down = True
    for _ in range(5):
        with pytest.raises(OSError):
            secret.value()
    assert store.reads == 1
    store.down, store.now = False, RETRY_S
    assert secret.value() == "first"
