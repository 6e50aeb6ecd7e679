"""Lets this process import the common layer, as the functions do."""

import sys

from infra.local.settings import ROOT

PLACE = str(ROOT / "layers" / "shared")


def enter() -> None:
    """From here on, `belvedere` is the one of this working tree."""
    if PLACE not in sys.path:
        sys.path.insert(0, PLACE)
