"""Argument types of the command line: each reads a word or says what is allowed."""

import re
from argparse import ArgumentTypeError
from datetime import date

UNIT_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
MOST_PER_SECOND = 1000


def span_ms(text: str) -> int:
    """`7d`, `24h` or `30m` in milliseconds."""
    told = re.fullmatch(r"(\d{1,4})([mhd])", text)
    if not told:
        raise ArgumentTypeError(f"{text!r} is not a span like 7d, 24h or 30m")
    return int(told[1]) * UNIT_MS[told[2]]


def rate(text: str) -> float:
    """Events a second."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= MOST_PER_SECOND:
        raise ArgumentTypeError(f"{text!r} is not a rate above 0 and up to {MOST_PER_SECOND}")
    return value


def whole(text: str) -> int:
    """A whole number from 1."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def day(text: str) -> date:
    """A day like 2026-01-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day like 2026-01-31") from None
