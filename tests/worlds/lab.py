"""Where experiments are made: an emulator, a seed, a size, and optionally a saboteur between fold and table."""

import itertools
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from infra.local.clients import client
from infra.local.deploy import tables
from infra.local.settings import LocalSettings
from tests.worlds.fold import FoldWorld

Tamper = Callable[[Any], Any]


def honest(dynamodb: Any) -> Any:
    """The client itself."""
    return dynamodb


@dataclass(frozen=True)
class Lab:
    """Makes worlds. A large experiment takes about `size` events, one that is repeated at every call takes `sweep`."""

    emulator: LocalSettings
    seed: int = 7
    size: int = 1_000
    sweep: int = 6
    tampered: Tamper = honest
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def connect(self, service: str) -> Any:
        """A new client, as a new process would make it."""
        return client(service, self.emulator)

    def rng(self, name: str) -> random.Random:
        """Random numbers of one experiment: the same for the same seed."""
        return random.Random(f"{self.seed}/{name}")

    @contextmanager
    def world(self, *, slices: int = 1) -> Iterator[FoldWorld]:
        """Fresh tables, dropped afterwards."""
        dynamodb = self.connect("dynamodb")
        names = tables.create(dynamodb, f"proof-{os.getpid()}-{next(self._numbers)}")
        try:
            yield FoldWorld(self, names, slices=slices)
        finally:
            tables.drop(dynamodb, names)
