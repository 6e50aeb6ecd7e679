"""A command line whose options may stand anywhere: before, between and after the words.

argparse alone gives the first words that stand together to all that are wanted, so that of `import git --since DAY .`
it takes `git` for the source, and does not know what the `.` is.
"""

import argparse
from collections.abc import Iterable
from typing import Any


class AnyOrderParser(argparse.ArgumentParser):
    """Reads options first and words then; one with commands of its own leaves that to them."""

    _between = False

    def parse_known_args(self, args: Iterable[str] | None = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """What argparse makes of the arguments, and what it does not know."""
        if self._between or self._subparsers is not None:
            return super().parse_known_args(args, namespace)
        self._between = True  # each of both readings comes through here again
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._between = False
