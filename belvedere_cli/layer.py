"""Lets this process import the common layer, as the functions do."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = str(ROOT / "layers" / "shared")


def enter() -> None:
    """From here on, `belvedere` is the one of this working tree."""
    if SOURCES not in sys.path:
        sys.path.insert(0, SOURCES)
