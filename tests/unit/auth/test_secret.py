"""The signing secret is read once, and again when a signature does not fit, but not for everybody who says so."""

from belvedere.auth.secret import REREAD_S, SigningSecret


class Store:
    """A secret that may change, and how often it was read."""

    def __init__(self) -> None:
        self.value = "first"
        self.reads = 0
        self.now = 0.0

    def __call__(self) -> str:
        self.reads += 1
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
