"""Options that several commands have, and the types of their values: each reads a word or says what is allowed."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from belvedere_cli.deployment import EMULATORS, STATE_DIR

UNIT_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
MOST_PER_SECOND = 1000
TARGET = {
    "--url": "origin of the stack (default: that of the running local stack)",
    "--key": "API key with scope write (default: the demo workspace's)",
    "--admin-key": "API key with scope admin, to register names (default: as with --key)",
}
Command = Callable[..., Any]


@dataclass(frozen=True)
class Place:
    """Which stack a command is about: its state directory, and where `up` is to put it if not where it was."""

    state_dir: Path
    port: int | None
    emulator_port: int | None
    emulator: str | None


def place_options(command: Command) -> Command:
    """Gives a command the options that name a stack, as `place`."""

    @click.option("--port", type=int, envvar="PORT", help="of the front door (8000)")
    @click.option("--emulator-port", type=int, envvar="EMULATOR_PORT", help="of AWS (4566)")
    @click.option("--emulator", type=click.Choice(EMULATORS), envvar="EMULATOR", help="(ministack)")
    @click.option("--state-dir", type=click.Path(path_type=Path, resolve_path=True), default=STATE_DIR,
                  help="data, logs and outputs of this stack")  # fmt: skip
    @functools.wraps(command)
    def placed(
        state_dir: Path, port: int | None, emulator_port: int | None, emulator: str | None, **options: Any
    ) -> Any:
        return command(place=Place(state_dir, port, emulator_port, emulator), **options)

    return placed


def target_options(command: Command) -> Command:
    """Gives a command the options that name where events are sent."""
    for flag, about in reversed(TARGET.items()):
        command = click.option(flag, help=about)(command)
    return command


workspace_option = click.option("--workspace", default="demo", help="(demo)")


def span_ms(text: str) -> int:
    """`7d`, `24h` or `30m` in milliseconds."""
    span = re.fullmatch(r"(\d{1,4})([mhd])", text)
    if not span:
        raise click.BadParameter(f"{text!r} is not a span like 7d, 24h or 30m")
    return int(span[1]) * UNIT_MS[span[2]]


def rate(text: str) -> float:
    """Events a second."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= MOST_PER_SECOND:
        raise click.BadParameter(f"{text!r} is not a rate above 0 and up to {MOST_PER_SECOND}")
    return value


def whole(text: str) -> int:
    """A whole number from 1."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise click.BadParameter(f"{text!r} is not a whole number above 0")
    return int(text)


def day(text: str) -> date:
    """A day like 2026-01-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day like 2026-01-31") from None
