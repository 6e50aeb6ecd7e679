"""What a command says when it cannot do what it was asked to."""

import sys


class CommandError(Exception):
    """Something the person at the keyboard can put right; the message says how."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class UsageError(CommandError):
    """The command cannot start as it was given."""

    def __init__(self, message: str) -> None:
        super().__init__(message, exit_code=2)


def complain(message: str) -> None:
    """An error, where errors go."""
    print(f"\n{message}", file=sys.stderr)
